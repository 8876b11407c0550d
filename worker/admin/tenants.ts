/** Tenants, managed by operators. */
import * as v from "valibot";
import { isTenantIdText } from "../scim/ids.ts";
import { UniqueViolation, noCost } from "../execute/store.ts";
import type { Row } from "../execute/store.ts";
import { operatorEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { DISPLAY_NAME } from "./input.ts";
import { PAGE_QUERY } from "./page.ts";
import { ProblemError } from "./problem.ts";
import { markForRemoval, removeRows } from "./removal.ts";
import { numberOf, textOf, textOrNull } from "./row.ts";
import {
  planNewTenant,
  planShownChange,
  planTenant,
  planTenantChange,
  planTenants,
} from "./tenant-statements.ts";

const NEW_TENANT = v.strictObject({
  displayName: DISPLAY_NAME,
  id: v.optional(v.pipe(v.string(), v.check(isTenantIdText, "must match [a-z0-9][a-z0-9-]{0,62}"))),
});

const TENANT_CHANGE = v.strictObject({
  displayName: v.optional(DISPLAY_NAME),
  status: v.optional(v.picklist(["active", "suspended"])),
});

export const TENANT_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  operatorEndpoint({
    method: "GET",
    path: "/tenants",
    summary: "List tenants, newest first",
    query: v.strictObject(PAGE_QUERY),
    async answer({ store, query }) {
      const [totals, rows = []] = await store.batch(planTenants(query));
      const totalCount = numberOf(totals?.[0] ?? {}, "total");
      return { status: 200, body: { items: rows.map(tenantOf), ...query, totalCount } };
    },
  }),
  operatorEndpoint({
    method: "POST",
    path: "/tenants",
    summary: "Create a tenant",
    body: NEW_TENANT,
    async answer({ store, body, now, random }) {
      const { displayName, id = randomId(random(12)) } = body;
      const statements = planNewTenant({ id, displayName, created: now.toISOString() });
      const results = await store.batch(statements).catch((error: unknown) => {
        if (!(error instanceof UniqueViolation)) throw error;
        throw new ProblemError(409, `the id "${id}" is or was that of a tenant`);
      });
      return { status: 201, body: tenantOf(found(results[0], id)), name: id };
    },
  }),
  operatorEndpoint({
    method: "GET",
    path: "/tenants/:id",
    summary: "Read a tenant",
    async answer({ store, param }) {
      const rows = await store.query(planTenant(param("id")));
      return { status: 200, body: tenantOf(found(rows, param("id"))) };
    },
  }),
  operatorEndpoint({
    method: "PATCH",
    path: "/tenants/:id",
    summary: "Rename, suspend or reactivate a tenant",
    body: TENANT_CHANGE,
    async answer({ store, stores, param, body, now }) {
      const [id, at] = [param("id"), now.toISOString()];
      const own = stores.storeFor(id, noCost());
      const [rows, changed] = await own.batch([planTenant(id), planTenantChange(id, body, at)]);
      found(rows, id);
      if (changed?.[0] === undefined) throw new ProblemError(409, "the tenant is being deleted");
      const shown = stores.shards.size > 0 ? await store.query(planShownChange(id, body, at)) : [];
      return { status: 200, body: tenantOf(shown[0] ?? changed[0]) };
    },
  }),
  operatorEndpoint({
    method: "DELETE",
    path: "/tenants/:id",
    summary: "Delete a tenant; again: go on where its deletion stopped",
    async answer({ stores, param, now, defer }) {
      const id = param("id");
      if (!(await markForRemoval(stores, id, now))) throw noSuchTenant(id);
      // A small tenant is gone with the answer; the rest of a large one goes after it.
      if (!(await removeRows(stores, id, 1))) await defer(removeRows(stores, id));
      return { status: 204 };
    },
  }),
]);

export function tenantOf(row: Row): object {
  return {
    id: textOf(row, "tenant_id"),
    displayName: textOf(row, "display_name"),
    status: textOf(row, "status"),
    shard: textOrNull(row, "shard"),
    created: textOf(row, "created"),
    lastModified: textOf(row, "last_modified"),
  };
}

export function found(rows: readonly Row[] | undefined, id: string): Row {
  const row = rows?.[0];
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
