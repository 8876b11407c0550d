/** The token row of a claim, and the condition that it holds: what every other statement is guarded by. */
import type { Claim, Credential, ManagedTenant } from "../scim/principal.ts";
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

/** The valid token of a claim, with its connection and tenant: whoever may or may not do what, this says who it is. */
function tokenRows(claim: Claim): SQL {
  return sql`scim_tokens t
    CROSS JOIN sso_providers p ON p.tenant_id = t.tenant_id AND p.scheme = t.provider
    CROSS JOIN tenants n ON n.tenant_id = t.tenant_id
    WHERE t.tenant_id = ${claim.tenant} AND ${isRow(claim.credential)}
      AND (t.expires_at IS NULL OR t.expires_at > ${claim.at}) AND n.status IN ('active', 'suspended') AND n.shard IS NULL`;
}

/** One row where the token is known and valid; `status`, `enabled` and `scope` may still forbid. */
export function planToken(claim: Claim): Statement {
  return statement(sql`SELECT t.tenant_id, t.id, t.provider, t.scope, t.last_used, p.profile, p.enabled, n.status
    FROM ${tokenRows(claim)}`);
}

/** The tenant of a claim, as the table `claim` gives it: NULL where the claim doesn't hold, and NULL finds no row. */
export const CLAIMED_TENANT: SQL = sql`(SELECT tenant_id FROM claim)`;

/**
 * The common table expression `claim`, with a comma after it: the tenant, where the token may read. Statements take their tenant from
 * it, so that without a valid token they read nothing more; a condition beside theirs would be evaluated last.
 */
export function claimTable(claim: Claim | ManagedTenant): SQL {
  if ("kind" in claim) {
    return sql`claim(tenant_id) AS MATERIALIZED (SELECT tenant_id FROM tenants
      WHERE tenant_id = ${claim.tenant} AND status IN ('active', 'suspended')),`;
  }
  return sql`claim(tenant_id) AS MATERIALIZED (SELECT t.tenant_id FROM ${tokenRows(claim)}
    AND n.status = 'active' AND p.enabled = 1),`;
}

/** The same for a tenant's writer, which reads for several tokens at once and judges each of them by its own row. */
export function tenantTable(tenant: string): SQL {
  return sql`claim(tenant_id) AS MATERIALIZED (SELECT ${tenant}),`;
}

/** The rows of the tokens of several claims of one tenant, each with the key of its credential. */
export function planTokens(claim: Claim, credentials: readonly Credential[]): Statement {
  const hashes = credentials.flatMap((each) => (each.kind === "token" ? [each.hash] : []));
  const ids = credentials.flatMap((each) => (each.kind === "grant" ? [each.id] : []));
  const arms = [
    ...(hashes.length > 0 ? [listed(claim, hashes, TOKEN_ARM)] : []),
    ...(ids.length > 0 ? [listed(claim, ids, GRANT_ARM)] : []),
  ];
  return statement(sql.join(arms, sql` UNION ALL `));
}

/** What `keyOf` makes of a credential, and its row by the listed value. */
const TOKEN_ARM = {
  key: sql`'token ' || t.hash`,
  found: sql`t.hash = j.value AND t.client_id IS NULL`,
};
const GRANT_ARM = {
  key: sql`'grant ' || t.id`,
  found: sql`t.id = j.value AND t.client_id IS NOT NULL`,
};

function listed(claim: Claim, values: readonly string[], { key, found }: typeof TOKEN_ARM): SQL {
  return sql`SELECT ${key} AS credential, t.scope, p.enabled, n.status
    FROM json_each(${JSON.stringify([...new Set(values)])}) j
    CROSS JOIN scim_tokens t ON t.tenant_id = ${claim.tenant} AND ${found}
    CROSS JOIN sso_providers p ON p.tenant_id = t.tenant_id AND p.scheme = t.provider
    CROSS JOIN tenants n ON n.tenant_id = t.tenant_id
    WHERE (t.expires_at IS NULL OR t.expires_at > ${claim.at}) AND n.status IN ('active', 'suspended') AND n.shard IS NULL`;
}

/** Holds where the token may write. */
export function mayWrite(claim: Claim): SQL {
  return sql`EXISTS (SELECT 1 FROM ${tokenRows(claim)}
    AND n.status = 'active' AND p.enabled = 1 AND t.scope = 'provision')`;
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
