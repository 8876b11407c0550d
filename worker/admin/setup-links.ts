/** Set-up links: an operator sends one to a customer's administrator, who may connect an IdP to that tenant with it, once. */
import * as v from "valibot";
import { hexOf, sha256Of } from "../auth/digest.ts";
import type { Row } from "../execute/store.ts";
import { operatorTenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { ID, SECRET, TIME, pageSchema } from "./output.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError } from "./problem.ts";
import { textOf, textOrNull } from "./row.ts";
import { planLinkDelete, planLinks, planNewLink } from "./setup-link-statements.ts";

/** Hours. */
const DEFAULT_LIFE = 72;
const LONGEST_LIFE = 720;
const HOUR_MS = 3_600_000;

const NEW_LINK = v.strictObject({
  expiresIn: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(LONGEST_LIFE),
      v.description("hours"),
    ),
    DEFAULT_LIFE,
  ),
});

const LINK = v.strictObject({
  id: ID,
  created: TIME,
  createdBy: v.string(),
  expiresAt: TIME,
  usedAt: v.pipe(v.nullable(TIME), v.description("null: good until it expires")),
});

export const SETUP_LINK_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  operatorTenantEndpoint({
    operation: "listSetupLinks",
    method: "GET",
    path: "/tenants/:id/setup-links",
    summary: "List the set-up links of a tenant, newest first",
    query: v.strictObject(PAGE_QUERY),
    success: { status: 200, body: pageSchema(LINK) },
    async answer({ tenant, query, read }) {
      const rows = await read([planLinks(tenant)]);
      return { status: 200, body: pageOf(rows(0).map(linkOf), query) };
    },
  }),
  operatorTenantEndpoint({
    operation: "createSetupLink",
    method: "POST",
    path: "/tenants/:id/setup-links",
    summary: "Make a set-up link; it is shown this once",
    body: NEW_LINK,
    success: { status: 201, body: v.strictObject({ id: ID, url: SECRET, expiresAt: TIME }) },
    async answer({ tenant, body, caller, now, random, newId, origin, change }) {
      const [id, secret] = [newId(), hexOf(random(32))];
      const expiresAt = new Date(now.getTime() + body.expiresIn * HOUR_MS).toISOString();
      const [created, createdBy] = [now.toISOString(), caller.subject];
      const link = { id, hash: await sha256Of(secret), created, createdBy, expiresAt };
      await change([planNewLink(tenant, link)], { name: id });
      const url = `${origin}/console/setup/${tenant}.${secret}`;
      return { status: 201, body: { id, url, expiresAt }, name: id };
    },
  }),
  operatorTenantEndpoint({
    operation: "deleteSetupLink",
    method: "DELETE",
    path: "/tenants/:id/setup-links/:link",
    summary: "Delete a set-up link; a session that it started goes on",
    async answer({ tenant, param, change }) {
      const { statements, gone } = planLinkDelete(tenant, param("link"));
      const rows = await change(statements, { gone });
      if (rows(0).length === 0) throw new ProblemError(404, "there is no such set-up link");
      return { status: 204 };
    },
  }),
]);

function linkOf(row: Row): v.InferOutput<typeof LINK> {
  return {
    id: textOf(row, "id"),
    created: textOf(row, "created"),
    createdBy: textOf(row, "created_by"),
    expiresAt: textOf(row, "expires_at"),
    usedAt: textOrNull(row, "used_at"),
  };
}
