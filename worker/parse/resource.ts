/** The body of POST and PUT: JSON to a resource that its schemas allow (RFC 7644 sections 3.3 and 3.5.1). */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { baseAttributes, findAttribute } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isObject, isUnassigned, typeOf, valueOf } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import type { Resource } from "../scim/resource.ts";
import { sameUrn } from "../scim/urn.ts";
import { checkSchemas } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";
import { parseValue } from "./validator.ts";

/**
 * Read-only and unknown attributes are ignored, null and [] mean unassigned, names come out as the schemas write them.
 * @throws invalidSyntax, invalidValue
 */
export function parseResource(type: ResourceType, body: Json, leniency: Leniency): Resource {
  if (!isObject(body))
    return refuse("invalidSyntax", `The body must be an object, not ${typeOf(body)}.`);
  const known = [type.schema.id, ...type.extensions.map(({ schema }) => schema.id)];
  checkSchemas(valueOf(body, "schemas"), known, leniency);
  const parsed = parseAttributes(baseAttributes(type), body, "", leniency);
  for (const { schema, required } of type.extensions) {
    const values = extensionOf(body, schema.id);
    if (!isUnassigned(values)) {
      if (!isObject(values))
        refuse("invalidValue", `${schema.id} takes an object, not ${typeOf(values)}.`);
      const extension = parseAttributes(schema.attributes, values, `${schema.id}:`, leniency);
      if (!isUnassigned(extension)) parsed[schema.id] = extension;
    }
    if (required && parsed[schema.id] === undefined) {
      refuse("invalidValue", `${schema.id} is required.`);
    }
  }
  return splitRows(type, parsed);
}

function extensionOf(body: JsonObject, urn: string): Json | undefined {
  const keys = Object.keys(body).filter((key) => sameUrn(key, urn));
  if (keys.length > 1) refuse("invalidSyntax", `${urn} is there twice.`);
  return keys[0] === undefined ? undefined : body[keys[0]];
}

function parseAttributes(
  attributes: readonly Attribute[],
  body: JsonObject,
  prefix: string,
  leniency: Leniency,
): MutableJsonObject {
  const parsed: MutableJsonObject = {};
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(body)) {
    const attribute = findAttribute(attributes, name);
    if (attribute === undefined) continue;
    if (seen.has(attribute.name))
      refuse("invalidSyntax", `${prefix}${attribute.name} is there twice.`);
    seen.add(attribute.name);
    if (attribute.mutability === "readOnly" || attribute.name === "schemas") continue;
    const one = parseValue(attribute, value, `${prefix}${attribute.name}`, leniency);
    if (one !== undefined && attribute.stored !== "nowhere") parsed[attribute.name] = one;
  }
  for (const attribute of attributes) {
    const isWritten = attribute.mutability !== "readOnly" && attribute.name !== "schemas";
    if (attribute.required && isWritten && parsed[attribute.name] === undefined) {
      refuse("invalidValue", `${prefix}${attribute.name} is required.`);
    }
  }
  return parsed;
}

/** Takes the attribute that is stored as rows out of the document, and says which schemas are in use. */
function splitRows(type: ResourceType, parsed: MutableJsonObject): Resource {
  const rows = type.schema.attributes.find((attribute) => attribute.stored === "rows");
  const { [rows?.name ?? ""]: values, ...rest } = parsed;
  return { document: rest, members: rows === undefined ? [] : rowIds(rows.name, values) };
}

/** The ids in a list of values that are stored as rows, each once. */
export function rowIds(path: string, values: Json | undefined): string[] {
  const list = Array.isArray(values) ? values : [];
  if (list.length > PROVIDER.maxRowValues) {
    refuse("tooMany", `${path} takes ${PROVIDER.maxRowValues} values in one request.`);
  }
  const ids = list.map((value: Json) => (isObject(value) ? value["value"] : undefined));
  return [...new Set(ids.filter((id) => typeof id === "string"))];
}
