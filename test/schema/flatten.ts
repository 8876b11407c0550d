/** A served schema as a flat table: attribute path -> characteristics. */
import type { Json, JsonObject } from "../../worker/scim/json.ts";

export const CHARACTERISTICS = [
  "type",
  "multiValued",
  "required",
  "caseExact",
  "mutability",
  "returned",
  "uniqueness",
  "canonicalValues",
  "referenceTypes",
] as const;

export type Table = ReadonlyMap<string, JsonObject>;

export function flatten(attributes: readonly JsonObject[], prefix = ""): Table {
  const table = new Map<string, JsonObject>();
  for (const attribute of attributes) {
    const path = `${prefix}${textOf(attribute, "name")}`;
    if (table.has(path)) throw new Error(`${path} is described twice`);
    table.set(path, attribute);
    for (const [sub, one] of flatten(subAttributesOf(attribute), `${path}.`)) table.set(sub, one);
  }
  return table;
}

export function subAttributesOf(attribute: JsonObject): readonly JsonObject[] {
  const subs: Json = attribute["subAttributes"] ?? [];
  return subs as readonly JsonObject[];
}

/** The text under a name; empty where there is none. */
export function textOf(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}
