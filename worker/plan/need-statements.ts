/** The statements of what changes have to see, each for many rows at once: a few rows read for each, whatever the tenant's size. */
import type { ResourceType } from "../../schema/attribute.ts";
import { lists, tables, unrepeated } from "./lists.ts";
import { literal, nameOf, namesOfTypes, typesWithRows } from "./locate.ts";
import { selectMembers, selectShown } from "./reads.ts";
import type { Shown } from "./reads.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

type Pair = readonly [string, string];

export interface CurrentResources {
  /** Pairs of type and id. */
  readonly keys: readonly Pair[];
  /** Those of which every member has to be seen. */
  readonly whole: readonly Pair[];
  readonly shown: Shown;
}

/** Rows as `decodeResources` takes them. */
export function selectCurrent(
  tenant: string,
  { keys, whole, shown }: CurrentResources,
  types: readonly ResourceType[],
): SQL[] {
  const found = sql`CROSS JOIN resources r ON r.tenant_id = ${tenant} AND r.type = j.column1 AND r.id = j.column2`;
  return [
    ...tables(unrepeated(keys)).map((table) =>
      selectShown(
        sql`(SELECT r.*, NULL AS sort_key, NULL AS token, NULL AS total FROM ${table} j ${found}) r`,
        shown,
        types,
      ),
    ),
    ...tables(unrepeated(whole)).map((table) =>
      selectMembers(sql`(SELECT r.tenant_id, r.id FROM ${table} j ${found}) r`, types),
    ),
  ];
}

/** Each id that a change names: is it a member of the resource, and what resource is it? */
export function selectMentioned(
  tenant: string,
  pairs: readonly Pair[],
  types: readonly ResourceType[],
): SQL[] {
  // One look by the key for each type: an IN over their names would read a list for each id.
  const targets = types.map(
    (
      type,
    ) => sql`(SELECT json_array(${literal(type.name)}, ${nameOf(type, "document")}) FROM resources x
      WHERE x.tenant_id = ${tenant} AND x.type = ${literal(type.name)} AND x.id = j.column2)`,
  );
  return tables(unrepeated(pairs)).map(
    (table) => sql`SELECT j.column1 AS holder, j.column2 AS id, m.member_id IS NOT NULL AS held,
        coalesce(${sql.join([...targets, sql`NULL`], sql`, `)}) AS target
      FROM ${table} j LEFT JOIN members m ON m.tenant_id = ${tenant} AND m.group_id = j.column1 AND m.member_id = j.column2`,
  );
}

/** The memberships among these pairs that are there. */
export function selectHeld(tenant: string, pairs: readonly Pair[]): SQL[] {
  return tables(unrepeated(pairs)).map(
    (table) => sql`SELECT m.group_id, m.member_id, m.member_type FROM ${table} j
      CROSS JOIN members m ON m.tenant_id = ${tenant} AND m.group_id = j.column1 AND m.member_id = j.column2`,
  );
}

export interface UniqueValue {
  /** Name of the resource type. */
  readonly type: string;
  /** Path of the attribute. */
  readonly path: string;
  /** Folded. */
  readonly value: string;
  /** Unique by its schema: then its index row is found by its key. */
  readonly isKeyed: boolean;
}

/** The resources that hold one of the values. */
export function selectUnique(tenant: string, values: readonly UniqueValue[]): SQL[] {
  return [
    ...lookUp(
      tenant,
      values.filter(({ isKeyed }) => isKeyed),
      sql` AND v.holder = ''`,
    ),
    ...lookUp(
      tenant,
      values.filter(({ isKeyed }) => !isKeyed),
      sql``,
    ),
  ];
}

function lookUp(tenant: string, values: readonly UniqueValue[], holder: SQL): SQL[] {
  const rows = unrepeated(values.map(({ type, path, value }) => [type, path, value]));
  return tables(rows).map(
    (table) => sql`SELECT v.type, v.attribute, v.value, v.resource_id FROM ${table} j
      CROSS JOIN resource_values v ON v.tenant_id = ${tenant} AND v.type = j.column1 AND v.attribute = j.column2 AND v.value = j.column3${holder}`,
  );
}

/**
 * The groups above each resource, looked for only where there are any and one of the ids that it is to hold is a group itself: only then
 * could a circle close.
 */
export function selectAncestors(
  tenant: string,
  nested: readonly (readonly [string, readonly string[]])[],
  types: readonly ResourceType[],
): SQL[] {
  const rows = nested.flatMap(([id, ids]) => lists(ids).map((list) => [id, list]));
  // The condition on m makes the engine look for a group first, and at the list only where there is one.
  return tables(rows).map(
    (table) => sql`WITH RECURSIVE up(root, id) AS (
        SELECT j.column1, m.group_id FROM ${table} j
          CROSS JOIN members m INDEXED BY members_by_member ON m.tenant_id = ${tenant} AND m.member_id = j.column1
          WHERE EXISTS (SELECT 1 FROM json_each(j.column2) k CROSS JOIN resources x
            ON x.tenant_id = ${tenant} AND x.type IN (${namesOfTypes(typesWithRows(types))}) AND x.id = k.value
            WHERE m.group_id <> '')
        UNION SELECT up.root, m.group_id FROM up CROSS JOIN members m INDEXED BY members_by_member
          ON m.tenant_id = ${tenant} AND m.member_id = up.id)
      SELECT root, id FROM up`,
  );
}

/** The groups that hold each resource directly. */
export function selectHolding(tenant: string, ids: readonly string[]): SQL[] {
  return tables(ids.map((id) => [id])).map(
    (table) => sql`SELECT m.group_id, m.member_id, m.member_type FROM ${table} j
      CROSS JOIN members m INDEXED BY members_by_member ON m.tenant_id = ${tenant} AND m.member_id = j.column1`,
  );
}
