/** The token row of a claim, and the condition that it holds: what every other statement is guarded by. */
import type { Claim } from "../scim/principal.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

/** The valid token of a claim, with its connection and tenant: whoever may or may not do what, this says who it is. */
function tokenRows(claim: Claim): SQL {
  return sql`scim_tokens t
    CROSS JOIN sso_providers p ON p.tenant_id = t.tenant_id AND p.scheme = t.provider
    CROSS JOIN tenants n ON n.tenant_id = t.tenant_id
    WHERE t.tenant_id = ${claim.tenant} AND t.hash = ${claim.tokenHash}
      AND (t.expires_at IS NULL OR t.expires_at > ${claim.at}) AND n.status IN ('active', 'suspended')`;
}

/** One row where the token is known and valid; `status`, `enabled` and `scope` may still forbid. */
export function planToken(claim: Claim): Statement {
  return statement(sql`SELECT t.tenant_id, t.id, t.provider, t.scope, t.last_used, p.profile, p.enabled, n.status
    FROM ${tokenRows(claim)}`);
}

/** The tenant of a claim, as the table `claim` gives it: NULL where the claim doesn't hold, and NULL finds no row. */
export const CLAIMED_TENANT: SQL = sql`(SELECT tenant_id FROM claim)`;

/**
 * The common table expression `claim`, with a comma after it: the tenant, where the token may read (or write). Statements take their
 * tenant from it, so that without a valid token they read nothing more; a condition beside theirs would be evaluated last.
 */
export function claimTable(claim: Claim, access: "read" | "write"): SQL {
  const mayWriteToo = access === "write" ? sql` AND t.scope = 'provision'` : sql``;
  return sql`claim(tenant_id) AS MATERIALIZED (SELECT t.tenant_id FROM ${tokenRows(claim)}
    AND n.status = 'active' AND p.enabled = 1${mayWriteToo}),`;
}

/** The rows of several tokens of one tenant, each with its hash. */
export function planTokens(claim: Claim, hashes: readonly string[]): Statement {
  return statement(sql`SELECT t.hash, t.scope, p.enabled, n.status
    FROM json_each(${JSON.stringify([...new Set(hashes)])}) j
    CROSS JOIN scim_tokens t ON t.tenant_id = ${claim.tenant} AND t.hash = j.value
    CROSS JOIN sso_providers p ON p.tenant_id = t.tenant_id AND p.scheme = t.provider
    CROSS JOIN tenants n ON n.tenant_id = t.tenant_id
    WHERE (t.expires_at IS NULL OR t.expires_at > ${claim.at}) AND n.status IN ('active', 'suspended')`);
}

/** Holds where the token may write. */
export function mayWrite(claim: Claim): SQL {
  return sql`EXISTS (SELECT 1 FROM ${tokenRows(claim)}
    AND n.status = 'active' AND p.enabled = 1 AND t.scope = 'provision')`;
}

/** Notes that the token was used. */
export function planTouch(claim: Claim): Statement {
  return statement(sql`UPDATE scim_tokens SET last_used = ${claim.at}
    WHERE tenant_id = ${claim.tenant} AND hash = ${claim.tokenHash}`);
}
