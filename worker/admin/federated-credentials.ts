/** Federated credentials of OAuth clients: whose assertions are taken instead of a secret (RFC 7523 section 2.2). */
import * as v from "valibot";
import type { Row } from "../execute/store.ts";
import {
  planFederatedCredentialDelete,
  planFederatedCredentials,
  planNewFederatedCredential,
} from "./client-statements.ts";
import type { NewCredential } from "./client-statements.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { forClient, rowsForClient } from "./oauth-clients.ts";
import { ID, pageSchema, SCOPE, TIME } from "./output.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError } from "./problem.ts";
import { scopeOf, textOf, textOrNull } from "./row.ts";

/** Compared to the letter with a claim, so it is taken to the letter. */
const CLAIM = v.pipe(
  v.string(),
  v.maxLength(1000, "must have 1000 characters at most"),
  v.regex(/^[^\s\p{Cc}\p{Cs}]+$/u, "must be text without blanks"),
);

const PLACE = v.pipe(
  CLAIM,
  v.check(isSafePlace, "must be an https URL without user, query and fragment"),
);

const CREDENTIAL = v.strictObject({
  id: ID,
  issuer: v.string(),
  subject: v.string(),
  audience: v.string(),
  jwksUri: v.nullable(v.string()),
  scope: SCOPE,
  created: TIME,
  createdBy: v.string(),
  lastUsed: v.nullable(TIME),
});

const CREDENTIAL_INPUT = v.strictObject({
  issuer: PLACE,
  subject: CLAIM,
  audience: CLAIM,
  jwksUri: v.optional(
    v.pipe(
      CLAIM,
      v.check((url) => isSafe(url), "must be an https URL without user and fragment"),
    ),
  ),
  scope: v.optional(SCOPE, "provision"),
});

export const CREDENTIAL_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "listFederatedCredentials",
    method: "GET",
    path: "/oauth/clients/:client/federated-credentials",
    summary: "List the federated credentials of an OAuth client, newest first",
    query: v.strictObject(PAGE_QUERY),
    success: { status: 200, body: pageSchema(CREDENTIAL) },
    async answer({ tenant, param, query, read }) {
      const client = { tenant, clientId: param("client") };
      const statement = planFederatedCredentials(tenant, client.clientId);
      const rows = rowsForClient(await read(forClient(client, [statement])));
      return { status: 200, body: pageOf(rows(0).map(credentialOf), query) };
    },
  }),
  tenantEndpoint({
    operation: "createFederatedCredential",
    method: "POST",
    path: "/oauth/clients/:client/federated-credentials",
    summary: "Trust an issuer's assertions for one subject and audience",
    body: CREDENTIAL_INPUT,
    success: { status: 201, body: CREDENTIAL },
    problems: [409],
    async answer({ tenant, param, body, caller, now, newId, change }) {
      const client = { tenant, clientId: param("client") };
      const id = newId();
      const { issuer, subject, audience, jwksUri, scope } = body;
      const credential: NewCredential = {
        id,
        // The key wants one; no SHA-256 is like it.
        hash: `federated ${id}`,
        displayPrefix: "",
        scope,
        created: now.toISOString(),
        createdBy: caller.subject,
        expiresAt: null,
      };
      const trusted = { issuer, subject, audience, jwksUri };
      const statements = planNewFederatedCredential(tenant, client.clientId, {
        credential,
        trusted,
      });
      const rows = await change(forClient(client, statements), { name: id });
      const [row] = rowsForClient(rows)(statements.length - 1);
      if (row === undefined) {
        throw new ProblemError(409, "the client trusts this issuer, subject and audience already");
      }
      return { status: 201, body: credentialOf(row), name: id };
    },
  }),
  tenantEndpoint({
    operation: "deleteFederatedCredential",
    method: "DELETE",
    path: "/oauth/clients/:client/federated-credentials/:id",
    summary: "Trust it no more; access tokens that were issued for it are dead at once",
    async answer({ tenant, param, change }) {
      const client = { tenant, clientId: param("client") };
      const deletion = planFederatedCredentialDelete(tenant, client.clientId, param("id"));
      const { statements, gone } = deletion;
      const rows = rowsForClient(await change(forClient(client, statements), { gone }));
      if (rows(statements.length - 1).length > 0) return { status: 204 };
      throw new ProblemError(404, "the OAuth client has no such federated credential");
    },
  }),
]);

function credentialOf(row: Row): v.InferOutput<typeof CREDENTIAL> {
  return {
    id: textOf(row, "id"),
    issuer: textOf(row, "issuer"),
    subject: textOf(row, "subject"),
    audience: textOf(row, "audience"),
    jwksUri: textOrNull(row, "jwks_uri"),
    scope: scopeOf(row),
    created: textOf(row, "created"),
    createdBy: textOf(row, "created_by"),
    lastUsed: textOrNull(row, "last_used"),
  };
}

/** OpenID Connect Discovery 1.0 section 3: an issuer has neither query nor fragment. */
function isSafePlace(text: string): boolean {
  return isSafe(text) && !text.includes("?");
}

/** Keys come over TLS; without it from this machine only, for trying things locally. */
function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || text.includes("#"))
    return false;
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback);
}
