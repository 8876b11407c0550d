/** How a resource is written: its document, the folded twin that filters read, and its index rows. */
import type { ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, findAttribute, pathOf, valueAt } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { foldFor } from "../scim/fold.ts";
import { isList, isObject } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import { perType } from "../scim/per-type.ts";
import type { Attribute } from "../../schema/attribute.ts";

/** One row of `resource_values`. */
export interface IndexRow {
  readonly attribute: string;
  readonly value: string;
  readonly holder: string;
}

/** The stored document: schemas in use, id, then what the client said. */
export function documentOf(type: ResourceType, id: string, attributes: JsonObject): JsonObject {
  const inUse = type.extensions
    .map(({ schema }) => schema.id)
    .filter((urn) => attributes[urn] !== undefined);
  return { schemas: [type.schema.id, ...inUse], id, ...attributes };
}

/** What the client said, out of a stored document. */
export function attributesOf(document: JsonObject): JsonObject {
  const { schemas: _schemas, id: _id, ...attributes } = document;
  return attributes;
}

/** The document with every string as its attribute compares it. */
export function foldDocument(type: ResourceType, document: JsonObject): JsonObject {
  const folded: MutableJsonObject = {};
  for (const [name, value] of Object.entries(document)) {
    const extension = type.extensions.find(({ schema }) => schema.id === name);
    if (extension !== undefined && isObject(value)) {
      folded[name] = foldObject(extension.schema.attributes, value);
      continue;
    }
    const attribute = findAttribute([...type.common, ...type.schema.attributes], name);
    folded[name] = attribute === undefined ? value : foldValue(attribute, value);
  }
  return folded;
}

function foldObject(attributes: readonly Attribute[], object: JsonObject): JsonObject {
  const folded: MutableJsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    const attribute = findAttribute(attributes, name);
    folded[name] = attribute === undefined ? value : foldValue(attribute, value);
  }
  return folded;
}

function foldValue(attribute: Attribute, value: Json): Json {
  if (isList(value)) return value.map((one) => foldValue(attribute, one));
  if (isObject(value)) return foldObject(attribute.subAttributes, value);
  return typeof value === "string" ? foldFor(attribute, value) : value;
}

/** The attributes and sub-attributes of a type that have index rows, with their paths. */
const indexedRefs = perType((type) => {
  const refs = attributeRefs(type).flatMap((ref): AttributeRef[] => [
    ...(ref.attribute.indexed ? [ref] : []),
    ...ref.attribute.subAttributes.filter(({ indexed }) => indexed).map((sub) => ({ ...ref, sub })),
  ]);
  return refs.map((ref) => ({ ref, path: pathOf(ref) }));
});

/** The index rows of a document, each once. Rows of unique attributes have no holder, so that two can't be. */
export function indexRows(type: ResourceType, id: string, attributes: JsonObject): IndexRow[] {
  return indexedRefs(type).flatMap(({ ref, path }) => {
    const leaf = ref.sub ?? ref.attribute;
    const holder = leaf.uniqueness === "none" ? id : "";
    const values = stringsAt(ref, attributes).map((value) => foldFor(leaf, value));
    return [...new Set(values)].map((value) => ({ attribute: path, value, holder }));
  });
}

function stringsAt(ref: AttributeRef, attributes: JsonObject): string[] {
  const found = valueAt(ref, attributes);
  const values: readonly (Json | undefined)[] = isList(found) ? found : [found];
  const { sub } = ref;
  const leaves =
    sub === undefined
      ? values
      : values.map((value) => (isObject(value) ? value[sub.name] : undefined));
  return leaves.filter((value) => typeof value === "string");
}

/** The name that others show of a resource; null where it has none. */
export function displayNameOf(type: ResourceType, attributes: JsonObject): string | null {
  for (const name of type.displayedBy) {
    const value = attributes[name];
    if (typeof value === "string") return value;
  }
  return null;
}
