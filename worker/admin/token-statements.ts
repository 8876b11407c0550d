/** SQL of SCIM tokens, for the management API. */
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import type { Deletion } from "./audit-entry.ts";
import { tenantStands } from "./in-tenant.ts";

/** A token to be kept: all but the token itself. */
export interface NewToken {
  readonly id: string;
  readonly hash: string;
  readonly displayPrefix: string;
  /** Scheme of the SSO provider. */
  readonly provider: string;
  /** The provider's own where there is none. */
  readonly providerDisplayName: string | undefined;
  readonly scope: "provision" | "read";
  readonly created: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
}

const SHOWN = sql`id, provider, display_name, display_prefix, scope, created, created_by, expires_at, last_used`;

/** Newest first. What has a client_id is the credential of an OAuth client, and none of these. */
export function planTokens(tenant: string): Statement {
  return statement(
    sql`SELECT ${SHOWN} FROM scim_tokens WHERE tenant_id = ${tenant} AND client_id IS NULL ORDER BY created DESC, id DESC`,
  );
}

/** Returns the row, or none where the tenant has no such provider. */
export function planNewToken(tenant: string, token: NewToken): Statement {
  return statement(sql`
    INSERT INTO scim_tokens (tenant_id, hash, id, provider, display_name, display_prefix, scope, created, created_by, expires_at, last_used)
    SELECT tenant_id, ${token.hash}, ${token.id}, scheme, coalesce(${token.providerDisplayName ?? null}, display_name),
      ${token.displayPrefix}, ${token.scope}, ${token.created}, ${token.createdBy}, ${token.expiresAt}, NULL
    FROM sso_providers
    WHERE tenant_id = ${tenant} AND scheme = ${token.provider} AND ${tenantStands(tenant)}
    RETURNING ${SHOWN}`);
}

/** Returns the id, or nothing where the tenant has no such token. */
export function planTokenDelete(tenant: string, id: string): Deletion {
  const row = sql`FROM scim_tokens WHERE tenant_id = ${tenant} AND id = ${id} AND client_id IS NULL`;
  return {
    gone: sql`SELECT json_object('provider', provider, 'providerDisplayName', display_name, 'displayPrefix', display_prefix) AS detail ${row}`,
    statements: [statement(sql`DELETE ${row} RETURNING id`)],
  };
}
