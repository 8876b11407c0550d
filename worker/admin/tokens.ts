/** SCIM tokens: made, listed and deleted by those who manage a tenant. */
import * as v from "valibot";
import { displayPrefixOf, hashToken, makeToken } from "../auth/bearer.ts";
import { fold } from "../scim/fold.ts";
import type { Row } from "../execute/store.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { DISPLAY_NAME } from "./input.ts";
import { ID, pageSchema, SCOPE, SECRET, TIME } from "./output.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError, inputProblem } from "./problem.ts";
import { noSuchProvider } from "./providers.ts";
import { scopeOf, textOf, textOrNull } from "./row.ts";
import { planNewToken, planTokenDelete, planTokens } from "./token-statements.ts";

/** A token as it is listed: without the token. */
const LISTED = {
  id: ID,
  provider: v.string(),
  providerDisplayName: v.string(),
  scope: SCOPE,
  created: TIME,
  createdBy: v.string(),
  lastUsed: v.nullable(TIME),
  expiresAt: v.nullable(TIME),
  displayPrefix: v.string(),
};
const LISTED_TOKEN = v.strictObject(LISTED);
const MADE_TOKEN = v.strictObject({ ...LISTED, token: SECRET });
type ScimToken = v.InferOutput<typeof LISTED_TOKEN>;

const TOKEN_INPUT = v.strictObject({
  provider: v.string(),
  providerDisplayName: v.optional(DISPLAY_NAME),
  scope: v.optional(SCOPE, "provision"),
  expiresAt: v.nullish(v.pipe(v.string(), v.isoTimestamp("must be a dateTime with an offset"))),
});

const TOKEN_QUERY = v.strictObject({ query: v.optional(v.string(), ""), ...PAGE_QUERY });

export const TOKEN_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "listTokens",
    method: "GET",
    path: "/scim",
    summary: "List SCIM tokens, newest first",
    query: TOKEN_QUERY,
    success: { status: 200, body: pageSchema(LISTED_TOKEN) },
    async answer({ tenant, query, read }) {
      const rows = await read([planTokens(tenant)]);
      const tokens = rows(0).map(tokenOf);
      const matching = tokens.filter((token) => matches(token, query.query));
      return { status: 200, body: pageOf(matching, query) };
    },
  }),
  tenantEndpoint({
    operation: "createToken",
    method: "POST",
    path: "/scim",
    summary: "Make a SCIM token; it is shown this once",
    body: TOKEN_INPUT,
    success: { status: 200, body: MADE_TOKEN },
    async answer({ tenant, body, caller, now, random, newId, change }) {
      const token = makeToken(tenant, random(32));
      const id = newId();
      const statement = planNewToken(tenant, {
        ...body,
        id,
        hash: await hashToken(token),
        displayPrefix: displayPrefixOf(token),
        created: now.toISOString(),
        createdBy: caller.subject,
        providerDisplayName: body.providerDisplayName,
        expiresAt: expiryOf(body.expiresAt, now),
      });
      const [row] = (await change([statement], { name: id }))(0);
      if (row === undefined) throw noSuchProvider(body.provider);
      return { status: 200, body: { ...tokenOf(row), token } };
    },
  }),
  tenantEndpoint({
    operation: "deleteToken",
    method: "DELETE",
    path: "/scim/:id{[0-9a-f-]+}",
    summary: "Delete a SCIM token; it is dead at once",
    async answer({ tenant, param, change }) {
      const { statements, gone } = planTokenDelete(tenant, param("id"));
      const rows = await change(statements, { gone });
      if (rows(0).length === 0) throw new ProblemError(404, "there is no such SCIM token");
      return { status: 204 };
    },
  }),
]);

function tokenOf(row: Row): ScimToken {
  return {
    id: textOf(row, "id"),
    provider: textOf(row, "provider"),
    providerDisplayName: textOf(row, "display_name"),
    scope: scopeOf(row),
    created: textOf(row, "created"),
    createdBy: textOf(row, "created_by"),
    lastUsed: textOrNull(row, "last_used"),
    expiresAt: textOrNull(row, "expires_at"),
    displayPrefix: textOf(row, "display_prefix"),
  };
}

/** A tenant has few tokens, and SQLite can't fold: so they are matched here. */
function matches(token: ScimToken, query: string): boolean {
  const text = fold(query);
  return fold(token.provider).includes(text) || fold(token.providerDisplayName).includes(text);
}

/** In the one form that is compared as text with the time of a request. */
function expiryOf(expiresAt: string | null | undefined, now: Date): string | null {
  if (expiresAt === null || expiresAt === undefined) return null;
  const expiry = new Date(expiresAt);
  if (expiry > now) return expiry.toISOString();
  throw inputProblem("expiresAt", "must be a time that is yet to come");
}
