/** SQL that moves an empty tenant from one database to another: its row, its writer's, and what was done to it so far. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Row } from "../execute/store.ts";
import { TENANT_TABLES, isNowhere } from "./removal-statements.ts";

/** Most entries of the audit log that are carried along. */
export const MOST_CARRIED = 200;

const AUDIT = sql`tenant_id, id, at, actor, address, operation, target, detail`;

/** Changes nothing of a placed tenant: so that the audit log has an entry of a placement that was carried out. */
export function planNoted(tenant: string, shard: string | null): Statement {
  return statement(
    sql`UPDATE tenants SET shard = shard WHERE tenant_id = ${tenant} AND shard IS ${shard}`,
  );
}

/** The tenant where it is in this database and empty, and its audit log. */
export function planCarried(tenant: string): readonly Statement[] {
  return [
    statement(sql`
      SELECT tenant_id, display_name, status, created, last_modified, activity_days FROM tenants
      WHERE tenant_id = ${tenant} AND status IN ('active', 'suspended') AND shard IS NULL AND ${isEmpty(tenant)}`),
    statement(sql`
      SELECT ${AUDIT} FROM audit WHERE tenant_id = ${tenant}
      ORDER BY id LIMIT CAST(${MOST_CARRIED + 1} AS INTEGER)`),
  ];
}

/** The tenant in its shard, as the main database had it. `audit`: a JSON array of rows. */
export function planArrival(tenant: Row, audit: string): readonly Statement[] {
  const value = (column: string): SQL => sql`${tenant[column] ?? null}`;
  const id = String(tenant["tenant_id"]);
  return [
    statement(sql`
      INSERT INTO tenants (tenant_id, display_name, status, created, last_modified, activity_days)
      VALUES (${id}, ${value("display_name")}, ${value("status")}, ${value("created")}, ${value("last_modified")},
        CAST(${value("activity_days")} AS INTEGER))
      ON CONFLICT (tenant_id) DO UPDATE SET display_name = excluded.display_name, status = excluded.status,
        last_modified = excluded.last_modified, activity_days = excluded.activity_days`),
    planWriter(id),
    planAudit(audit),
  ];
}

/** Sends everybody to the shard, where the tenant is still as it was read. Returns a row first, or none. */
export function planPlacement(tenant: Row, shard: string): readonly Statement[] {
  const id = String(tenant["tenant_id"]);
  const [status, modified] = [String(tenant["status"]), String(tenant["last_modified"])];
  const isPlaced = sql`EXISTS (SELECT 1 FROM tenants WHERE tenant_id = ${id} AND shard = ${shard})`;
  return [
    statement(sql`
      UPDATE tenants SET shard = ${shard}
      WHERE tenant_id = ${id} AND status = ${status} AND last_modified = ${modified}
        AND shard IS NULL AND ${isEmpty(id)}
      RETURNING shard`),
    statement(sql`DELETE FROM writers WHERE tenant_id = ${id} AND ${isPlaced}`),
    statement(sql`DELETE FROM audit WHERE tenant_id = ${id} AND ${isPlaced}`),
  ];
}

/** A shard forgets an empty tenant; the row is last, where it stays. */
export function planDeparture(tenant: string): readonly Statement[] {
  return [
    ...["writers", "audit", "tenants"].map((table) =>
      statement(
        sql`DELETE FROM ${sql.identifier(table)} WHERE tenant_id = ${tenant} AND ${isEmpty(tenant)}`,
      ),
    ),
    statement(sql`SELECT 1 AS stays FROM tenants WHERE tenant_id = ${tenant}`),
  ];
}

/** The main database has the tenant again. */
export function planReturn(tenant: string, shard: string): readonly Statement[] {
  return [
    statement(
      sql`UPDATE tenants SET shard = NULL WHERE tenant_id = ${tenant} AND shard = ${shard}`,
    ),
    planWriter(tenant),
  ];
}

function planWriter(tenant: string): Statement {
  return statement(sql`
    INSERT INTO writers (tenant_id, sequence, ok, totals, last_id) VALUES (${tenant}, 0, 1, '{}', '')
    ON CONFLICT DO NOTHING`);
}

/** `rows`: a JSON array; those that are there already stay as they are. */
export function planAudit(rows: string): Statement {
  return statement(sql`
    INSERT INTO audit (${AUDIT})
    SELECT value ->> 'tenant_id', value ->> 'id', value ->> 'at', value ->> 'actor', value ->> 'address',
      value ->> 'operation', value ->> 'target', value ->> 'detail'
    FROM json_each(${rows}) WHERE true
    ON CONFLICT DO NOTHING`);
}

/** The audit log goes along, and sessions of the console are in the main database whoever they are for. */
const STAYING: ReadonlySet<string> = new Set(["audit", "sessions"]);

/** Condition: the tenant has no rows but its own, its writer's, and the audit log's. */
function isEmpty(tenant: string): SQL {
  const tables = Object.keys(TENANT_TABLES).filter((table) => !STAYING.has(table));
  return isNowhere(tenant, tables);
}
