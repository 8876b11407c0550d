/** Typed filter to an SQL condition over the row `r` of a resource. */
import type { Attribute } from "../../schema/attribute.ts";
import { leafOf, pathOf } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { indexPath, narrowingTerm } from "./access-path.ts";
import { balance } from "./balance.ts";
import { isMemberLookup } from "./limits.ts";
import { literal, locate, subInDocument } from "./locate.ts";
import type { Place, Scope, SubValue } from "./locate.ts";
import { OPERATORS } from "./operators.ts";
import type { Operands } from "./operands.ts";
import { sql, statement } from "./statement.ts";
import type { SQL } from "./statement.ts";
import type { TypedFilter } from "./typed-filter.ts";

type Compare = Extract<TypedFilter, { kind: "compare" }>;

/** A list says its condition twice, and the engine ends at statements of 100,000 bytes. */
const LONGEST_CONDITION = 47_000;

/** @throws invalidFilter for what can't be asked of the place where an attribute lives, or is too much for one statement */
export function whereFilter(filter: TypedFilter, scope: Scope, operands: Operands): SQL {
  const condition = whereTerm(balance(filter), scope, operands);
  if (statement(condition).sql.length > LONGEST_CONDITION) {
    refuse("invalidFilter", "The filter asks too much of one query: use fewer terms.");
  }
  return condition;
}

function whereTerm(filter: TypedFilter, scope: Scope, operands: Operands): SQL {
  const recurse = (part: TypedFilter): SQL => whereTerm(part, scope, operands);
  switch (filter.kind) {
    case "and":
    case "or":
      return joined(filter.filters.map(recurse), filter.kind);
    case "not":
      return sql`NOT ${recurse(filter.filter)}`;
    case "present":
      return wherePresent(filter.target, locate(filter.target, scope, operands.bind));
    case "compare":
      return (
        whereIndexed(filter, scope, operands) ??
        whereMember(filter, scope, operands) ??
        whereCompare(filter, locate(filter.target, scope, operands.bind), operands)
      );
    case "some":
      return whereSome(filter, scope, operands);
  }
}

function joined(parts: readonly SQL[], kind: "and" | "or"): SQL {
  return sql`(${sql.join([...parts], kind === "and" ? sql` AND ` : sql` OR `)})`;
}

function wherePresent(target: AttributeRef, place: Place): SQL {
  if (place.kind === "one") return presentValue(place.value);
  const value = target.sub === undefined ? sql`1` : presentValue(place.value);
  return sql`EXISTS (SELECT 1 FROM ${place.source} WHERE ${value})`;
}

function presentValue(value: SQL): SQL {
  return sql`ifnull(${value} <> '', 0)`;
}

function whereCompare(filter: Compare, place: Place, operands: Operands): SQL {
  if (place.kind === "one") return compareValue(filter, place.value, operands);
  const condition = compareValue(filter, assumed(leafOf(filter.target), place.value), operands);
  const some = sql`EXISTS (SELECT 1 FROM ${place.source} WHERE ${condition})`;
  if (filter.operator !== "ne") return some;
  return sql`(${some} OR NOT EXISTS (SELECT 1 FROM ${place.source}))`;
}

/** The value of a sub-attribute, or what it is taken for where there is none. */
function assumed(attribute: Attribute, value: SQL): SQL {
  if (attribute.assumed === undefined) return value;
  return sql`ifnull(${value}, ${sql.raw(attribute.assumed ? "1" : "0")})`;
}

/** Two-valued: what is unassigned differs from every operand and matches nothing else. */
function compareValue(filter: Compare, value: SQL, operands: Operands): SQL {
  const { operator, operand } = filter;
  const condition = OPERATORS[operator].condition(value, operands.bind(operand));
  return operator === "ne" ? sql`ifnull(${condition}, 1)` : sql`ifnull(${condition}, 0)`;
}

/** An indexed attribute is looked up in `resource_values`: as a key (eq), a range (sw), or a narrower scan (co, ew). */
function whereIndexed(filter: Compare, scope: Scope, operands: Operands): SQL | undefined {
  const { target, operator, operand } = filter;
  if (indexPath(filter) === undefined || typeof operand !== "string") return undefined;
  const value = sql`v.value`;
  const condition =
    operator === "sw"
      ? prefixRange(operand, operands)
      : OPERATORS[operator].condition(value, operands.bind(operand));
  return sql`r.id IN (SELECT v.resource_id FROM resource_values v WHERE v.tenant_id = ${scope.tenant}
    AND v.type = ${literal(scope.type.name)} AND v.attribute = ${literal(pathOf(target))} AND ${condition})`;
}

function prefixRange(prefix: string, operands: Operands): SQL {
  const next = afterPrefix(prefix);
  const from = sql`v.value >= ${operands.bind(prefix)}`;
  return next === undefined ? from : sql`${from} AND v.value < ${operands.bind(next)}`;
}

const LAST_CHARACTER = "\u{10ffff}";

/** The least text by code point that is greater than every text with this prefix; undefined where there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const characters = Array.from(prefix);
  while (characters.at(-1) === LAST_CHARACTER) characters.pop();
  const last = characters.pop()?.codePointAt(0);
  if (last === undefined) return undefined;
  const next = last === 0xd7ff ? 0xe000 : last + 1;
  return characters.join("") + String.fromCodePoint(next);
}

/** Equality with a member or a group is driven by the membership rows. */
function whereMember(filter: Compare, scope: Scope, operands: Operands): SQL | undefined {
  if (!isMemberLookup(filter)) return undefined;
  const { attribute } = filter.target;
  const { tenant } = scope;
  const id = operands.bind(filter.operand);
  if (attribute.stored === "rows") {
    return sql`r.id IN (SELECT m.group_id FROM members m INDEXED BY members_by_member
      WHERE m.tenant_id = ${tenant} AND m.member_id = ${id})`;
  }
  return sql`r.id IN (WITH RECURSIVE down(id) AS (
      SELECT m.member_id FROM members m WHERE m.tenant_id = ${tenant} AND m.group_id = ${id}
      UNION SELECT m.member_id FROM down CROSS JOIN members m ON m.tenant_id = ${tenant} AND m.group_id = down.id)
    SELECT id FROM down)`;
}

/** Some one value meets the whole filter; what is indexed of it narrows the resources first. */
function whereSome(
  filter: Extract<TypedFilter, { kind: "some" }>,
  scope: Scope,
  operands: Operands,
): SQL {
  const { target } = filter;
  if (target.attribute.stored === "column") {
    return refuse("invalidFilter", `${pathOf(target)} has no values to filter by.`);
  }
  const place = locate(target, scope, operands.bind);
  const elements: Extract<Place, { kind: "many" }> =
    place.kind === "many" ? place : oneAsMany(place.value);
  const inner = whereInside(filter.filter, elements.sub, operands);
  // The depth of a subquery in FROM isn't added to that of the expression around it.
  const exists = sql`EXISTS (SELECT 1 FROM (SELECT 1 FROM ${elements.source} WHERE ${inner}))`;
  const term = narrowingTerm(filter.filter, target);
  const narrowing =
    term && (whereIndexed(term, scope, operands) ?? whereMember(term, scope, operands));
  return narrowing === undefined ? exists : sql`(${narrowing} AND ${exists})`;
}

/** A single complex value as the one row of a source; none where it is unassigned, so that `not` has no value to hold of. */
function oneAsMany(value: SQL): Extract<Place, { kind: "many" }> {
  const source = sql`(SELECT ${value} AS value WHERE ${value} IS NOT NULL) e`;
  return { kind: "many", source, value: sql`e.value`, sub: subInDocument };
}

function whereInside(filter: TypedFilter, sub: SubValue, operands: Operands): SQL {
  switch (filter.kind) {
    case "and":
    case "or":
      return joined(
        filter.filters.map((part) => whereInside(part, sub, operands)),
        filter.kind,
      );
    case "not":
      return sql`NOT ${whereInside(filter.filter, sub, operands)}`;
    case "present":
      return presentValue(sub(filter.target.attribute));
    case "compare":
      return compareValue(
        filter,
        assumed(filter.target.attribute, sub(filter.target.attribute)),
        operands,
      );
    case "some":
      return sql`0`;
  }
}
