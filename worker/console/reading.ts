/** Reads what the management API answered: JSON whose shape its OpenAPI document says. */
import type { Json, JsonObject } from "../scim/json.ts";
import { isList, isObject } from "../scim/json.ts";

export function textAt(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

/** Null where it is null, or isn't there. */
export function textOrNullAt(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === "string" ? value : null;
}

export function numberAt(object: JsonObject, name: string): number {
  const value = object[name];
  return typeof value === "number" ? value : 0;
}

export function objectAt(object: JsonObject, name: string): JsonObject {
  const value: Json | undefined = object[name];
  return isObject(value) ? value : {};
}

/** The objects in a list. */
export function listAt(object: JsonObject, name: string): readonly JsonObject[] {
  const value = object[name];
  return isList(value) ? value.filter(isObject) : [];
}
