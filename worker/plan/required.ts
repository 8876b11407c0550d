/** What must hold of a resource's attributes after a change: required ones are there, immutable ones stay. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, leafOf, pathOf, valueAt } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isList, isObject, isUnassigned, jsonEqual } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";

/** @throws invalidValue (required), mutability (immutable: RFC 7643 section 2.2) */
export function checkAttributes(
  type: ResourceType,
  before: JsonObject | undefined,
  after: JsonObject,
): void {
  for (const ref of attributeRefs(type)) {
    const { attribute } = ref;
    if (attribute.stored !== "document" || attribute.name === "schemas") continue;
    const value = valueAt(ref, after);
    const isInUse = ref.extension === undefined || after[ref.extension] !== undefined;
    if (
      attribute.required &&
      attribute.mutability !== "readOnly" &&
      isInUse &&
      isUnassigned(value)
    ) {
      refuse("invalidValue", `${pathOf(ref)} is required.`);
    }
    checkParts(ref, value);
    const old = before && valueAt(ref, before);
    checkImmutable(ref, old, value);
    // The parts of a value that goes as a whole go with it.
    const parts = isObject(value) ? attribute.subAttributes : [];
    for (const sub of parts) {
      checkImmutable({ ...ref, sub }, partOf(old, sub), partOf(value, sub));
    }
  }
  for (const { schema, required } of type.extensions) {
    if (required && after[schema.id] === undefined)
      refuse("invalidValue", `${schema.id} is required.`);
  }
}

/** Each value has the sub-attributes that are required. */
function checkParts(ref: AttributeRef, value: Json | undefined): void {
  const values: readonly (Json | undefined)[] = isList(value) ? value : [value];
  for (const sub of ref.attribute.subAttributes) {
    const lacks = (one: Json | undefined): boolean =>
      isObject(one) && isUnassigned(partOf(one, sub));
    if (sub.required && values.some(lacks)) {
      refuse("invalidValue", `${pathOf({ ...ref, sub })} is required.`);
    }
  }
}

function checkImmutable(ref: AttributeRef, old: Json | undefined, now: Json | undefined): void {
  if (leafOf(ref).mutability !== "immutable" || isUnassigned(old) || jsonEqual(old, now)) return;
  refuse("mutability", `${pathOf(ref)} can't be changed.`);
}

function partOf(value: Json | undefined, sub: Attribute): Json | undefined {
  return isObject(value) ? value[sub.name] : undefined;
}
