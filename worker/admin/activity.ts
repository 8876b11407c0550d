/** The activity log: what each IdP did, newest first, page by page with a cursor (as RFC 9865 names it). */
import * as v from "valibot";
import { readJson } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { planActivity } from "./activity-statements.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { executeInTenant } from "./in-tenant.ts";
import { natural } from "./page.ts";
import { ProblemError } from "./problem.ts";
import { textOf, textOrNull } from "./row.ts";

const NOT_EMPTY = v.pipe(v.string(), v.minLength(1, "must not be empty"));

const ACTIVITY_QUERY = v.strictObject({
  cursor: v.optional(NOT_EMPTY),
  resourceId: v.optional(NOT_EMPTY),
  outcome: v.optional(NOT_EMPTY),
  count: v.optional(natural(200), "50"),
});

export const ACTIVITY_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    method: "GET",
    path: "/activity",
    summary: "Read the activity log, newest first",
    query: ACTIVITY_QUERY,
    async answer({ store, tenant, query }) {
      const { cursor, resourceId, outcome, count } = query;
      const before = cursor === undefined ? undefined : idOf(cursor);
      const statement = planActivity(tenant, { before, resourceId, outcome, count });
      const rows = (await executeInTenant(store, tenant, [statement]))(0);
      const items = rows.slice(0, count).map(entryOf);
      const last = items.at(-1);
      const nextCursor = rows.length > count && last !== undefined ? cursorOf(last.id) : null;
      return { status: 200, body: { items, nextCursor } };
    },
  }),
]);

function entryOf(row: Row) {
  const quirks = readJson(textOf(row, "quirks"));
  const changes = readJson(textOf(row, "changes"));
  return {
    id: textOf(row, "id"),
    at: textOf(row, "at"),
    tokenId: textOf(row, "token_id"),
    provider: textOf(row, "provider"),
    operation: textOf(row, "operation"),
    resourceType: textOrNull(row, "resource_type"),
    resourceId: textOrNull(row, "resource_id"),
    outcome: textOf(row, "outcome"),
    quirks,
    changes,
    status: row["status"] ?? null,
    detail: textOrNull(row, "detail"),
    latency: row["latency"] ?? null,
  };
}

/** base64url, so that nobody takes it for the id of something. */
function cursorOf(id: string): string {
  return btoa(id).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function idOf(cursor: string): string {
  try {
    return atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    const detail = "is not one that this list gave out";
    throw new ProblemError(400, `cursor: ${detail}`, { errors: [{ attribute: "cursor", detail }] });
  }
}
