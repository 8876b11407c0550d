/** The token row of a claim, and the condition that it holds: what every other statement is guarded by. */
import type { Profile } from "../../schema/provider.ts";
import { keyOf } from "../scim/principal.ts";
import type { Claim, Credential, ManagedTenant } from "../scim/principal.ts";
import { tables } from "./lists.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

/**
 * The one row of a credential. An OAuth client's secret lets nobody in by itself, and a SCIM token is behind no access
 * token.
 */
function isRow(credential: Credential): SQL {
  switch (credential.kind) {
    case "token":
      return sql`t.hash = ${credential.hash} AND t.client_id IS NULL`;
    case "grant":
      return sql`t.id = ${credential.id} AND t.client_id IS NOT NULL`;
  }
}

/** The connection `p` and the tenant `n` of a token `t`. */
export const CONNECTED: SQL = sql`CROSS JOIN sso_providers p ON p.tenant_id = t.tenant_id AND p.scheme = t.provider
    CROSS JOIN tenants n ON n.tenant_id = t.tenant_id`;

/** Condition: it has not expired, and its tenant is in this database. */
export function isAlive(at: string): SQL {
  return sql`(t.expires_at IS NULL OR t.expires_at > ${at}) AND n.status IN ('active', 'suspended') AND n.shard IS NULL`;
}

/** The valid token of a claim, with its connection and tenant: whoever may or may not do what, this says who it is. */
function tokenRows(claim: Claim): SQL {
  return sql`scim_tokens t
    ${CONNECTED}
    WHERE t.tenant_id = ${claim.tenant} AND ${isRow(claim.credential)}
      AND ${isAlive(claim.at)}`;
}

/** One row where the token is known and valid; `status`, `enabled` and `scope` may still forbid. */
export function planToken(claim: Claim): Statement {
  return statement(sql`SELECT t.tenant_id, t.id, t.provider, t.scope, t.last_used, p.profile, p.enabled, n.status
    FROM ${tokenRows(claim)}`);
}

/**
 * The claim as a table of at most one row: `tenant_id`, whether it `holds` (the token may read), and `token`: the columns of `planToken`
 * as a JSON object, NULL for an administrator, who has none.
 */
export function claimRow(claim: Claim | ManagedTenant): SQL {
  if ("kind" in claim) {
    return sql`(SELECT tenant_id, 1 AS holds, NULL AS token FROM tenants
      WHERE tenant_id = ${claim.tenant} AND status IN ('active', 'suspended') AND shard IS NULL)`;
  }
  return sql`(SELECT t.tenant_id, n.status = 'active' AND p.enabled = 1 AS holds, json_object('tenant_id', t.tenant_id, 'id', t.id,
      'provider', t.provider, 'scope', t.scope, 'last_used', t.last_used, 'profile', p.profile, 'enabled', p.enabled, 'status', n.status) AS token
    FROM ${tokenRows(claim)})`;
}

/** The tenant of a claim, as the table `claim` gives it: NULL where the claim doesn't hold, and NULL finds no row. */
export const CLAIMED_TENANT: SQL = sql`(SELECT tenant_id FROM claim)`;

/**
 * The common table expression `claim`, with a comma after it: the tenant, where the token may read. Statements take their tenant from
 * it, so that without a valid token they read nothing more; a condition beside theirs would be evaluated last.
 */
export function claimTable(claim: Claim | ManagedTenant): SQL {
  return sql`claim(tenant_id, token) AS MATERIALIZED (SELECT iif(holds, tenant_id, NULL), token FROM ${claimRow(claim)}),`;
}

/** The rows of the tokens of several claims of one tenant, each with the key of its credential. */
export function planTokens(tenant: string, credentials: readonly Credential[], at: string): SQL[] {
  const unrepeated = [...new Map(credentials.map((each) => [keyOf(each), each])).values()];
  const hashes = unrepeated.flatMap((each) => (each.kind === "token" ? [[each.hash]] : []));
  const ids = unrepeated.flatMap((each) => (each.kind === "grant" ? [[each.id]] : []));
  return [
    ...tables(hashes).map((table) => selectTokens(table, TOKEN_ARM, tenant, at)),
    ...tables(ids).map((table) => selectTokens(table, GRANT_ARM, tenant, at)),
  ];
}

/** What `keyOf` makes of a credential, and its row by the listed value. */
const TOKEN_ARM = {
  key: sql`'token ' || t.hash`,
  found: sql`t.hash = j.column1 AND t.client_id IS NULL`,
};
const GRANT_ARM = {
  key: sql`'grant ' || t.id`,
  found: sql`t.id = j.column1 AND t.client_id IS NOT NULL`,
};

function selectTokens(
  table: SQL,
  { key, found }: typeof TOKEN_ARM,
  tenant: string,
  at: string,
): SQL {
  return sql`SELECT ${key} AS credential, t.scope, p.enabled, p.profile, n.status FROM ${table} j
    CROSS JOIN scim_tokens t ON t.tenant_id = ${tenant} AND ${found}
    ${CONNECTED}
    WHERE ${isAlive(at)}`;
}

/** Holds where the token may write, and its connection still has the profile by whose rules the request was read. */
export function mayWrite(claim: Claim, profile: Profile): SQL {
  return sql`EXISTS (SELECT 1 FROM ${tokenRows(claim)}
    AND n.status = 'active' AND p.enabled = 1 AND t.scope = 'provision' AND p.profile = ${profile})`;
}

/** Notes what a connection's requests look like. */
export function planSeen(claim: Claim, provider: string, profile: string): Statement {
  return statement(sql`UPDATE sso_providers SET seen_profile = ${profile}
    WHERE tenant_id = ${claim.tenant} AND scheme = ${provider}`);
}

/** Notes that the token was used. */
export function planTouch(claim: Claim): Statement {
  return statement(sql`UPDATE scim_tokens AS t SET last_used = ${claim.at}
    WHERE t.tenant_id = ${claim.tenant} AND ${isRow(claim.credential)}`);
}
