import { beforeAll, expect, it } from "vitest";
import { noCost } from "../../worker/execute/store.ts";
import { appWith, call, newTenant, OPERATOR } from "./api.ts";
import { DB, openStore, storesOf } from "../support/database.ts";

const AT = "'2026-01-01T00:00:00.000Z'";
let tenant: Awaited<ReturnType<typeof newTenant>>;

/** Two tenants with 300 tokens, providers and entries in the log each: a scan would show. */
beforeAll(async () => {
  for (const { id } of [await newTenant(), (tenant = await newTenant())]) {
    const numbers =
      "WITH RECURSIVE n(i) AS (SELECT 101 UNION ALL SELECT i + 1 FROM n WHERE i < 400)";
    await DB.batch(
      [
        `INSERT INTO scim_tokens ${numbers} SELECT ?1, 'h' || i, '00000000-0000-7000-8000-000000000' || i, 'x', 'x', 'x', 'read', ${AT}, '', NULL, NULL, NULL FROM n`,
        `INSERT INTO sso_providers ${numbers} SELECT ?1, 'p' || i, '', 1, 'oidc', 'generic', '{}', ${AT}, ${AT}, NULL FROM n`,
        `INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes) ${numbers} SELECT ?1, 'a' || i, ${AT}, '', '', 'create', NULL, 'r' || i, 'success', '[]', '[]' FROM n`,
      ].map((text) => DB.prepare(text).bind(id)),
    );
  }
});

/** Rows read; where a whole list is needed, the tenant's own and no other's. */
it.each<[string, string, object | undefined, number]>([
  ["GET", "/scim", undefined, 610],
  ["POST", "/scim", { provider: "p200" }, 10],
  ["DELETE", "/scim/a-0", undefined, 5],
  ["GET", "/sso/providers", undefined, 310],
  ["POST", "/sso/providers", { scheme: "new" }, 10],
  ["GET", "/sso/providers/p200", undefined, 5],
  ["PUT", "/sso/providers/p200", {}, 10],
  // Looked at by the deletion and by its entry in the audit log.
  ["DELETE", "/sso/providers/p201", undefined, 610],
  ["GET", "/activity?count=5", undefined, 10],
  ["GET", "/activity?count=5&cursor=YTIwMA", undefined, 10],
  ["GET", "/activity?resourceId=r150", undefined, 310],
  ["GET", "/activity?provider=p&count=1", undefined, 310],
  ["GET", "/activity/a200", undefined, 5],
  ["GET", "/audit?count=5", undefined, 10],
  ["POST", "/tenants/{id}/setup-links", {}, 10],
  ["GET", "/tenants/{id}/setup-links", undefined, 10],
  ["GET", "/tenants/{id}", undefined, 2],
  ["PATCH", "/tenants/{id}", {}, 5],
])("%s %s takes one round trip", async (method, path, body, rowsRead) => {
  const cost = noCost();
  const app = appWith({ stores: storesOf(() => openStore(cost)) });
  const as = { ...OPERATOR, ...tenant.as };
  expect(
    (await call(method, path.replace("{id}", tenant.id), { as, body, app })).status,
  ).toBeLessThan(405);
  expect(cost.roundTrips).toBe(1);
  expect(cost.rowsRead).toBeLessThanOrEqual(rowsRead);
});
