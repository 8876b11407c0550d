/** What must hold of a resource's attributes after a change: required ones are there, immutable ones stay. */
import type { ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, pathOf } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isObject, isUnassigned, jsonEqual } from "../scim/json.ts";
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
    const old = before && valueAt(ref, before);
    if (attribute.mutability === "immutable" && !isUnassigned(old) && !jsonEqual(old, value)) {
      refuse("mutability", `${pathOf(ref)} can't be changed.`);
    }
  }
  for (const { schema, required } of type.extensions) {
    if (required && after[schema.id] === undefined)
      refuse("invalidValue", `${schema.id} is required.`);
  }
}

function valueAt(ref: AttributeRef, attributes: JsonObject): Json | undefined {
  const holder = ref.extension === undefined ? attributes : attributes[ref.extension];
  return isObject(holder) ? holder[ref.attribute.name] : undefined;
}
