/** Secrets of OAuth clients: several at once, so that one can take over from another. */
import * as v from "valibot";
import { displayPrefixOf, hashToken, makeClientSecret } from "../auth/bearer.ts";
import type { Row } from "../execute/store.ts";
import { planNewSecret, planSecretDelete, planSecrets } from "./client-statements.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { forClient, rowsForClient } from "./oauth-clients.ts";
import { ID, pageSchema, SCOPE, SECRET, TIME } from "./output.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError, inputProblem } from "./problem.ts";
import { scopeOf, textOf, textOrNull } from "./row.ts";

const LISTED = {
  id: ID,
  displayPrefix: v.string(),
  scope: SCOPE,
  created: TIME,
  createdBy: v.string(),
  lastUsed: v.nullable(TIME),
  expiresAt: v.nullable(TIME),
};
const LISTED_SECRET = v.strictObject(LISTED);

const SECRET_INPUT = v.strictObject({
  scope: v.optional(SCOPE, "provision"),
  expiresAt: v.optional(v.pipe(v.string(), v.isoTimestamp("must be a dateTime with an offset"))),
});

/** Years; what Entra's gallery asks for is 1 to 3. */
const DEFAULT_LIFE = 1;
const LONGEST_LIFE = 3;

export const SECRET_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "listClientSecrets",
    method: "GET",
    path: "/oauth/clients/:client/secrets",
    summary: "List the secrets of an OAuth client, newest first",
    query: v.strictObject(PAGE_QUERY),
    success: { status: 200, body: pageSchema(LISTED_SECRET) },
    async answer({ tenant, param, query, read }) {
      const client = { tenant, clientId: param("client") };
      const statement = planSecrets(tenant, client.clientId);
      const rows = rowsForClient(await read(forClient(client, [statement])));
      return { status: 200, body: pageOf(rows(0).map(secretOf), query) };
    },
  }),
  tenantEndpoint({
    operation: "createClientSecret",
    method: "POST",
    path: "/oauth/clients/:client/secrets",
    summary: "Make a secret for an OAuth client; it is shown this once",
    body: SECRET_INPUT,
    success: { status: 201, body: v.strictObject({ ...LISTED, secret: SECRET }) },
    async answer({ tenant, param, body, caller, now, random, newId, change }) {
      const client = { tenant, clientId: param("client") };
      const secret = makeClientSecret(tenant, random(32));
      const id = newId();
      const statement = planNewSecret(tenant, client.clientId, {
        id,
        hash: await hashToken(secret),
        displayPrefix: displayPrefixOf(secret),
        scope: body.scope,
        created: now.toISOString(),
        createdBy: caller.subject,
        expiresAt: expiryOf(body.expiresAt, now),
      });
      const rows = await change(forClient(client, [statement]), { name: id });
      const [row] = rowsForClient(rows)(0);
      if (row === undefined) throw noSuchSecret();
      return { status: 201, body: { ...secretOf(row), secret }, name: id };
    },
  }),
  tenantEndpoint({
    operation: "deleteClientSecret",
    method: "DELETE",
    path: "/oauth/clients/:client/secrets/:id",
    summary: "Delete a secret; the access tokens that it was good for are dead at once",
    async answer({ tenant, param, change }) {
      const client = { tenant, clientId: param("client") };
      const { statements, gone } = planSecretDelete(tenant, client.clientId, param("id"));
      const rows = rowsForClient(await change(forClient(client, statements), { gone }));
      if (rows(0).length === 0) throw noSuchSecret();
      return { status: 204 };
    },
  }),
]);

function secretOf(row: Row): v.InferOutput<typeof LISTED_SECRET> {
  return {
    id: textOf(row, "id"),
    displayPrefix: textOf(row, "display_prefix"),
    scope: scopeOf(row),
    created: textOf(row, "created"),
    createdBy: textOf(row, "created_by"),
    lastUsed: textOrNull(row, "last_used"),
    expiresAt: textOrNull(row, "expires_at"),
  };
}

/** In the one form that is compared as text with the time of a request. */
function expiryOf(expiresAt: string | undefined, now: Date): string {
  if (expiresAt === undefined) return yearsAfter(now, DEFAULT_LIFE).toISOString();
  const expiry = new Date(expiresAt);
  if (expiry > now && expiry <= yearsAfter(now, LONGEST_LIFE)) return expiry.toISOString();
  const latest = `in ${LONGEST_LIFE} years at the latest`;
  throw inputProblem("expiresAt", `must be a time that is yet to come, ${latest}`);
}

function yearsAfter(now: Date, years: number): Date {
  const then = new Date(now);
  then.setUTCFullYear(now.getUTCFullYear() + years);
  return then;
}

function noSuchSecret(): ProblemError {
  return new ProblemError(404, "the OAuth client has no such secret");
}
