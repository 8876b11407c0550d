/** What a typed filter means in memory: the same as its SQL, over a resource's attributes or one value of an attribute. */
import type { AttributeRef } from "../scim/attribute-path.ts";
import { leafOf, valueAt } from "../scim/attribute-path.ts";
import { foldFor } from "../scim/fold.ts";
import { isList, isObject } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { OPERATORS } from "./operators.ts";
import type { Operand, TypedFilter } from "./typed-filter.ts";

export function matchFilter(filter: TypedFilter, object: JsonObject): boolean {
  switch (filter.kind) {
    case "and":
      return filter.filters.every((part) => matchFilter(part, object));
    case "or":
      return filter.filters.some((part) => matchFilter(part, object));
    case "not":
      return !matchFilter(filter.filter, object);
    case "present":
      return valuesAt(filter.target, object).some((value) => value !== undefined && value !== "");
    case "compare":
      return matchCompare(filter, object);
    case "some":
      return valuesAt(filter.target, object).some(
        (value) => isObject(value) && matchFilter(filter.filter, value),
      );
  }
}

/** `ne` holds where some value differs or there is none: what is unassigned is null, and null differs from all operands. */
function matchCompare(
  filter: Extract<TypedFilter, { kind: "compare" }>,
  object: JsonObject,
): boolean {
  const { matches } = OPERATORS[filter.operator];
  const values = valuesAt(filter.target, object).map((value) => comparable(filter.target, value));
  if (filter.operator === "ne") {
    return (
      values.length === 0 ||
      values.some((value) => value === undefined || matches(value, filter.operand))
    );
  }
  return values.some((value) => value !== undefined && matches(value, filter.operand));
}

function comparable(target: AttributeRef, value: Json | undefined): Operand | undefined {
  const isOfMany = target.sub === undefined || target.attribute.multiValued;
  if (value === undefined) return isOfMany ? leafOf(target).assumed : undefined;
  if (typeof value === "string") return foldFor(leafOf(target), value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/** The values at a path: each value of a multi-valued attribute, undefined where one lacks the sub-attribute. */
function valuesAt(target: AttributeRef, object: JsonObject): readonly (Json | undefined)[] {
  const found = valueAt(target, object);
  const { sub } = target;
  // Inside a value, what is missing may be taken for something; `comparable` says for what.
  if (found === undefined) return sub === undefined && isAssumed(target) ? [undefined] : [];
  const values: readonly Json[] = isList(found) ? found : [found];
  if (sub === undefined) return values;
  return values.map((value) => (isObject(value) ? value[sub.name] : undefined));
}

function isAssumed({ attribute }: AttributeRef): boolean {
  return attribute.assumed !== undefined;
}
