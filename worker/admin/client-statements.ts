/** SQL of OAuth clients, their secrets and their federated credentials, for the management API. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { TrustedIssuer } from "../scim/client.ts";
import type { Deletion } from "./audit-entry.ts";
import { tenantStands } from "./in-tenant.ts";

export interface NewClient {
  readonly clientId: string;
  /** Scheme of the SSO provider. */
  readonly provider: string;
  readonly displayName: string;
  readonly created: string;
  readonly createdBy: string;
}

/** A secret or a federated credential: a row beside the SCIM tokens, found there by the same guard. */
export interface NewCredential {
  readonly id: string;
  /** SHA-256 of the secret; no hash at all where there is none. */
  readonly hash: string;
  readonly displayPrefix: string;
  readonly scope: "provision" | "read";
  readonly created: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
}

const CLIENT = sql`client_id, provider, display_name, created, created_by`;
const CREDENTIAL = sql`id, display_prefix, scope, created, created_by, expires_at, last_used`;

/** Newest first. */
export function planClients(tenant: string): Statement {
  return statement(sql`
    SELECT ${CLIENT} FROM oauth_clients WHERE tenant_id = ${tenant} ORDER BY created DESC, client_id DESC`);
}

export function planClient(tenant: string, clientId: string): Statement {
  return statement(
    sql`SELECT ${CLIENT} FROM oauth_clients WHERE tenant_id = ${tenant} AND client_id = ${clientId}`,
  );
}

/** Returns the row, or none where the tenant has no such provider. */
export function planNewClient(tenant: string, client: NewClient): Statement {
  return statement(sql`
    INSERT INTO oauth_clients (tenant_id, client_id, provider, display_name, created, created_by)
    SELECT tenant_id, ${client.clientId}, scheme, ${client.displayName}, ${client.created}, ${client.createdBy}
    FROM sso_providers
    WHERE tenant_id = ${tenant} AND scheme = ${client.provider} AND ${tenantStands(tenant)}
    RETURNING ${CLIENT}`);
}

/** The client and all its credentials; returns the id last, or nothing where the tenant has no such client. */
export function planClientDelete(tenant: string, clientId: string): Deletion {
  const isOurs = sql`client_id = ${clientId}`;
  return {
    gone: sql`SELECT json_object('provider', provider, 'displayName', display_name) AS detail FROM oauth_clients WHERE tenant_id = ${tenant} AND ${isOurs}`,
    statements: [
      statement(sql`DELETE FROM scim_tokens WHERE tenant_id = ${tenant} AND ${isOurs}`),
      statement(sql`DELETE FROM federated_credentials WHERE tenant_id = ${tenant} AND ${isOurs}`),
      statement(
        sql`DELETE FROM oauth_clients WHERE tenant_id = ${tenant} AND ${isOurs} RETURNING client_id`,
      ),
    ],
  };
}

/** Newest first. */
export function planSecrets(tenant: string, clientId: string): Statement {
  return statement(sql`
    SELECT ${CREDENTIAL} FROM scim_tokens
    WHERE tenant_id = ${tenant} AND client_id = ${clientId} AND ${isSecret(tenant, clientId)}
    ORDER BY created DESC, id DESC`);
}

/** Returns the row, or none where the tenant has no such client. */
export function planNewSecret(
  tenant: string,
  clientId: string,
  credential: NewCredential,
): Statement {
  return insertCredential(tenant, clientId, credential);
}

/** Returns the id, or nothing where the client has no such secret. */
export function planSecretDelete(tenant: string, clientId: string, id: string): Deletion {
  const row = sql`FROM scim_tokens
    WHERE tenant_id = ${tenant} AND id = ${id} AND client_id = ${clientId} AND ${isSecret(tenant, clientId)}`;
  return {
    gone: sql`SELECT json_object('displayPrefix', display_prefix, 'expiresAt', expires_at) AS detail ${row}`,
    statements: [statement(sql`DELETE ${row} RETURNING id`)],
  };
}

const FEDERATED = sql`t.id, t.scope, t.created, t.created_by, t.last_used, f.issuer, f.subject, f.audience, f.jwks_uri`;

/** Newest first. */
export function planFederatedCredentials(tenant: string, clientId: string): Statement {
  return statement(sql`
    SELECT ${FEDERATED} FROM ${federatedRows()}
    WHERE f.tenant_id = ${tenant} AND f.client_id = ${clientId} ORDER BY t.created DESC, t.id DESC`);
}

/** The row comes last, or none where the tenant has no such client, or it trusts that issuer for it already. */
export function planNewFederatedCredential(
  tenant: string,
  clientId: string,
  given: { readonly credential: NewCredential; readonly trusted: TrustedIssuer },
): readonly Statement[] {
  const { credential, trusted } = given;
  const isNew = sql`NOT EXISTS (SELECT 1 FROM federated_credentials WHERE tenant_id = ${tenant} AND client_id = ${clientId}
      AND issuer = ${trusted.issuer} AND subject = ${trusted.subject} AND audience = ${trusted.audience})`;
  return [
    insertCredential(tenant, clientId, credential, isNew),
    statement(sql`
      INSERT INTO federated_credentials (tenant_id, client_id, id, issuer, subject, audience, jwks_uri)
      SELECT tenant_id, client_id, id, ${trusted.issuer}, ${trusted.subject}, ${trusted.audience}, ${trusted.jwksUri ?? null}
      FROM scim_tokens WHERE tenant_id = ${tenant} AND id = ${credential.id}`),
    statement(sql`
      SELECT ${FEDERATED} FROM ${federatedRows()}
      WHERE f.tenant_id = ${tenant} AND f.client_id = ${clientId} AND f.id = ${credential.id}`),
  ];
}

/** Returns the id last, or nothing where the client has no such credential. */
export function planFederatedCredentialDelete(
  tenant: string,
  clientId: string,
  id: string,
): Deletion {
  const isOurs = sql`client_id = ${clientId} AND id = ${id}`;
  return {
    gone: sql`SELECT json_object('issuer', issuer, 'subject', subject, 'audience', audience) AS detail
      FROM federated_credentials WHERE tenant_id = ${tenant} AND ${isOurs}`,
    statements: [
      statement(sql`
        DELETE FROM scim_tokens WHERE tenant_id = ${tenant} AND ${isOurs}
          AND EXISTS (SELECT 1 FROM federated_credentials WHERE tenant_id = ${tenant} AND ${isOurs})`),
      statement(
        sql`DELETE FROM federated_credentials WHERE tenant_id = ${tenant} AND ${isOurs} RETURNING id`,
      ),
    ],
  };
}

function insertCredential(
  tenant: string,
  clientId: string,
  credential: NewCredential,
  condition: SQL = sql`1`,
): Statement {
  return statement(sql`
    INSERT INTO scim_tokens (tenant_id, hash, id, provider, display_name, display_prefix, scope, created, created_by, expires_at, last_used, client_id)
    SELECT tenant_id, ${credential.hash}, ${credential.id}, provider, display_name, ${credential.displayPrefix},
      ${credential.scope}, ${credential.created}, ${credential.createdBy}, ${credential.expiresAt}, NULL, client_id
    FROM oauth_clients
    WHERE tenant_id = ${tenant} AND client_id = ${clientId} AND ${tenantStands(tenant)} AND ${condition}
    RETURNING ${CREDENTIAL}`);
}

/** Holds for a row of `scim_tokens` of a client that is no federated credential. */
function isSecret(tenant: string, clientId: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM federated_credentials f
    WHERE f.tenant_id = ${tenant} AND f.client_id = ${clientId} AND f.id = scim_tokens.id)`;
}

function federatedRows(): SQL {
  return sql`federated_credentials f
    CROSS JOIN scim_tokens t INDEXED BY scim_tokens_by_id ON t.tenant_id = f.tenant_id AND t.id = f.id`;
}
