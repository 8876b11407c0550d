import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { removeExpired } from "../../worker/admin/retention.ts";
import { noCost } from "../../worker/execute/store.ts";
import { uuidv7 } from "../../worker/scim/ids.ts";
import worker from "../../worker/index-libsql.ts";
import { call, newTenant, OPERATOR } from "./api.ts";
import { DB, openStore } from "../support/database.ts";

const NOW = Date.parse("2026-10-01T12:00:00Z");
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** An entry in each log, so many days old. */
async function age(tenant: string, days: number): Promise<void> {
  const id = uuidv7(NOW - days * DAY, crypto.getRandomValues(new Uint8Array(8)), "");
  const at = new Date(NOW - days * DAY).toISOString();
  await DB.batch([
    DB.prepare(
      "INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, outcome, quirks, changes) VALUES (?, ?, ?, '', '', 'create', 'success', '[]', '[]')",
    ).bind(tenant, id, at),
    DB.prepare("INSERT INTO audit VALUES (?, ?, ?, '', NULL, '', '', '{}')").bind(tenant, id, at),
  ]);
}

/** How many days old what is kept of a log is, oldest first. */
async function agesOf(table: string, tenant: string): Promise<number[]> {
  const { results } = await DB.prepare(
    `SELECT at FROM ${table} WHERE tenant_id = ? AND operation IN ('', 'create') ORDER BY id`,
  )
    .bind(tenant)
    .all<{ at: string }>();
  return results.map(({ at }) => Math.round(((NOW - Date.parse(at)) / DAY) * 1000) / 1000);
}

function expire(): Promise<boolean> {
  return removeExpired(openStore(noCost()), new Date(NOW));
}

it("activity and audit go after 90 days, or when the tenant says; the operators' own stay", async () => {
  const [usual, other, suspended] = [await newTenant(), await newTenant(), await newTenant()];
  const path = `/tenants/${other.id}`;
  const body = { activityDays: 7 };
  expect((await call("PATCH", path, { as: OPERATOR, body })).body.activityDays).toBe(7);
  await call("PATCH", `/tenants/${suspended.id}`, { as: OPERATOR, body: { status: "suspended" } });
  for (const { id } of [usual, other, suspended, { id: "" }]) {
    for (const days of [400, 90.001, 89.999, 7.001, 6.999, 0]) await age(id, days);
  }
  expect(await expire()).toBe(true);
  for (const table of ["activity", "audit"]) {
    expect(await agesOf(table, usual.id)).toEqual([89.999, 7.001, 6.999, 0]);
    expect(await agesOf(table, suspended.id)).toEqual([89.999, 7.001, 6.999, 0]);
    expect(await agesOf(table, other.id)).toEqual([6.999, 0]);
  }
  expect(await agesOf("audit", "")).toEqual([400, 90.001, 89.999, 7.001, 6.999, 0]);
});

it.each([0, 3651, 1.5, "90", null])("%j days are refused", async (activityDays) => {
  const { id } = await newTenant();
  const reply = await call("PATCH", `/tenants/${id}`, { as: OPERATOR, body: { activityDays } });
  expect([reply.status, reply.body.errors?.[0].attribute]).toEqual([400, "activityDays"]);
});

it("so do assertions, sessions and set-up links that have expired", async () => {
  const { id } = await newTenant();
  const times = [-2 * HOUR, -1, HOUR].map((ms) => new Date(NOW + ms).toISOString());
  for (const at of times) {
    await DB.batch([
      DB.prepare("INSERT INTO assertions VALUES (?, ?, ?)").bind(id, at, at),
      DB.prepare("INSERT INTO sessions VALUES (?, ?, '', 'manager', '', '', ?)").bind(id, at, at),
      DB.prepare("INSERT INTO sessions VALUES ('', ?, '', 'operator', '', '', ?)").bind(at, at),
      DB.prepare("INSERT INTO setup_links VALUES (?, ?, ?, '', '', ?, NULL)").bind(id, at, at, at),
    ]);
  }
  await expire();
  const kept = async (table: string, tenant: string): Promise<unknown[]> => {
    const rows = DB.prepare(`SELECT expires_at FROM ${table} WHERE tenant_id = ? ORDER BY 1`);
    return (await rows.bind(tenant).all()).results.map((row) => row["expires_at"]);
  };
  expect(await kept("assertions", id)).toEqual(times.slice(1));
  expect(await kept("sessions", id)).toEqual(times.slice(2));
  expect(await kept("sessions", "")).toEqual(times.slice(2));
  expect(await kept("setup_links", id)).toEqual(times.slice(2));
});

it("is a step at a time, and looks at nothing that stays", async () => {
  const tenant = await newTenant();
  const numbers = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  await DB.batch(
    [
      `INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, outcome, quirks, changes) ${numbers(2500)} SELECT ?1, printf('018e0000-0000-7%03d-8%07d', 0, i), '', '', '', 'create', 'success', '[]', '[]' FROM n`,
      `INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, outcome, quirks, changes) ${numbers(2000)} SELECT ?1, printf('0200b71b-0000-7%03d-8%07d', 0, i), '', '', '', 'create', 'success', '[]', '[]' FROM n`,
    ].map((text) => DB.prepare(text).bind(tenant.id)),
  );
  const cost = noCost();
  const store = openStore(cost);
  const count = async (): Promise<unknown> =>
    (
      await DB.prepare("SELECT count(*) AS n FROM activity WHERE tenant_id = ?")
        .bind(tenant.id)
        .first()
    )?.["n"];
  expect(await removeExpired(store, new Date(NOW), 1)).toBe(false);
  expect(await count()).toBe(3500);
  expect(cost.roundTrips).toBe(1);
  expect(cost.rowsWritten).toBeLessThanOrEqual(1000);
  expect(await removeExpired(store, new Date(NOW))).toBe(true);
  expect(await count()).toBe(2000);
  const idle = noCost();
  expect(await removeExpired(openStore(idle), new Date(NOW))).toBe(true);
  expect(idle.roundTrips).toBe(1);
  expect(idle.rowsRead).toBeLessThan(100);
});

it("the Worker's schedule does it", async () => {
  const { id } = await newTenant();
  await age(id, 400);
  await worker.scheduled(createScheduledController(), {
    ...env,
    ADMIN_ISSUER: "",
    ADMIN_AUDIENCE: "",
  });
  expect(await agesOf("activity", id)).toEqual([]);
});
