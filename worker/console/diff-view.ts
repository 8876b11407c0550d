/** The changes of an activity entry, as `plan/log` writes them, as lines to show: what was and what is. */
import { isList, isObject, jsonEqual } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";

export type ShownChange =
  | {
      readonly kind: "value";
      /** As a filter would name it. */
      readonly path: string;
      readonly before: readonly string[];
      readonly after: readonly string[];
      /** Values of a multi-valued attribute that stay. */
      readonly kept: number;
    }
  | {
      readonly kind: "members";
      readonly path: string;
      readonly added: MovedMembers;
      readonly removed: MovedMembers;
    };

export interface MovedMembers {
  readonly count: number;
  /** The first of them; see `plan/log`. */
  readonly ids: readonly string[];
}

export function shownChanges(changes: Json | undefined): ShownChange[] {
  return isList(changes) ? changes.filter(isObject).map(shownChange) : [];
}

function shownChange(change: JsonObject): ShownChange {
  const path = pathText(change["path"]);
  if (change["added"] !== undefined || change["removed"] !== undefined) {
    const [added, removed] = [movedMembers(change["added"]), movedMembers(change["removed"])];
    return { kind: "members", path, added, removed };
  }
  const [old, now] = [valuesOf(change["before"]), valuesOf(change["after"])];
  const without = (values: readonly Json[], others: readonly Json[]): Json[] =>
    values.filter((value) => !others.some((other) => jsonEqual(value, other)));
  const [before, after] = [without(old, now), without(now, old)];
  const kept = old.length - before.length;
  return { kind: "value", path, before: before.map(textOf), after: after.map(textOf), kept };
}

/** An extension's URN comes before the attribute with a colon, a sub-attribute after it with a dot. */
function pathText(path: Json | undefined): string {
  const [first = "", ...rest] = isList(path) ? path.map(String) : [];
  if (rest.length === 0) return first;
  return `${first}${first.includes(":") ? ":" : "."}${rest.join(".")}`;
}

function movedMembers(moved: Json | undefined): MovedMembers {
  const { count = 0, ids = [] } = isObject(moved) ? moved : {};
  return { count: Number(count), ids: isList(ids) ? ids.map(String) : [] };
}

/** One for each value; none where it is unassigned. */
function valuesOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

function textOf(value: Json): string {
  if (!isObject(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${textOf(part)}`);
  return parts.join(", ");
}
