/** SQL that removes what has expired: bounded, and the same again until nothing is left. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import { KEPT_DAYS } from "./tenant-statements.ts";

/** Most rows that one step removes from one table. */
export const CHUNK = 1000;

const DAY_MS = 86_400_000;
/** Assertions stay this much longer: the clocks of two machines may differ. */
const SKEW_MS = 3_600_000;

/**
 * One step: some rows of each table. After each deletion comes how many rows went, as `gone`. Without anything to remove it costs three
 * look-ups for each tenant, and a look at each session and set-up link.
 */
export function planExpiredStep(now: Date): readonly Statement[] {
  const [at, kept] = [now.toISOString(), new Date(now.getTime() - SKEW_MS).toISOString()];
  return [
    planChunk("activity", "id", ofTenants(sql`activity a`, sql`a.id < ${oldestKept(now)}`)),
    planChunk("audit", "id", ofTenants(sql`audit a`, sql`a.id < ${oldestKept(now)}`)),
    planChunk(
      "assertions",
      "jti_hash",
      ofTenants(sql`assertions a INDEXED BY assertions_by_expiry`, sql`a.expires_at < ${kept}`),
    ),
    planChunk("sessions", "hash", sql`sessions a WHERE a.expires_at < ${at}`),
    planChunk("setup_links", "hash", sql`setup_links a WHERE a.expires_at < ${at}`),
  ].flatMap((deletion) => [deletion, statement(sql`SELECT changes() AS gone`)]);
}

function planChunk(table: string, key: string, source: SQL): Statement {
  const [name, column] = [sql.identifier(table), sql.identifier(key)];
  return statement(sql`
    DELETE FROM ${name} WHERE (tenant_id, ${column}) IN (
      SELECT a.tenant_id, a.${column} FROM ${source} LIMIT CAST(${CHUNK} AS INTEGER))`);
}

/** Rows `a` of the tenants that stand. The operators' own entries belong to none of them: they stay, so that a deletion stays known. */
function ofTenants(table: SQL, condition: SQL): SQL {
  return sql`tenants n CROSS JOIN ${table} ON a.tenant_id = n.tenant_id AND ${condition}
    WHERE n.status IN ('active', 'suspended')`;
}

/** The least UUIDv7 that the tenant `n` keeps: its first 48 bits are milliseconds. */
function oldestKept(now: Date): SQL {
  const since = sql`(CAST(${now.getTime()} AS INTEGER) - ${KEPT_DAYS} * ${sql.raw(String(DAY_MS))})`;
  return sql`printf('%08x-%04x', ${since} / 65536, ${since} % 65536)`;
}
