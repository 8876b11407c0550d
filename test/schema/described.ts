/** Is everything in a served document described by the served schemas that it names, with the right types? */
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { subAttributesOf, textOf } from "./flatten.ts";

/** Described in RFC 7643 section 3 rather than by any schema. */
const COMMON = new Set(["schemas", "id", "externalId", "meta"]);

const IS_OF_TYPE: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === "string",
  reference: (value) => typeof value === "string",
  binary: (value) => typeof value === "string" && /^[A-Za-z0-9+/]+={0,2}$/.test(value),
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value),
  decimal: (value) => typeof value === "number",
  dateTime: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  complex: isObject,
};

/** What is wrong, as texts; nothing where all is described. */
export function undescribed(document: JsonObject, schemas: readonly JsonObject[]): string[] {
  const named = document["schemas"];
  if (!isList(named) || named.length === 0) return ["schemas: names no schema"];
  const used = named.map((urn) => schemas.find(({ id }) => id === urn));
  if (used.includes(undefined)) return [`schemas: ${JSON.stringify(named)} aren't all served`];
  const known = used.filter((schema) => schema !== undefined);
  return Object.entries(document).flatMap(([name, value]) => {
    const container = known.find(({ id }) => id === name);
    if (container !== undefined) {
      if (!isObject(value)) return [`${name}: is no object`];
      return inObject(value, attributesOf(container), `${name}:`);
    }
    const base = known.flatMap((schema) => attributesOf(schema));
    return COMMON.has(name) ? [] : inObject({ [name]: value }, base, "");
  });
}

function attributesOf(schema: JsonObject): readonly JsonObject[] {
  return schema["attributes"] as readonly JsonObject[];
}

function inObject(object: JsonObject, attributes: readonly JsonObject[], prefix: string): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const attribute = attributes.find((one) => one["name"] === name);
    const path = `${prefix}${name}`;
    if (attribute === undefined) return [`${path}: no schema describes it`];
    if (attribute["multiValued"] !== true) return ofType(value, attribute, path);
    if (!isList(value)) return [`${path}: is no list`];
    return value.flatMap((one) => ofType(one, attribute, `${path}[]`));
  });
}

function ofType(value: Json, attribute: JsonObject, path: string): string[] {
  const type = textOf(attribute, "type");
  const isRight = IS_OF_TYPE[type];
  if (isRight === undefined) return [`${path}: is of the unknown type ${type}`];
  if (!isRight(value)) return [`${path}: is no ${type}: ${JSON.stringify(value)}`];
  const canonical = attribute["canonicalValues"];
  const isFixed = attribute["mutability"] === "readOnly" && isList(canonical);
  if (isFixed && !canonical.includes(value))
    return [`${path}: ${JSON.stringify(value)} isn't canonical`];
  if (!isObject(value)) return [];
  // RFC 7643 section 7: subAttributes has the same sub-attributes as attributes, so it may hold itself.
  const own = subAttributesOf(attribute);
  const subs = attribute["name"] === "subAttributes" ? [...own, attribute] : own;
  return [...inObject(value, subs, `${path}.`), ...missingIn(value, own, path)];
}

function missingIn(value: JsonObject, subs: readonly JsonObject[], path: string): string[] {
  return subs
    .filter((sub) => sub["required"] === true && value[textOf(sub, "name")] === undefined)
    .map((sub) => `${path}.${textOf(sub, "name")}: is required and missing`);
}
