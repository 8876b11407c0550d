/** What of a body has no effect, and why: a resource is read without what its schemas don't know or don't let a client write. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { baseAttributes, findAttribute } from "../scim/attribute-path.ts";
import { isObject } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { sameUrn } from "../scim/urn.ts";

export interface Ignored {
  readonly name: string;
  readonly why: "unknown" | "readOnly" | "neverKept";
}

/** In the order of the body; the body of a POST or PUT. */
export function ignoredIn(body: Json, type: ResourceType): Ignored[] {
  if (!isObject(body)) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    const extension = type.extensions.find(({ schema }) => sameUrn(schema.id, name))?.schema;
    if (extension === undefined) return ignoredAttribute(name, baseAttributes(type), name);
    return isObject(value) ? ignoredInExtension(value, extension.attributes, extension.id) : [];
  });
}

function ignoredInExtension(
  value: JsonObject,
  attributes: readonly Attribute[],
  urn: string,
): Ignored[] {
  return Object.keys(value).flatMap((name) => ignoredAttribute(name, attributes, `${urn}:${name}`));
}

function ignoredAttribute(
  name: string,
  attributes: readonly Attribute[],
  shown: string,
): Ignored[] {
  const attribute = findAttribute(attributes, name);
  // The schemas follow from what is in use, and are checked.
  if (attribute?.name === "schemas") return [];
  if (attribute === undefined) return [{ name: shown, why: "unknown" }];
  if (attribute.mutability === "readOnly") return [{ name: shown, why: "readOnly" }];
  return attribute.stored === "nowhere" ? [{ name: shown, why: "neverKept" }] : [];
}
