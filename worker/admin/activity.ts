/** The activity log: what each IdP did, newest first. */
import * as v from "valibot";
import { readJson } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { planActivity, planEntry } from "./activity-statements.ts";
import { CURSOR_QUERY, NOT_EMPTY, beforeOf, cursorPageOf } from "./cursor.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { COUNT, TIME, cursorPageSchema } from "./output.ts";
import { ProblemError } from "./problem.ts";
import { numberOrNull, textOf, textOrNull } from "./row.ts";

const OUTCOME = v.picklist(["success", "refused", "unchanged"]);

const ACTIVITY_QUERY = v.strictObject({
  ...CURSOR_QUERY,
  resourceId: v.optional(NOT_EMPTY),
  outcome: v.optional(OUTCOME),
  provider: v.optional(NOT_EMPTY),
});

const MOVED = {
  type: "object",
  properties: {
    count: { type: "integer" },
    ids: { type: "array", items: { type: "string" }, description: "100 of them at the most" },
  },
  required: ["count", "ids"],
  additionalProperties: false,
};

/** What changed, as the writer wrote it down. */
const CHANGES = v.pipe(
  v.custom<Json>(() => true),
  v.metadata({
    type: "array",
    items: {
      type: "object",
      properties: {
        path: { type: "array", items: { type: "string" } },
        before: { description: "null: unassigned" },
        after: { description: "null: unassigned" },
        added: MOVED,
        removed: MOVED,
      },
      required: ["path"],
      additionalProperties: false,
    },
  }),
);

const ENTRY = v.strictObject({
  id: v.string(),
  at: TIME,
  tokenId: v.string(),
  provider: v.string(),
  operation: v.picklist(["create", "replace", "patch", "delete", "read", "search", "bulk"]),
  request: v.pipe(
    v.nullable(v.string()),
    v.description("what was asked for, without the values that were given"),
    v.examples(["PATCH /Users/{id}: replace active"]),
  ),
  resourceType: v.nullable(v.string()),
  resourceId: v.nullable(v.string()),
  outcome: OUTCOME,
  quirks: v.array(v.string()),
  changes: CHANGES,
  status: v.pipe(v.nullable(COUNT), v.description("of the answer; null for a change")),
  detail: v.pipe(v.nullable(v.string()), v.description("why it was refused")),
  latency: v.pipe(
    v.nullable(v.pipe(v.number(), v.integer())),
    v.description("milliseconds, by the clocks of two machines"),
  ),
});

export const ACTIVITY_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "listActivity",
    method: "GET",
    path: "/activity",
    summary: "Read the activity log, newest first",
    query: ACTIVITY_QUERY,
    success: { status: 200, body: cursorPageSchema(ENTRY) },
    async answer({ tenant, query, read }) {
      const { cursor, ...request } = query;
      const rows = await read([planActivity(tenant, { ...request, before: beforeOf(cursor) })]);
      return { status: 200, body: cursorPageOf(rows(0).map(entryOf), query.count) };
    },
  }),
  tenantEndpoint({
    operation: "getActivity",
    method: "GET",
    path: "/activity/:id",
    summary: "Read an entry of the activity log",
    success: { status: 200, body: ENTRY },
    async answer({ tenant, param, read }) {
      const [row] = (await read([planEntry(tenant, param("id"))]))(0);
      if (row === undefined) throw new ProblemError(404, "there is no such entry");
      return { status: 200, body: entryOf(row) };
    },
  }),
]);

type Entry = v.InferOutput<typeof ENTRY>;

function entryOf(row: Row): Entry {
  return {
    id: textOf(row, "id"),
    at: textOf(row, "at"),
    tokenId: textOf(row, "token_id"),
    provider: textOf(row, "provider"),
    operation: v.parse(ENTRY.entries.operation, row["operation"]),
    request: textOrNull(row, "request"),
    resourceType: textOrNull(row, "resource_type"),
    resourceId: textOrNull(row, "resource_id"),
    outcome: v.parse(OUTCOME, row["outcome"]),
    quirks: v.parse(ENTRY.entries.quirks, readJson(textOf(row, "quirks"))),
    changes: readJson(textOf(row, "changes")),
    status: numberOrNull(row, "status"),
    detail: textOrNull(row, "detail"),
    latency: numberOrNull(row, "latency"),
  };
}
