/** A tenant's data as a whole, for operators: out, in, and whether it is sound. The scripts `export`, `import` and `verify` call these. */
import * as v from "valibot";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { operatorEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { readExportPage } from "./transfer-export.ts";
import { importLines } from "./transfer-import.ts";
import { LINE } from "./transfer-lines.ts";
import { verifyStep } from "./verify-step.ts";

/** Most lines in one call. */
const MOST_LINES = 1000;
/** Bytes: the largest resource fits into a chunk of its own. */
const MAX_CHUNK = 2_097_152;

export const TRANSFER_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  operatorEndpoint({
    method: "GET",
    path: "/tenants/:id/export",
    summary: "Read a page of all that a tenant is made of, without anything secret",
    query: v.strictObject({ cursor: v.optional(v.string()) }),
    async answer({ store, param, query }) {
      return { status: 200, body: await readExportPage(store, param("id"), query.cursor) };
    },
  }),
  operatorEndpoint({
    method: "POST",
    path: "/tenants/:id/import",
    summary: "Write a chunk of an export; again: nothing changes",
    maxBody: MAX_CHUNK,
    body: v.strictObject({
      lines: v.pipe(v.array(LINE), v.maxLength(MOST_LINES, `takes ${MOST_LINES} lines at most`)),
      replace: v.optional(v.boolean(), false),
    }),
    async answer({ store, param, body, now }) {
      const request = { tenant: param("id"), ...body, types: RESOURCE_TYPES, now };
      return { status: 200, body: await importLines(store, request) };
    },
  }),
  operatorEndpoint({
    method: "POST",
    path: "/tenants/:id/verify",
    summary: "Audit a page of a tenant's rows, and mend what is derived",
    // A cursor holds a value, and a value may be long.
    maxBody: MAX_CHUNK,
    body: v.strictObject({
      cursor: v.optional(v.string()),
      repair: v.optional(v.boolean(), false),
    }),
    async answer({ store, param, body }) {
      const { cursor, repair } = body;
      const request = { tenant: param("id"), cursor, repair, types: RESOURCE_TYPES };
      return { status: 200, body: await verifyStep(store, request) };
    },
  }),
]);
