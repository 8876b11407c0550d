/** Statements that authenticate an OAuth client: its secret, its federated credentials, and the assertions that were used. */
import { CONNECTED, isAlive } from "./claim.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

/** A client as a request names it, at a time (ISO 8601 in UTC). */
export interface NamedClient {
  readonly tenant: string;
  readonly clientId: string;
  readonly at: string;
}

const SHOWN = sql`t.id, t.expires_at, t.last_used, t.scope, p.enabled, n.status`;

/** The secret's row, where it is valid and the client's. */
export function planSecret(client: NamedClient, hash: string): Statement {
  return statement(sql`SELECT ${SHOWN} FROM scim_tokens t ${CONNECTED}
    WHERE t.tenant_id = ${client.tenant} AND t.hash = ${hash} AND ${isValid(client)}`);
}

/** The issuers that the client trusts. */
export function planFederated(client: NamedClient): Statement {
  return statement(sql`SELECT ${SHOWN}, f.issuer, f.subject, f.audience, f.jwks_uri
    FROM federated_credentials f
    CROSS JOIN scim_tokens t INDEXED BY scim_tokens_by_id ON t.tenant_id = f.tenant_id AND t.id = f.id
    ${CONNECTED}
    WHERE f.tenant_id = ${client.tenant} AND f.client_id = ${client.clientId} AND ${isValid(client)}`);
}

export interface UsedAssertion {
  readonly jtiHash: string;
  readonly expiresAt: string;
}

/** Most rows of expired assertions that one use removes. */
const CHUNK = 100;

/** Takes the assertion, and returns a row last unless it was taken before; what expired before then goes. */
export function planUse(tenant: string, used: UsedAssertion, expired: string): Statement[] {
  return [
    statement(sql`DELETE FROM assertions WHERE (tenant_id, jti_hash) IN (
      SELECT tenant_id, jti_hash FROM assertions INDEXED BY assertions_by_expiry
      WHERE tenant_id = ${tenant} AND expires_at < ${expired} LIMIT CAST(${CHUNK} AS INTEGER))`),
    statement(sql`INSERT INTO assertions (tenant_id, jti_hash, expires_at)
      SELECT tenant_id, ${used.jtiHash}, ${used.expiresAt} FROM tenants WHERE tenant_id = ${tenant} AND status = 'active' AND shard IS NULL
      ON CONFLICT DO NOTHING RETURNING jti_hash`),
  ];
}

function isValid({ clientId, at }: NamedClient): SQL {
  return sql`t.client_id = ${clientId} AND ${isAlive(at)}`;
}
