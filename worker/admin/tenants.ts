/** Tenants, managed by operators. */
import * as v from "valibot";
import { TENANT_ID } from "../scim/ids.ts";
import { UniqueViolation, noCost } from "../execute/store.ts";
import type { Row } from "../execute/store.ts";
import { operatorEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { DISPLAY_NAME } from "./input.ts";
import { COUNT, pageSchema, TIME } from "./output.ts";
import { PAGE_QUERY } from "./page.ts";
import { ProblemError } from "./problem.ts";
import { markInShard, removeRows } from "./removal.ts";
import { planMark } from "./removal-statements.ts";
import { numberOf, textOf, textOrNull } from "./row.ts";
import { planNewTenant, planTenant, planTenantChange, planTenants } from "./tenant-statements.ts";

export const TENANT = v.strictObject({
  id: v.string(),
  displayName: v.string(),
  status: v.picklist(["active", "suspended", "deleting"]),
  shard: v.pipe(v.nullable(v.string()), v.description("null: in the main database")),
  activityDays: v.pipe(COUNT, v.description("days for which activity and audit entries are kept")),
  created: TIME,
  lastModified: TIME,
});

const NEW_TENANT = v.strictObject({
  displayName: DISPLAY_NAME,
  id: v.optional(v.pipe(v.string(), v.regex(TENANT_ID, "must match [a-z0-9][a-z0-9-]{0,62}"))),
});

const TENANT_CHANGE = v.strictObject({
  displayName: v.optional(DISPLAY_NAME),
  status: v.optional(v.picklist(["active", "suspended"])),
  activityDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
});

export const TENANT_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  operatorEndpoint({
    operation: "listTenants",
    method: "GET",
    path: "/tenants",
    summary: "List tenants, newest first",
    query: v.strictObject(PAGE_QUERY),
    success: { status: 200, body: pageSchema(TENANT) },
    async answer({ query, read }) {
      const rows = await read(planTenants(query));
      const totalCount = numberOf(rows(0)[0] ?? {}, "total");
      return { status: 200, body: { items: rows(1).map(tenantOf), ...query, totalCount } };
    },
  }),
  operatorEndpoint({
    operation: "createTenant",
    method: "POST",
    path: "/tenants",
    summary: "Create a tenant",
    body: NEW_TENANT,
    success: { status: 201, body: TENANT },
    problems: [409],
    async answer({ body, now, random, change }) {
      const { displayName, id = randomId(random(12)) } = body;
      const statements = planNewTenant({ id, displayName, created: now.toISOString() });
      const rows = await change(statements, { name: id }).catch((error: unknown) => {
        if (!(error instanceof UniqueViolation)) throw error;
        throw new ProblemError(409, `the id "${id}" is or was that of a tenant`);
      });
      return { status: 201, body: tenantOf(found(rows(0), id)), name: id };
    },
  }),
  operatorEndpoint({
    operation: "getTenant",
    method: "GET",
    path: "/tenants/:id",
    summary: "Read a tenant",
    success: { status: 200, body: TENANT },
    async answer({ param, read }) {
      const rows = await read([planTenant(param("id"))]);
      return { status: 200, body: tenantOf(found(rows(0), param("id"))) };
    },
  }),
  operatorEndpoint({
    operation: "changeTenant",
    method: "PATCH",
    path: "/tenants/:id",
    summary: "Rename, suspend or reactivate a tenant, or keep its activity for longer or shorter",
    body: TENANT_CHANGE,
    success: { status: 200, body: TENANT },
    problems: [409],
    async answer({ stores, param, body, now, change }) {
      const id = param("id");
      const statement = planTenantChange(id, body, now.toISOString());
      const rows = await change([planTenant(id), statement]);
      found(rows(0), id);
      const [changed] = rows(1);
      if (changed === undefined) throw new ProblemError(409, "the tenant is being deleted");
      // The main database shows what the tenant's own row in its shard decides.
      if (changed["shard"] !== null) await stores.storeFor(id, noCost()).query(statement);
      return { status: 200, body: tenantOf(changed) };
    },
  }),
  operatorEndpoint({
    operation: "deleteTenant",
    method: "DELETE",
    path: "/tenants/:id",
    summary: "Delete a tenant; again: go on where its deletion stopped",
    async answer({ stores, param, now, defer, change }) {
      const id = param("id");
      const { statements, gone } = planMark(id, now.toISOString());
      const [marked] = (await change(statements, { gone }))(0);
      if (marked === undefined) throw noSuchTenant(id);
      if (marked["shard"] !== null) await markInShard(stores, id, now);
      // A small tenant is gone with the answer; the rest of a large one goes after it.
      if (!(await removeRows(stores, id, 1))) await defer(removeRows(stores, id));
      return { status: 204 };
    },
  }),
]);

export function tenantOf(row: Row): v.InferOutput<typeof TENANT> {
  return {
    id: textOf(row, "tenant_id"),
    displayName: textOf(row, "display_name"),
    status: statusOf(textOf(row, "status")),
    shard: textOrNull(row, "shard"),
    activityDays: numberOf(row, "activity_days"),
    created: textOf(row, "created"),
    lastModified: textOf(row, "last_modified"),
  };
}

/** A deleted tenant isn't shown. */
function statusOf(text: string): "active" | "suspended" | "deleting" {
  return text === "active" || text === "suspended" ? text : "deleting";
}

export function found([row]: readonly Row[], id: string): Row {
  if (row === undefined) throw noSuchTenant(id);
  return row;
}

function noSuchTenant(id: string): ProblemError {
  return new ProblemError(404, `there is no tenant "${id}"`);
}

/** 5 bits of each byte, as a letter or digit that can't be mistaken for another. */
function randomId(random: Uint8Array): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz023456789";
  return Array.from(random, (byte) => alphabet.charAt(byte & 31)).join("");
}
