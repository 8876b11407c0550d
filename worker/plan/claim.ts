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

/** Holds where the token may read. */
export function mayRead(claim: Claim): SQL {
  return sql`EXISTS (SELECT 1 FROM ${tokenRows(claim)} AND n.status = 'active' AND p.enabled = 1)`;
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
