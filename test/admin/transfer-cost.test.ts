/** What a page of an export or an audit costs: its own rows, however large the tenant and its neighbours are. */
import { beforeAll, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { readExportPage } from "../../worker/admin/transfer-export.ts";
import { importLines } from "../../worker/admin/transfer-import.ts";
import { verifyStep } from "../../worker/admin/verify-step.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { Cost } from "../../worker/execute/store.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { DB, openStore } from "../support/database.ts";
import { openWriter } from "../support/aside.ts";

/** What the audit log is told is another test's. */
const ENTRY = (): Statement => ({ sql: "SELECT 1", params: [] });

const id = (number: number): string =>
  `01900000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
const AT = "2026-01-01T00:00:00.000Z";

/** Two tenants with 5,000 users each, all in one group: a scan would show. */
beforeAll(async () => {
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)";
  const uuid = "printf('01900000-0000-7000-8000-%012x', i)";
  const body = (folded: boolean) =>
    `'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"' || ${uuid} || '","userName":"${folded ? "u" : "U"}' || i || '"}'`;
  for (const tenant of ["a", "b"]) {
    await DB.batch(
      [
        "INSERT INTO tenants (tenant_id, display_name, status, created, last_modified) VALUES (?, 'T', 'active', '', '')",
        `INSERT INTO writers VALUES (?, 1, 1, '{"User":5000,"Group":1}', '${id(9000)}')`,
        `INSERT INTO resources ${numbers} SELECT ?, 'User', ${uuid}, 1, '${AT}', '${AT}', ${body(false)}, jsonb(${body(true)}) FROM n`,
        `INSERT INTO resource_values ${numbers} SELECT ?, 'User', 'userName', 'u' || i, '', ${uuid} FROM n`,
        `INSERT INTO members ${numbers} SELECT ?, '${id(9000)}', ${uuid}, 'User' FROM n`,
        `INSERT INTO positions ${numbers} SELECT ?, 'User', iif(i = 1, '', ${uuid}), 400 FROM n WHERE i % 400 = 1 AND i < 4800`,
        `INSERT INTO positions SELECT ?, 'User', '${id(4801)}', 200`,
      ].map((text) => DB.prepare(text).bind(tenant)),
    );
  }
});

function measured(): { cost: Cost; store: ReturnType<typeof openStore> } {
  const cost = noCost();
  return { cost, store: openStore(cost) };
}

/** sqld counts up to a fifth more than D1, for the same plans: the bounds are wide enough for it. */
it.each<[string, string, number, number]>([
  ["connections", '["connection",""]', 0, 10],
  ["resources", '["resource","",""]', 500, 3600],
  ["resources further on", JSON.stringify(["resource", "User", id(3000)]), 500, 3600],
  ["members", JSON.stringify(["member", id(9000), id(3000)]), 500, 1100],
])("a page of %s is read in one round trip", async (_name, cursor, lines, rowsRead) => {
  const { cost, store } = measured();
  const page = await readExportPage(store, "a", cursor);
  expect(page.lines).toHaveLength(lines);
  expect(cost.roundTrips).toBe(1);
  expect(cost.rowsRead).toBeLessThanOrEqual(rowsRead);
  expect(cost.rowsWritten).toBe(0);
});

it.each<[string, readonly string[], number, number, number]>([
  ["the writer", ["writer"], 1, 1, 20],
  ["index rows", ["values", "User", "userName", "u3000", ""], 500, 1, 4600],
  ["resources", ["resources", "User", id(3000)], 200, 2, 2100],
  ["members", ["members", id(9000), id(3000)], 1000, 1, 6100],
  ["positions", ["positions", "User", ""], 13, 1, 5200],
  ["totals", ["totals"], 1, 1, 40],
])("a step over %s reads its own rows", async (_name, cursor, checked, trips, rowsRead) => {
  const { cost, store } = measured();
  const request = { tenant: "a", repair: false, types: RESOURCE_TYPES, entry: ENTRY, openWriter };
  const step = await verifyStep(store, { ...request, cursor: JSON.stringify(cursor) });
  expect(step.checked).toBe(checked);
  expect(cost.roundTrips).toBe(trips);
  expect(cost.rowsRead).toBeLessThanOrEqual(rowsRead);
  expect(cost.rowsWritten).toBe(0);
});

it("a chunk of an import takes two round trips, and one where all of it is there", async () => {
  const lines = Array.from({ length: 100 }, (_one, index) => {
    const document = {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      id: id(9100 + index),
      userName: `new ${index}`,
    };
    return {
      kind: "resource",
      type: "User",
      id: document.id,
      version: 1,
      created: AT,
      lastModified: AT,
      document,
    } as const;
  });
  const request = {
    tenant: "a",
    lines,
    replace: false,
    types: RESOURCE_TYPES,
    entry: ENTRY,
    openWriter,
    now: new Date(),
  };
  const first = measured();
  expect(await importLines(first.store, request)).toEqual({ written: 100, kept: 0 });
  expect(first.cost.roundTrips).toBe(2);
  expect(first.cost.rowsRead).toBeLessThanOrEqual(1400);
  // A resource, its index row; the guard and the run.
  expect(first.cost.rowsWritten).toBe(202);
  const second = measured();
  expect(await importLines(second.store, request)).toEqual({ written: 0, kept: 100 });
  expect([second.cost.roundTrips, second.cost.rowsWritten]).toEqual([1, 0]);
});
