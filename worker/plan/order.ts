/** The order of a list: by an attribute or by id, forward or backward, and where in it a cursor stands. */
import type { AttributeRef } from "../scim/attribute-path.ts";
import { leafOf, pathOf } from "../scim/attribute-path.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import { refuse } from "../scim/fault.ts";
import { literal, locate } from "./locate.ts";
import type { Scope } from "./locate.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

export interface Order {
  /** What is sorted by, over the row `r`; undefined: by id alone. */
  readonly key: SQL | undefined;
  readonly isDescending: boolean;
  /** Read from the end, for the page before a cursor. */
  readonly isBackward: boolean;
  /** Whether the list is over several types, which then come one after the other. */
  readonly isMixed: boolean;
}

interface SortedType {
  /** Undefined where the type hasn't the attribute. */
  readonly by: AttributeRef | undefined;
  readonly scope: Scope;
}

/** The value that a resource is sorted by; over several types, each by its own. */
export function sortKey(types: readonly SortedType[]): SQL {
  const arms = types.map(({ by, scope }) => ({
    name: scope.type.name,
    value: by === undefined ? sql`NULL` : sortValue(by, scope),
  }));
  const [first] = arms;
  if (first !== undefined && arms.length === 1) return first.value;
  const cases = arms.map(({ name, value }) => sql`WHEN ${literal(name)} THEN ${value}`);
  return sql`(CASE r.type ${sql.join(cases, sql` `)} END)`;
}

/** A multi-valued attribute sorts by its primary value, else by its first (RFC 7644 section 3.4.2.3). */
function sortValue(by: AttributeRef, scope: Scope): SQL {
  const value = by.attribute.subAttributes.find(({ name }) => name === "value");
  const ref = leafOf(by).type === "complex" && by.sub === undefined ? { ...by, sub: value } : by;
  const isOpaque = leafOf(ref).type === "complex" || leafOf(ref).returned === "never";
  const isRow = ref.attribute.stored === "rows" || ref.attribute.stored === "derived";
  if (isOpaque || isRow) return refuse("invalidPath", `sortBy: ${pathOf(by)} can't be sorted by.`);
  const place = locate(ref, scope);
  if (place.kind === "one") return place.value;
  // A bare number would be the number of a column.
  const rank =
    ref.sub === undefined ? sql`` : sql`ifnull(json_extract(e.value, '$.primary'), 0) DESC,`;
  return sql`(SELECT ${place.value} FROM ${place.source} ORDER BY ${rank} e.key LIMIT 1)`;
}

/** What has no value comes last ascending and first descending (RFC 7644 section 3.4.2.3); type and id break ties. */
export function orderBy({ key, isDescending, isBackward, isMixed }: Order): SQL {
  const step = isBackward ? sql`DESC` : sql`ASC`;
  const tie = isMixed ? sql`r.type ${step}, r.id ${step}` : sql`r.id ${step}`;
  if (key === undefined) return tie;
  const keyStep = isDescending === isBackward ? sql`ASC` : sql`DESC`;
  return sql`${key} IS NULL ${keyStep}, ${key} ${keyStep}, ${tie}`;
}

/** The resources on the far side of a cursor, in the direction in which the page is read. */
export function afterPosition({ type, id, key: value }: CursorPosition, order: Order): SQL {
  const { key, isDescending, isBackward, isMixed } = order;
  const side = isBackward ? sql`<` : sql`>`;
  const tie = isMixed ? sql`(r.type, r.id) ${side} (${type}, ${id})` : sql`r.id ${side} ${id}`;
  if (key === undefined) return tie;
  const isRising = isDescending === isBackward;
  if (value === null) {
    const beyond = isRising ? sql`0` : sql`${key} IS NOT NULL`;
    return sql`(${beyond} OR (${key} IS NULL AND ${tie}))`;
  }
  const beyond = isRising ? sql`(${key} > ${value} OR ${key} IS NULL)` : sql`${key} < ${value}`;
  return sql`(${beyond} OR (${key} = ${value} AND ${tie}))`;
}
