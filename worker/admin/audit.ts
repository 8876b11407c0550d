/** The audit log: who changed what through this API or the console, newest first. */
import * as v from "valibot";
import { readJson } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import { CURSOR_QUERY, beforeOf, cursorPageOf } from "./cursor.ts";
import { tenantOrOperatorsEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { ID, TIME, cursorPageSchema } from "./output.ts";
import { textOf, textOrNull } from "./row.ts";

const ENTRY = v.strictObject({
  id: ID,
  at: TIME,
  actor: v.pipe(v.string(), v.description("subject of the access token or the session")),
  address: v.pipe(v.nullable(v.string()), v.description("IP address that the call came from")),
  operation: v.pipe(v.string(), v.examples(["DELETE /scim/{id}"])),
  target: v.pipe(v.string(), v.examples(["/scim/019a1f2e-6c7b-7d3a-8f00-2b1c3d4e5f60"])),
  detail: v.pipe(
    v.custom<Json>(() => true),
    v.metadata({ type: "object", description: "what was given, or of a deletion what went" }),
  ),
});

export const AUDIT_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantOrOperatorsEndpoint({
    operation: "listAudit",
    method: "GET",
    path: "/audit",
    summary: "Read the audit log, newest first; operators who name no tenant read their own",
    query: v.strictObject(CURSOR_QUERY),
    success: { status: 200, body: cursorPageSchema(ENTRY) },
    async answer({ tenant, query, read }) {
      const { cursor, count } = query;
      const rows = await read([planAudit(tenant, beforeOf(cursor), count)]);
      return { status: 200, body: cursorPageOf(rows(0).map(entryOf), count) };
    },
  }),
]);

/** Newest first, and one row more than asked for where there are more. */
function planAudit(tenant: string, before: string | undefined, count: number): Statement {
  const older = before === undefined ? sql`` : sql`AND id < ${before}`;
  return statement(sql`
    SELECT id, at, actor, address, operation, target, detail FROM audit
    WHERE tenant_id = ${tenant} ${older} ORDER BY id DESC LIMIT CAST(${count + 1} AS INTEGER)`);
}

function entryOf(row: Row): v.InferOutput<typeof ENTRY> {
  return {
    id: textOf(row, "id"),
    at: textOf(row, "at"),
    actor: textOf(row, "actor"),
    address: textOrNull(row, "address"),
    operation: textOf(row, "operation"),
    target: textOf(row, "target"),
    detail: readJson(textOf(row, "detail")),
  };
}
