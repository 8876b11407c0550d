/** Equality with an indexed attribute, which is what identity providers ask most: the page is a look into `resource_values`. */
import type { ResourceType } from "../../schema/attribute.ts";
import { leafOf, pathOf } from "../scim/attribute-path.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import { claimRow } from "./claim.ts";
import { literal } from "./locate.ts";
import type { Page } from "./reads.ts";
import { rowLimit, sql } from "./statement.ts";
import type { SQL } from "./statement.ts";
import type { TypedFilter } from "./typed-filter.ts";

interface Lookup {
  /** Path of the attribute. */
  readonly path: string;
  /** Folded. */
  readonly value: string;
  /** Unique in the tenant: its rows have no holder in their key. */
  readonly isUnique: boolean;
}

/** Undefined where the filter is anything else. */
export function lookupOf(filter: TypedFilter): Lookup | undefined {
  if (filter.kind !== "compare" || filter.operator !== "eq") return undefined;
  const { target, operand } = filter;
  const leaf = leafOf(target);
  if (!leaf.indexed || typeof operand !== "string") return undefined;
  return { path: pathOf(target), value: operand, isUnique: leaf.uniqueness !== "none" };
}

/**
 * At most `count` resources, in the order of the index, which is that of their ids. What the page shows is the total, unless there
 * could be more: the first of several rows counts them.
 */
export function pageByLookup(
  claim: Claim | ManagedTenant,
  type: ResourceType,
  { path, value, isUnique }: Lookup,
  count: number,
): Page {
  const equal = (row: SQL): SQL =>
    sql`${row}.tenant_id = c.tenant_id AND ${row}.type = ${literal(type.name)} AND ${row}.attribute = ${literal(path)} AND ${row}.value = ${value}`;
  const beside = (side: SQL): SQL =>
    sql`EXISTS (SELECT 1 FROM resource_values w WHERE ${equal(sql`w`)} AND w.holder ${side} v.holder)`;
  const total = isUnique
    ? sql`NULL`
    : sql`CASE WHEN ${beside(sql`>`)} AND NOT ${beside(sql`<`)} THEN (SELECT count(*) FROM resource_values w WHERE ${equal(sql`w`)}) END`;
  return {
    rows: sql`SELECT r.*, NULL AS sort_key, c.token, ${total} AS total FROM ${claimRow(claim)} c
      LEFT JOIN resource_values v ON c.holds AND ${equal(sql`v`)}${isUnique ? sql` AND v.holder = ''` : sql``}
      LEFT JOIN resources r ON r.tenant_id = v.tenant_id AND r.type = v.type AND r.id = v.resource_id
      LIMIT ${rowLimit(count)}`,
  };
}
