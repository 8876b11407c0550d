/** SQL that removes a deleted tenant's rows: bounded, and the same again until nothing is left. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Deletion } from "./audit-entry.ts";

/** Most rows that one step removes from one table: short enough not to hold up a database with one thread. */
const CHUNK = 1000;

/** Tables of a tenant's rows with what follows tenant_id in their primary keys; `writers` goes with the mark. */
export const TENANT_TABLES = Object.freeze({
  scim_tokens: ["hash"],
  oauth_clients: ["client_id"],
  federated_credentials: ["client_id", "id"],
  assertions: ["jti_hash"],
  sso_providers: ["scheme"],
  sessions: ["hash"],
  setup_links: ["hash"],
  audit: ["id"],
  activity: ["id"],
  outbox: ["sequence"],
  positions: ["type", "first_id"],
  members: ["group_id", "member_id"],
  resource_values: ["type", "attribute", "value", "holder"],
  resources: ["type", "id"],
} satisfies Record<string, readonly string[]>);

/**
 * Marks the tenant, and returns its shard unless it was deleted before; of a tenant on a shard both rows are marked. From here no token is valid, and without its row in
 * `writers` no write that is under way can commit.
 */
export function planMark(tenant: string, now: string): Deletion {
  return {
    gone: sql`SELECT json_object('displayName', display_name) AS detail FROM tenants
      WHERE tenant_id = ${tenant} AND status IN ('active', 'suspended')`,
    statements: [
      statement(sql`
        UPDATE tenants SET status = 'deleting', last_modified = ${now}
        WHERE tenant_id = ${tenant} AND status <> 'deleted'
        RETURNING shard`),
      statement(sql`DELETE FROM writers WHERE tenant_id = ${tenant} AND ${isMarked(tenant)}`),
    ],
  };
}

/** One step: some rows of each table; once none are left, the tombstone. Returns a row last while there is more to do. */
export function planStep(tenant: string): readonly Statement[] {
  const tables = Object.entries(TENANT_TABLES);
  return [
    ...tables.map(([table, key]) => planChunk(tenant, table, key)),
    planTombstone(tenant, Object.keys(TENANT_TABLES)),
    statement(sql`SELECT 1 AS more WHERE ${isMarked(tenant)}`),
  ];
}

/** The tombstone in the main database of a tenant whose shard holds nothing of it any more. */
export function planShownTombstone(tenant: string): Statement {
  return statement(sql`
    UPDATE tenants SET status = 'deleted', display_name = ''
    WHERE tenant_id = ${tenant} AND status = 'deleting' AND shard IS NOT NULL`);
}

/** The tenants whose removal has not ended. */
export function planMarked(): Statement {
  return statement(sql`SELECT tenant_id, shard FROM tenants WHERE status = 'deleting'`);
}

function planChunk(tenant: string, table: string, key: readonly string[]): Statement {
  const columns = sql.join(
    ["tenant_id", ...key].map((column) => sql.identifier(column)),
    sql`, `,
  );
  const name = sql.identifier(table);
  return statement(sql`
    DELETE FROM ${name} WHERE (${columns}) IN (
      SELECT ${columns} FROM ${name} WHERE tenant_id = ${tenant} AND ${isMarked(tenant)} LIMIT CAST(${CHUNK} AS INTEGER))`);
}

/** The name goes, the id stays. */
function planTombstone(tenant: string, tables: readonly string[]): Statement {
  return statement(sql`
    UPDATE tenants SET status = 'deleted', display_name = ''
    WHERE tenant_id = ${tenant} AND status = 'deleting' AND shard IS NULL AND ${isNowhere(tenant, tables)}`);
}

/** Condition: these tables have no row of the tenant's. */
export function isNowhere(tenant: string, tables: readonly string[]): SQL {
  const empty = tables.map(
    (table) => sql`NOT EXISTS (SELECT 1 FROM ${sql.identifier(table)} WHERE tenant_id = ${tenant})`,
  );
  return sql.join(empty, sql` AND `);
}

/** Condition: the tenant is in this database and being deleted. No statement here touches another's rows. */
function isMarked(tenant: string): SQL {
  return sql`EXISTS (SELECT 1 FROM tenants WHERE tenant_id = ${tenant} AND status = 'deleting' AND shard IS NULL)`;
}
