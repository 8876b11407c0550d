/** The body of a search request: the parameters of a list as JSON (RFC 7644 section 3.4.3). */
import { refuse } from "../scim/fault.ts";
import { isList, isObject, typeOf, valueOf } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";
import type { ListParameters } from "./list-query.ts";
import { checkSchemas } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";

/** @throws invalidSyntax, invalidValue */
export function parseSearchRequest(body: Json, leniency: Leniency): ListParameters {
  if (!isObject(body))
    return refuse("invalidSyntax", `The body must be an object, not ${typeOf(body)}.`);
  checkSchemas(valueOf(body, "schemas"), [MESSAGES.searchRequest], leniency);
  return {
    filter: readText(body, "filter"),
    sortBy: readText(body, "sortBy"),
    sortOrder: readText(body, "sortOrder"),
    startIndex: readNumber(body, "startIndex"),
    count: readNumber(body, "count"),
    cursor: readText(body, "cursor"),
    attributes: readNames(body, "attributes"),
    excludedAttributes: readNames(body, "excludedAttributes"),
  };
}

function readText(body: JsonObject, name: string): string | undefined {
  const value = valueOf(body, name) ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  return refuse("invalidValue", `${name} takes a string, not ${typeOf(value)}.`);
}

function readNumber(body: JsonObject, name: string): string | undefined {
  const value = valueOf(body, name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number") return String(value);
  return refuse("invalidValue", `${name} takes an integer, not ${typeOf(value)}.`);
}

function readNames(body: JsonObject, name: string): string[] {
  const value = valueOf(body, name) ?? [];
  if (isList(value) && value.every((one) => typeof one === "string")) return [...value];
  return refuse("invalidValue", `${name} takes a list of attribute names.`);
}
