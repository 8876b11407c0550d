import { expect, it } from "vitest";
import { DB } from "../support/database.ts";

/** drizzle-kit can't express WITHOUT ROWID and would drop it when it rebuilds a table. */
it("every table has no rowid, and every index is there", async () => {
  const { results } = await DB.prepare(
    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'd1_%' AND name NOT LIKE '_cf_%' AND name <> '__drizzle_migrations' ORDER BY name",
  ).all<{ type: string; name: string; sql: string }>();
  const tables = results.filter((row) => row.type === "table");
  expect(tables.map((row) => row.name)).toEqual([
    "activity",
    "assertions",
    "audit",
    "federated_credentials",
    "members",
    "oauth_clients",
    "outbox",
    "positions",
    "resource_values",
    "resources",
    "scim_tokens",
    "sessions",
    "setup_links",
    "sso_providers",
    "tenants",
    "writers",
  ]);
  for (const table of tables) expect(table.sql, table.name).toMatch(/\) WITHOUT ROWID$/);
  expect(results.filter((row) => row.type === "index").map((row) => row.name)).toEqual([
    "assertions_by_expiry",
    "members_by_member",
    "scim_tokens_by_id",
  ]);
});
