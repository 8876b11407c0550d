/** SQL of a tenant's overview: what it holds, how its connections are, and what they did lately. */
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import { firstIdAt } from "../scim/ids.ts";

/** How many of the latest entries are looked at for a connection's last change and last refusal. */
const LATEST = 5000;

export function planTotals(tenant: string): Statement {
  return statement(sql`SELECT totals FROM writers WHERE tenant_id = ${tenant}`);
}

/** Each connection with its tokens, and the last use of any credential of it; in the order of their schemes. */
export function planConnections(tenant: string): Statement {
  return statement(sql`
    WITH used AS MATERIALIZED (
      SELECT provider, count(*) FILTER (WHERE client_id IS NULL) AS tokens, count(DISTINCT client_id) AS clients,
        max(last_used) AS last_used
      FROM scim_tokens WHERE tenant_id = ${tenant} GROUP BY provider)
    SELECT p.scheme, p.display_name, p.enabled, p.profile, coalesce(u.tokens, 0) AS tokens, coalesce(u.clients, 0) AS clients, u.last_used
    FROM sso_providers p LEFT JOIN used u ON u.provider = p.scheme
    WHERE p.tenant_id = ${tenant} ORDER BY p.scheme`);
}

/**
 * How much each connection changed and was refused in each hour since then. It reads the entries of these hours once, by the range
 * of their ids: as many rows as there are.
 */
export function planHours(tenant: string, since: Date): Statement {
  return statement(sql`
    SELECT provider, substr(at, 1, 13) || ':00:00.000Z' AS hour,
      count(*) FILTER (WHERE outcome = 'success') AS changes, count(*) FILTER (WHERE outcome = 'refused') AS refusals
    FROM activity WHERE tenant_id = ${tenant} AND id >= ${firstIdAt(since.getTime())} GROUP BY provider, hour`);
}

/** The last change and the last refusal of each connection, among the tenant's latest entries: so many rows at the most. */
export function planLast(tenant: string): Statement {
  return statement(sql`
    SELECT provider, max(at) FILTER (WHERE outcome = 'success') AS change, max(at) FILTER (WHERE outcome = 'refused') AS refusal
    FROM (SELECT provider, outcome, at FROM activity WHERE tenant_id = ${tenant}
      ORDER BY id DESC LIMIT CAST(${LATEST} AS INTEGER))
    GROUP BY provider`);
}
