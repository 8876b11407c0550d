/** The examples of RFC 7643, 7644 and 9865, played as the strictest and as the usual connection. */
import { describe, expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { makeTenant } from "../support/tenant.ts";
import { EXAMPLES } from "./example.ts";
import type { Feature } from "./example.ts";
import { play } from "./play.ts";

/** Fewer, and the data were not found. */
const AT_LEAST = 60;

/** What /ServiceProviderConfig may deny; a feature that it doesn't know is always played. */
const SUPPORTS: Readonly<Record<string, boolean | undefined>> = PROVIDER.supports;

it("finds the examples, each named by its RFC and section", () => {
  expect(EXAMPLES.length).toBeGreaterThanOrEqual(AT_LEAST);
  for (const [file, { rfc, section, source }] of EXAMPLES) {
    expect(file).toMatch(
      new RegExp(`^${rfc}-${section.replaceAll(".", "\\.")}-[a-z0-9-]+\\.json$`),
    );
    expect(source.length, file).toBeGreaterThan(0);
  }
});

describe.each(["strict", "generic"] as const)("as a %s connection", (profile) => {
  it.for(EXAMPLES)("%s", async ([, example], { skip }) => {
    const { feature } = example;
    if (isOff(feature))
      skip(`PROVIDER.supports.${feature} is false: /ServiceProviderConfig denies it`);
    await play(example, await makeTenant(profile));
  });
});

function isOff(feature: Feature | undefined): boolean {
  return feature !== undefined && SUPPORTS[feature] === false;
}
