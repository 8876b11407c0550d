/** The map from tenants to shards: remembered, and corrected where it has become stale. */
import { describe, expect, it } from "vitest";
import { executeInTenant } from "../../worker/admin/in-tenant.ts";
import { planNewProvider } from "../../worker/admin/provider-statements.ts";
import { noCost } from "../../worker/execute/store.ts";
import { makeStores } from "../../worker/execute/stores.ts";
import type { Stores } from "../../worker/execute/stores.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import { OPEN, SHARDS, freshStores, newTenant, place, rowsIn } from "./placed.ts";

/** In which database the tenant's own row says that it is here, and how many round trips it took to find out. */
async function look(stores: Stores, tenant: string): Promise<[string | undefined, number]> {
  const cost = noCost();
  const standing = sql`SELECT w.tenant_id FROM tenants n CROSS JOIN writers w ON w.tenant_id = n.tenant_id
    WHERE n.tenant_id = ${tenant} AND n.status = 'active' AND n.shard IS NULL`;
  const rows = await stores.storeFor(tenant, cost).query(statement(standing));
  return [rows[0]?.["tenant_id"] as string | undefined, cost.roundTrips];
}

async function looks(stores: Stores, tenant: string): Promise<number[]> {
  const found = [await look(stores, tenant), await look(stores, tenant)];
  expect(found.map(([id]) => id)).toEqual([tenant, tenant]);
  return found.map(([, trips]) => trips);
}

describe("the map", () => {
  it("isn't needed for who is in the main database, nor for who is nowhere", async () => {
    const [stores, id] = [freshStores(), await newTenant()];
    expect(await looks(stores, id)).toEqual([1, 1]);
    expect(await look(stores, "t-nobody")).toEqual([undefined, 1]);
  });

  it.each(SHARDS)("is read once, with the first request for a tenant on %s", async (shard) => {
    const [stores, id] = [freshStores(), await newTenant()];
    await place(id, shard);
    expect(await looks(stores, id)).toEqual([2, 1]);
  });

  it.each<[string | null, string | null, number]>([
    [null, "eu", 2],
    [null, "far", 2],
    ["eu", null, 2],
    ["far", null, 2],
    ["eu", "far", 3],
    ["far", "eu", 3],
  ])("that is stale is read again, once: from %s to %s", async (from, to, trips) => {
    const [stores, id] = [freshStores(), await newTenant()];
    await place(id, from);
    await looks(stores, id);
    await place(id, to);
    expect(await looks(stores, id)).toEqual([trips, 1]);
  });

  it("that is stale writes nothing where the tenant was", async () => {
    const [stores, id] = [freshStores(), await newTenant()];
    await place(id, "eu");
    await looks(stores, id);
    await place(id, "far");
    const values = {
      scheme: "idp",
      displayName: "",
      enabled: true,
      profile: "generic" as const,
      properties: "{}",
    };
    await executeInTenant(stores.storeFor(id, noCost()), id, [planNewProvider(id, values, "2026")]);
    expect([await rowsIn("main", id), await rowsIn("eu", id), await rowsIn("far", id)]).toEqual([
      { tenants: 1 },
      {},
      { tenants: 1, writers: 1, sso_providers: 1 },
    ]);
  });

  it("isn't there without shards: nothing is asked", async () => {
    const stores = makeStores({ main: OPEN.main, shards: new Map() });
    const cost = noCost();
    await stores.storeFor(await newTenant(), cost).query(statement(sql`SELECT 1 AS x`));
    expect(cost).toMatchObject({ statements: 1, roundTrips: 1 });
  });

  it("holds where a tenant is placed while others look: nobody sees it in two places", async () => {
    const id = await newTenant();
    const isolates = Array.from({ length: 5 }, () => freshStores());
    const seen: unknown[] = [];
    const watch = isolates.map(async (stores) => {
      for (let index = 0; index < 40; index += 1) seen.push((await look(stores, id))[0]);
    });
    const statuses: number[] = [];
    for (const shard of ["eu", null, "far", "eu"]) statuses.push((await place(id, shard)).status);
    await Promise.all(watch);
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(seen.filter((found) => found !== undefined && found !== id)).toEqual([]);
    for (const stores of isolates) expect((await look(stores, id))[0]).toBe(id);
    expect([await rowsIn("eu", id), await rowsIn("far", id)]).toEqual([
      { tenants: 1, writers: 1 },
      {},
    ]);
  });
});
