import { expect, it } from "vitest";
import { noCost } from "../../worker/execute/store.ts";
import { uuidv7 } from "../../worker/scim/ids.ts";
import { appWith, call, newTenant } from "./api.ts";
import { DB, openStore, storesOf } from "../support/database.ts";

const NOW = Date.parse("2026-10-01T12:34:56Z");
const HOUR = 3_600_000;

/** So many entries of an outcome, of one age in milliseconds. */
async function note(tenant: string, provider: string, outcome: string, age: number, count = 1) {
  const statement = DB.prepare(
    "INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, outcome, quirks, changes) VALUES (?, ?, ?, '', ?, 'create', ?, '[]', '[]')",
  );
  const at = NOW - age;
  const rows = Array.from({ length: count }, () => {
    const id = uuidv7(at, crypto.getRandomValues(new Uint8Array(8)), "");
    return statement.bind(tenant, id, new Date(at).toISOString(), provider, outcome);
  });
  await DB.batch(rows);
}

async function read(as: Record<string, unknown>, cost = noCost()) {
  const app = appWith({ now: () => new Date(NOW), stores: storesOf(() => openStore(cost)) });
  return (await call("GET", "/overview", { as, app })).body;
}

it("says what there is, and what each connection did lately", async () => {
  const [{ id, as, call: manage }, other] = [await newTenant(), await newTenant()];
  await manage("POST", "/sso/providers", { scheme: "okta", displayName: "Okta", enabled: false });
  await DB.prepare('UPDATE writers SET totals = \'{"User":12,"Group":3}\' WHERE tenant_id = ?')
    .bind(id)
    .run();
  const token = (await manage("POST", "/scim", { provider: "entra" })).body.id;
  await manage("POST", "/scim", { provider: "entra" });
  const { clientId } = (
    await manage("POST", "/oauth/clients", { provider: "entra", displayName: "Client" })
  ).body;
  for (const _ of [1, 2]) await manage("POST", `/oauth/clients/${clientId}/secrets`, {});
  const used = "2026-10-01T11:00:00.000Z";
  await DB.prepare("UPDATE scim_tokens SET last_used = ? WHERE tenant_id = ? AND id = ?")
    .bind(used, id, token)
    .run();
  await note(id, "entra", "success", 0, 3);
  await note(id, "entra", "refused", 2 * HOUR, 2);
  await note(id, "entra", "unchanged", 2 * HOUR);
  await note(id, "entra", "success", 23 * HOUR);
  await note(id, "entra", "success", 24 * HOUR);
  await note(id, "okta", "refused", 100 * HOUR);
  await note(other.id, "entra", "success", 0, 9);

  const { resources, connections } = await read(as);
  expect(resources).toEqual({ User: 12, Group: 3 });
  const [entra, okta] = connections;
  expect(entra).toMatchObject({
    provider: "entra",
    displayName: "Entra ID",
    enabled: true,
    profile: "generic",
    tokens: 2,
    clients: 1,
    lastUsed: used,
    lastChange: "2026-10-01T12:34:56.000Z",
    lastRefusal: "2026-10-01T10:34:56.000Z",
  });
  expect(entra.hours).toHaveLength(24);
  expect([entra.hours[0].at, entra.hours[23].at]).toEqual([
    "2026-09-30T13:00:00.000Z",
    "2026-10-01T12:00:00.000Z",
  ]);
  const busy = entra.hours.filter(
    (hour: { changes: number; refusals: number }) => hour.changes + hour.refusals > 0,
  );
  expect(busy).toEqual([
    { at: "2026-09-30T13:00:00.000Z", changes: 1, refusals: 0 },
    { at: "2026-10-01T10:00:00.000Z", changes: 0, refusals: 2 },
    { at: "2026-10-01T12:00:00.000Z", changes: 3, refusals: 0 },
  ]);
  expect(okta).toMatchObject({
    enabled: false,
    tokens: 0,
    clients: 0,
    lastUsed: null,
    lastChange: null,
    lastRefusal: "2026-09-27T08:34:56.000Z",
  });
});

it("of a tenant that has nothing yet says so", async () => {
  const { as, call: manage } = await newTenant();
  await manage("DELETE", "/sso/providers/entra");
  expect(await read(as)).toEqual({ resources: {}, connections: [] });
});

it("takes one round trip, and looks at the day's entries and at 5000 at the most", async () => {
  const { id, as } = await newTenant();
  await DB.prepare(
    `INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, outcome, quirks, changes)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
     SELECT ?, printf('018e0000-0000-7000-8000-%012d', i), '', '', 'entra', 'create', 'unchanged', '[]', '[]' FROM n`,
  )
    .bind(id)
    .run();
  await note(id, "entra", "success", HOUR, 50);
  const cost = noCost();
  const { connections } = await read(as, cost);
  expect(connections[0].hours[22].changes).toBe(50);
  expect(cost.roundTrips).toBe(1);
  expect(cost.rowsRead).toBeLessThanOrEqual(2 * (50 + 5000) + 50);
});
