/** Filter to typed filter: what each name and operand means for a resource type (RFC 7644 section 3.4.2.2). */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import {
  findAttribute,
  leafOf,
  pathOf,
  printAttributePath,
  resolvePath,
} from "../scim/attribute-path.ts";
import type { AttributePath, AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { foldFor, isDateTime } from "../scim/fold.ts";
import type { CompareValue, Filter } from "../parse/filter.ts";
import { OPERATORS } from "./operators.ts";
import type { Operand, TypedFilter } from "./typed-filter.ts";

/** @throws invalidFilter: unknown attributes, operators and values that don't fit the attribute's type */
export function resolveFilter(filter: Filter, type: ResourceType): TypedFilter {
  return resolveWith(filter, (path) => findInType(path, type));
}

/** The filter of a value path: its names are sub-attributes of the attribute. */
export function resolveValueFilter(filter: Filter, attribute: Attribute): TypedFilter {
  return resolveWith(filter, (path) => findInValue(path, attribute));
}

type FindTarget = (path: AttributePath) => AttributeRef;

function resolveWith(filter: Filter, find: FindTarget): TypedFilter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { kind: filter.kind, filters: filter.filters.map((part) => resolveWith(part, find)) };
    case "not":
      return { kind: "not", filter: resolveWith(filter.filter, find) };
    case "present":
      return { kind: "present", target: readable(find(filter.path)) };
    case "compare":
      return resolveCompare(filter, readable(find(filter.path)));
    case "valuePath":
      return resolveValuePath(filter.filter, readable(find(filter.path)));
  }
}

function resolveValuePath(filter: Filter, target: AttributeRef): TypedFilter {
  const attribute = leafOf(target);
  if (attribute.type !== "complex") {
    refuse("invalidFilter", `${pathOf(target)} has no sub-attributes to filter by.`);
  }
  return { kind: "some", target, filter: resolveValueFilter(filter, attribute) };
}

function resolveCompare(
  filter: Extract<Filter, { kind: "compare" }>,
  found: AttributeRef,
): TypedFilter {
  const { operator, value } = filter;
  const target = toValue(found);
  const leaf = leafOf(target);
  const path = pathOf(target);
  if (value === null) {
    const present: TypedFilter = { kind: "present", target };
    if (operator === "eq") return { kind: "not", filter: present };
    if (operator === "ne") return present;
    return refuse("invalidFilter", `${path} ${operator} null: null can only be eq or ne.`);
  }
  if (!OPERATORS[operator].types.includes(leaf.type)) {
    refuse(
      "invalidFilter",
      `${operator} can't be used with ${path}, which is of type ${leaf.type}.`,
    );
  }
  const operand = operandFor(leaf, value, path);
  const isAffix = operator === "co" || operator === "sw" || operator === "ew";
  if (isAffix && operand === "") return { kind: "present", target };
  return { kind: "compare", target, operator, operand };
}

/** A complex attribute that is compared without a sub-attribute means its `value`. */
function toValue(target: AttributeRef): AttributeRef {
  if (leafOf(target).type !== "complex") return target;
  const value = findAttribute(target.attribute.subAttributes, "value");
  if (value !== undefined && target.sub === undefined) return { ...target, sub: value };
  return refuse("invalidFilter", `${pathOf(target)} is complex: name one of its sub-attributes.`);
}

function operandFor(leaf: Attribute, value: Exclude<CompareValue, null>, path: string): Operand {
  const expected = EXPECTED[leaf.type];
  if (typeof value !== expected) {
    refuse("invalidFilter", `${path} compares with a ${expected}, not a ${typeof value}.`);
  }
  if (typeof value !== "string") return value;
  if (leaf.type === "dateTime" && !isDateTime(value)) {
    refuse("invalidFilter", `${path} compares with a dateTime such as 2011-08-01T18:29:49Z.`);
  }
  return foldFor(leaf, value);
}

const EXPECTED: Readonly<Record<Attribute["type"], "string" | "number" | "boolean">> = {
  string: "string",
  reference: "string",
  binary: "string",
  dateTime: "string",
  boolean: "boolean",
  integer: "number",
  decimal: "number",
  complex: "string",
};

function findInType(path: AttributePath, type: ResourceType): AttributeRef {
  const target = resolvePath(type, path);
  if (target?.kind !== "attribute") {
    return refuse("invalidFilter", `${type.name} has no attribute ${printAttributePath(path)}.`);
  }
  return { extension: target.extension, attribute: target.attribute, sub: target.sub };
}

function findInValue(path: AttributePath, attribute: Attribute): AttributeRef {
  const isPlain = path.urn === undefined && path.sub === undefined;
  const sub = isPlain ? findAttribute(attribute.subAttributes, path.name) : undefined;
  if (sub === undefined) {
    return refuse(
      "invalidFilter",
      `${attribute.name} has no sub-attribute ${printAttributePath(path)}.`,
    );
  }
  return { extension: undefined, attribute: sub, sub: undefined };
}

/** What is never returned can't be asked for either: a filter would give it away piece by piece. */
function readable(target: AttributeRef): AttributeRef {
  if (leafOf(target).returned === "never") {
    refuse("invalidFilter", `${pathOf(target)} can't be used in a filter.`);
  }
  return target;
}
