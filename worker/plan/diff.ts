/** What differs between two versions of a resource's attributes, by path. */
import { isObject, jsonEqual } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";

/** The names that lead to the value; an extension's URN is one name. Null: unassigned. */
export interface Difference {
  readonly path: readonly string[];
  readonly before: Json;
  readonly after: Json;
}

/** Lists differ as a whole, objects by what is in them. */
export function diff(before: JsonObject, after: JsonObject): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old = null, now = null] = [before[name], after[name]];
    if (jsonEqual(old, now)) return [];
    if (!isObject(old) || !isObject(now)) return [{ path: [name], before: old, after: now }];
    return diff(old, now).map((inner) => ({ ...inner, path: [name, ...inner.path] }));
  });
}

/** `applyDiff(diff(a, b), a)` equals `b`. */
export function applyDiff(differences: readonly Difference[], before: JsonObject): JsonObject {
  return differences.reduce((object, { path, after }) => withValue(object, path, after), before);
}

function withValue(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  const copy: MutableJsonObject = { ...object };
  const inner = copy[name];
  if (rest.length > 0) copy[name] = withValue(isObject(inner) ? inner : {}, rest, value);
  else if (value === null) delete copy[name];
  else copy[name] = value;
  return copy;
}
