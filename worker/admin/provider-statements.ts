/** SQL of SSO providers, for the management API. */
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import type { Deletion } from "./audit-entry.ts";
import { tenantStands } from "./in-tenant.ts";

export interface ProviderValues {
  readonly scheme: string;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly profile: string;
  /** JSON object. */
  readonly properties: string;
}

const SHOWN = sql`scheme, display_name, enabled, type, profile, seen_profile, properties, created, last_modified`;

/** In the order of their schemes. */
export function planProviders(tenant: string): Statement {
  return statement(
    sql`SELECT ${SHOWN} FROM sso_providers WHERE tenant_id = ${tenant} ORDER BY scheme`,
  );
}

export function planProvider(tenant: string, scheme: string): Statement {
  return statement(
    sql`SELECT ${SHOWN} FROM sso_providers WHERE tenant_id = ${tenant} AND scheme = ${scheme}`,
  );
}

/** Returns the row, or none where the scheme is taken. */
export function planNewProvider(tenant: string, provider: ProviderValues, now: string): Statement {
  return statement(sql`
    INSERT INTO sso_providers (tenant_id, scheme, display_name, enabled, type, profile, properties, created, last_modified)
    SELECT ${tenant}, ${provider.scheme}, ${provider.displayName}, ${truth(provider.enabled)}, 'oidc', ${provider.profile},
      ${provider.properties}, ${now}, ${now}
    WHERE ${tenantStands(tenant)}
    ON CONFLICT DO NOTHING
    RETURNING ${SHOWN}`);
}

/** Returns the row, or none where the tenant has no such provider. */
export function planProviderReplace(
  tenant: string,
  provider: ProviderValues,
  now: string,
): Statement {
  return statement(sql`
    UPDATE sso_providers
    SET display_name = ${provider.displayName}, enabled = ${truth(provider.enabled)}, profile = ${provider.profile},
      properties = ${provider.properties}, last_modified = ${now}
    WHERE tenant_id = ${tenant} AND scheme = ${provider.scheme} AND ${tenantStands(tenant)}
    RETURNING ${SHOWN}`);
}

/** Deletes it where it has no token and no OAuth client, and returns the scheme then. */
export function planProviderDelete(tenant: string, scheme: string): Deletion {
  const row = sql`FROM sso_providers
    WHERE tenant_id = ${tenant} AND scheme = ${scheme}
      AND NOT EXISTS (SELECT 1 FROM scim_tokens WHERE tenant_id = ${tenant} AND provider = ${scheme})
      AND NOT EXISTS (SELECT 1 FROM oauth_clients WHERE tenant_id = ${tenant} AND provider = ${scheme})`;
  return {
    gone: sql`SELECT json_object('displayName', display_name, 'profile', profile) AS detail ${row}`,
    statements: [statement(sql`DELETE ${row} RETURNING scheme`)],
  };
}

/** Literals, because a number binds as REAL. */
function truth(value: boolean) {
  return value ? sql`1` : sql`0`;
}
