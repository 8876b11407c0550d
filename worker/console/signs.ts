/** The first signs of life of a connection, from its tokens and its activity. */
import { noCost } from "../execute/store.ts";
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { ConsoleContext } from "./context.ts";
import { tenantOf } from "./page.ts";

/** Each: when it came (ISO 8601 in UTC), null: not yet. */
export interface Signs {
  readonly contact: string | null;
  readonly user: string | null;
  readonly group: string | null;
}

export async function readSigns(c: ConsoleContext, scheme: string): Promise<Signs> {
  const tenant = tenantOf(c);
  const store = c.get("wiring").stores.storeFor(tenant, noCost());
  const [row] = await store.query(planSigns(tenant, scheme));
  const at = (name: string): string | null => {
    const value = row?.[name];
    return typeof value === "string" ? value : null;
  };
  return { contact: at("contact"), user: at("user_at"), group: at("group_at") };
}

/** Entries that are looked through, so that a look costs the same however long the log is. */
const MOST_ENTRIES = 5000;

/** What the connection did since its first token was made; ids begin with their time (RFC 9562 section 5.7). */
function planSigns(tenant: string, scheme: string): Statement {
  const created = (type: string): SQL => sql`(SELECT at FROM recent
    WHERE provider = ${scheme} AND operation = 'create' AND resource_type = ${type} LIMIT 1)`;
  return statement(sql`WITH since(time) AS (
      SELECT printf('%012x', CAST(round(unixepoch(min(created), 'subsec') * 1000) AS INTEGER)) FROM scim_tokens
      WHERE tenant_id = ${tenant} AND provider = ${scheme}),
    recent AS MATERIALIZED (
      SELECT provider, operation, resource_type, at FROM activity
      WHERE tenant_id = ${tenant} AND id >= (SELECT substr(time, 1, 8) || '-' || substr(time, 9) FROM since)
      ORDER BY id LIMIT CAST(${MOST_ENTRIES} AS INTEGER))
    SELECT (SELECT max(last_used) FROM scim_tokens WHERE tenant_id = ${tenant} AND provider = ${scheme}) AS contact,
      ${created("User")} AS user_at, ${created("Group")} AS group_at`);
}
