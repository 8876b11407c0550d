/** SQL of the activity log, for the management API. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";

export interface ActivityRequest {
  /** Only what is older than this id. */
  readonly before?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly outcome?: string | undefined;
  /** Scheme of the connection. */
  readonly provider?: string | undefined;
  readonly count: number;
}

const SHOWN = sql`id, at, token_id, provider, operation, request, resource_type, resource_id, outcome, quirks, changes,
  status, detail, latency`;

export function planEntry(tenant: string, id: string): Statement {
  return statement(sql`SELECT ${SHOWN} FROM activity WHERE tenant_id = ${tenant} AND id = ${id}`);
}

/** Newest first, and one row more than asked for where there are more. */
export function planActivity(tenant: string, request: ActivityRequest): Statement {
  const conditions: SQL[] = [];
  if (request.before !== undefined) conditions.push(sql` AND id < ${request.before}`);
  if (request.resourceId !== undefined)
    conditions.push(sql` AND resource_id = ${request.resourceId}`);
  if (request.outcome !== undefined) conditions.push(sql` AND outcome = ${request.outcome}`);
  if (request.provider !== undefined) conditions.push(sql` AND provider = ${request.provider}`);
  return statement(sql`
    SELECT ${SHOWN} FROM activity WHERE tenant_id = ${tenant}${sql.join(conditions)}
    ORDER BY id DESC LIMIT CAST(${request.count + 1} AS INTEGER)`);
}
