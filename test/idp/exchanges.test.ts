/** What identity providers are known to send, played as any connection, as the IdP's own, and as the strictest. */
import { describe, expect, it } from "vitest";
import type { Profile } from "../../schema/provider.ts";
import { makeTenant } from "../support/tenant.ts";
import { EXPECTED } from "./expectations.ts";
import { readFired } from "./fired.ts";
import { play } from "./play.ts";
import { RECORDED, profileOf } from "./scenario.ts";

it("finds the scenarios, each in its IdP's folder and with what is expected of it", () => {
  const names = RECORDED.map(([, { name }]) => name);
  expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  for (const [file, { name, idp, source }] of RECORDED) {
    expect(file).toBe(`${idp}/${name}.json`);
    expect(source.length, file).toBeGreaterThan(0);
  }
});

it("every scenario passes on the IdP's own profile", () => {
  const refused = RECORDED.filter(
    ([, { name, idp }]) => EXPECTED[name]?.refused?.[profileOf(idp)] !== undefined,
  );
  expect(refused).toEqual([]);
});

describe.for(RECORDED)("%s", ([, scenario]) => {
  const { quirks = [], refused = {} } = EXPECTED[scenario.name] ?? {};
  const profiles = new Set<Profile>(["generic", profileOf(scenario.idp), "strict"]);

  it.for([...profiles])("as a %s connection", async (profile) => {
    const tenant = await makeTenant(profile);
    const failure = await play(scenario, tenant);
    const { reason, ...wanted } = refused[profile] ?? {};
    if (reason === undefined) {
      expect(failure?.problem).toBeUndefined();
      expect(await readFired(tenant)).toEqual(quirks);
    } else {
      expect(failure, reason).toMatchObject(wanted);
    }
  });
});
