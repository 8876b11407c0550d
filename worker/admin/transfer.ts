/** A tenant's data as a whole, for operators: out, in, and whether it is sound. The scripts `export`, `import` and `verify` call these. */
import * as v from "valibot";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { operatorTenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { COUNT } from "./output.ts";
import { readExportPage } from "./transfer-export.ts";
import { importLines } from "./transfer-import.ts";
import { LINE } from "./transfer-lines.ts";
import { verifyStep } from "./verify-step.ts";

/** Most lines in one call. */
const MOST_LINES = 1000;
/** Bytes: the largest resource fits into a chunk of its own. */
const MAX_CHUNK = 2_097_152;

const FINDING = v.strictObject({
  table: v.picklist(["writers", "resources", "resource_values", "members", "positions"]),
  key: v.pipe(v.string(), v.description("which row, for a person to find it")),
  problem: v.string(),
  repair: v.picklist(["possible", "none", "done"]),
});

const NEXT = v.pipe(v.nullable(v.string()), v.description("null after the last"));

export const TRANSFER_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  operatorTenantEndpoint({
    operation: "exportTenant",
    method: "GET",
    path: "/tenants/:id/export",
    summary: "Read a page of all that a tenant is made of, without anything secret",
    query: v.strictObject({ cursor: v.optional(v.string()) }),
    success: {
      status: 200,
      body: v.strictObject({
        tenant: v.strictObject({
          id: v.string(),
          displayName: v.string(),
          totals: v.pipe(v.record(v.string(), COUNT), v.description("resources of each type")),
        }),
        sequence: v.pipe(COUNT, v.description("the tenant's write sequence when it was read")),
        lines: v.pipe(v.array(LINE), v.readonly()),
        next: NEXT,
      }),
    },
    async answer({ store, tenant, query }) {
      return { status: 200, body: await readExportPage(store, tenant, query.cursor) };
    },
  }),
  operatorTenantEndpoint({
    operation: "importTenant",
    method: "POST",
    path: "/tenants/:id/import",
    summary: "Write a chunk of an export; again: nothing changes",
    maxBody: MAX_CHUNK,
    body: v.strictObject({
      lines: v.pipe(v.array(LINE), v.maxLength(MOST_LINES, `takes ${MOST_LINES} lines at most`)),
      replace: v.optional(v.boolean(), false),
    }),
    success: { status: 200, body: v.strictObject({ written: COUNT, kept: COUNT }) },
    problems: [409, 503],
    async answer({ store, tenant, body, now, entry, writerOf }) {
      const openWriter = () => writerOf(tenant);
      const request = { tenant, ...body, types: RESOURCE_TYPES, now, entry, openWriter };
      return { status: 200, body: await importLines(store, request) };
    },
  }),
  operatorTenantEndpoint({
    operation: "verifyTenant",
    method: "POST",
    path: "/tenants/:id/verify",
    summary: "Audit a page of a tenant's rows, and mend what is derived",
    // A cursor holds a value, and a value may be long.
    maxBody: MAX_CHUNK,
    body: v.strictObject({
      cursor: v.optional(v.string()),
      repair: v.optional(v.boolean(), false),
    }),
    success: {
      status: 200,
      body: v.strictObject({
        part: v.picklist(["writer", "values", "resources", "members", "positions", "totals"]),
        checked: COUNT,
        findings: v.pipe(v.array(FINDING), v.readonly()),
        next: NEXT,
      }),
    },
    problems: [503],
    async answer({ store, tenant, body, entry, writerOf }) {
      const openWriter = () => writerOf(tenant);
      const { cursor, repair } = body;
      const request = { tenant, cursor, repair, types: RESOURCE_TYPES, entry, openWriter };
      return { status: 200, body: await verifyStep(store, request) };
    },
  }),
]);
