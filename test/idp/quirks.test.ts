/** Each quirk, as each IdP that is known for it sends it: understood, and by a strict connection refused. */
import { describe, expect, it } from "vitest";
import type { Profile } from "../../schema/provider.ts";
import { QUIRKS } from "../../worker/parse/known-quirks.ts";
import { makeTenant } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { readFired } from "./fired.ts";
import { makeNames, play } from "./play.ts";
import { QUIRK_EXCHANGES, profileOf } from "./scenario.ts";
import type { QuirkExchange } from "./scenario.ts";

it("every quirk has an exchange of every IdP that sends it", () => {
  const files = QUIRK_EXCHANGES.map(([file]) => file);
  const wanted = Object.entries(QUIRKS).flatMap(([quirk, { idps }]) =>
    idps.map((idp) => `${idp}/quirks/${quirk}.json`),
  );
  expect(files.toSorted()).toEqual(wanted.toSorted());
  for (const [file, { name, idp, quirk, source, steps }] of QUIRK_EXCHANGES) {
    expect([file, name]).toEqual([`${idp}/quirks/${quirk}.json`, `${idp}-${quirk}`]);
    expect(source.length, file).toBeGreaterThan(0);
    expect(
      steps.filter(({ fires }) => fires),
      file,
    ).toHaveLength(1);
  }
});

const profilesOf = ({ idp, only }: QuirkExchange): readonly Profile[] =>
  only === undefined ? ["generic", profileOf(idp)] : [only];

describe.for(QUIRK_EXCHANGES)("%s", ([, exchange]) => {
  const { quirk, strict, steps, only } = exchange;
  const firing = steps.findIndex(({ fires }) => fires) + 1;

  it.for(profilesOf(exchange))("fires on a %s connection", async (profile) => {
    const tenant = await makeTenant(profile);
    const before = { ...exchange, steps: steps.slice(0, firing - 1) };
    const names = makeNames();
    expect((await play(before, tenant, names))?.problem).toBeUndefined();
    expect(await readFired(tenant)).toEqual([]);
    const rest = { ...exchange, steps: steps.slice(firing - 1) };
    expect((await play(rest, tenant, names))?.problem).toBeUndefined();
    expect(await readFired(tenant)).toEqual([quirk]);
  });

  const strictest: readonly Profile[] = only === undefined ? ["strict"] : ["generic", "strict"];
  it.for(strictest)("is not forgiven on a %s connection", async (profile) => {
    const tenant = await makeTenant(profile);
    const names = makeNames();
    const before = { ...exchange, steps: steps.slice(0, firing - 1) };
    expect((await play(before, tenant, names))?.problem).toBeUndefined();
    const state = await stateOf(tenant);
    const failure = await play(
      { ...exchange, steps: steps.slice(firing - 1, firing) },
      tenant,
      names,
    );
    const { keeps, ...answer } = strict;
    expect(failure).toMatchObject(answer);
    const now = await stateOf(tenant);
    if (keeps === undefined) expect(now).toEqual(state);
    else expect(now).toContainEqual(expect.objectContaining(keeps));
  });
});

/** All that the tenant has. */
async function stateOf(tenant: Tenant): Promise<unknown[]> {
  const { status, body } = await tenant.get("/");
  expect(status).toBe(200);
  return body.Resources;
}
