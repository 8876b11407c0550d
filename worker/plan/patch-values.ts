/** PATCH over the values of a multi-valued attribute: adding, selecting, the primary value (RFC 7644 section 3.5.2). */
import type { Attribute } from "../../schema/attribute.ts";
import { findAttribute, pathOf } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { fold, foldFor } from "../scim/fold.ts";
import { isObject, isUnassigned, jsonEqual } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import type { Filter } from "../parse/filter.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { matchFilter } from "./match.ts";
import { resolveValueFilter } from "./resolve.ts";

/**
 * Values that are there already change nothing; one with the same `value` and `type` is completed rather than repeated
 * (RFC 7643 section 2.4); a new primary value takes the place of the old.
 */
export function addValues(
  before: readonly Json[],
  added: readonly Json[],
  attribute: Attribute,
): readonly Json[] {
  const values = [...before];
  const places = Map.groupBy(values.keys(), (index) => keyOf(values[index]));
  for (const one of added) {
    const like = places.get(keyOf(one)) ?? [];
    const index =
      like.find((place) => holds(values[place], one)) ??
      like.find((place) => isSameValue(values[place], one, attribute));
    if (index !== undefined) values[index] = merge(values[index], one, attribute);
    else {
      like.push(values.push(one) - 1);
      places.set(keyOf(one), like);
    }
  }
  return settle(before, values);
}

/** Values that differ in it aren't the same: only few have to be compared. */
function keyOf(value: Json | undefined): string {
  const key = isObject(value) ? value["value"] : value;
  return typeof key === "string" ? fold(key) : "";
}

/** The known value with what is new in the other: what differs in case only, where case doesn't count, isn't. */
function merge(known: Json | undefined, one: Json, attribute: Attribute): Json {
  if (!isObject(known) || !isObject(one)) return one;
  const news = Object.entries(one).filter(([name]) => !isSameSub(known, one, name, attribute));
  return news.length === 0 ? known : { ...known, ...Object.fromEntries(news) };
}

/** Does a value say all that the other says? Without a `value` it has to say just that: `country` alone is no address. */
function holds(value: Json | undefined, other: Json): boolean {
  if (!isObject(value) || !isObject(other) || other["value"] === undefined) {
    return jsonEqual(value, other);
  }
  return Object.entries(other).every(([name, part]) => jsonEqual(value[name], part));
}

function isSameValue(left: Json | undefined, right: Json, attribute: Attribute): boolean {
  if (!isObject(left) || !isObject(right) || right["value"] === undefined) return false;
  return ["value", "type"].every((name) => isSameSub(left, right, name, attribute));
}

function isSameSub(
  left: JsonObject,
  right: JsonObject,
  name: string,
  attribute: Attribute,
): boolean {
  const sub = findAttribute(attribute.subAttributes, name);
  const [one, other] = [left[name], right[name]];
  if (sub === undefined || typeof one !== "string" || typeof other !== "string") {
    return jsonEqual(one, other);
  }
  return foldFor(sub, one) === foldFor(sub, other);
}

/** The values after an operation as they may stand: none twice, one primary at most. */
function settle(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  return distinct(setPrimary(before, distinct(after)));
}

/** RFC 7643 section 2.4: the same value isn't there twice. */
function distinct(values: readonly Json[]): readonly Json[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const print = isObject(value) ? Object.entries(value).toSorted(byName) : value;
    const text = JSON.stringify(print);
    return !seen.has(text) && seen.add(text);
  });
}

function byName([left]: readonly [string, Json], [right]: readonly [string, Json]): number {
  return left < right ? -1 : 1;
}

/** One value is primary at most: where an operation made another one primary, the others are no longer (section 3.5.2). */
function setPrimary(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  const isPrimary = (value: Json): boolean => isObject(value) && value["primary"] === true;
  if (after.filter(isPrimary).length <= 1) return after;
  const old = before.filter(isPrimary);
  const isNew = (value: Json): boolean =>
    isPrimary(value) && !old.some((one) => jsonEqual(one, value));
  const chosen = after.findLastIndex(isNew);
  const primary = chosen < 0 ? after.findLastIndex(isPrimary) : chosen;
  return after.map((value, index) =>
    index !== primary && isObject(value) && isPrimary(value) ? { ...value, primary: false } : value,
  );
}

/** The values that the operation selects, changed; all others as they are. */
export function changeSelected(
  before: readonly Json[],
  operation: PatchOperation,
  replaceCreates: boolean,
): readonly Json[] {
  const isSelected = selector(operation);
  if (before.some(isSelected)) {
    const change = (value: Json): Json =>
      isSelected(value) ? changeValue(value, operation) : value;
    return settle(before, before.map(change));
  }
  const { op, filter, target } = operation;
  const seed = filter === undefined ? {} : seedOf(filter, target.attribute);
  const mayCreate = op === "add" || filter === undefined || replaceCreates;
  if (seed === undefined || !mayCreate) return refuseNoTarget(operation);
  return settle(before, [...before, changeValue(seed, { ...operation, op: "add" })]);
}

function refuseNoTarget({ target }: PatchOperation): never {
  return refuse("noTarget", `No value of ${target.attribute.name} matches the filter.`);
}

/** `replace` puts the value in the place of the whole one, `add` completes it; a sub-attribute is set by either. */
function changeValue(value: Json, { op, target, value: given }: PatchOperation): Json {
  const known = isObject(value) ? value : {};
  if (target.sub !== undefined) {
    keepImmutable(known, target.sub, given);
    return { ...known, [target.sub.name]: given ?? null };
  }
  if (op === "replace" || !isObject(given)) return given ?? value;
  return { ...known, ...given };
}

/**
 * `add emails[type eq "work"].value` where there is no such value means a new one with that type: RFC 7644 section 3.5.2.1 is
 * silent, and every IdP expects it. Only terms with `eq` say what the new value holds, and only of what any text may stand for.
 */
function seedOf(filter: Filter, attribute: Attribute): JsonObject | undefined {
  const parts = filter.kind === "and" ? filter.filters : [filter];
  const seed: MutableJsonObject = {};
  for (const part of parts) {
    if (part.kind !== "compare" || part.operator !== "eq" || part.value === null) return undefined;
    const sub = findAttribute(attribute.subAttributes, part.path.name);
    if (sub === undefined || sub.type === "binary" || part.value === "") return undefined;
    seed[sub.name] = part.value;
  }
  return seed;
}

/** What is left: without the selected values, or without the sub-attribute in them. `replace` by nothing wants a match as well. */
export function removeSelected(
  before: readonly Json[],
  operation: PatchOperation,
  replaceCreates: boolean,
): readonly Json[] | undefined {
  const { op, filter, target } = operation;
  const { sub } = target;
  const isSelected = selector(operation);
  const needsMatch = op === "replace" && filter !== undefined && !replaceCreates;
  if (needsMatch && !before.some(isSelected)) return refuseNoTarget(operation);
  const left = before.flatMap((value) => {
    if (!isSelected(value)) return [value];
    if (sub === undefined || !isObject(value)) return [];
    keepImmutable(value, sub, undefined);
    const { [sub.name]: _removed, ...rest } = value;
    return isUnassigned(rest) ? [] : [rest];
  });
  return left.length === 0 ? undefined : settle(before, left);
}

function keepImmutable(value: JsonObject, sub: Attribute, now: Json | undefined): void {
  const old = value[sub.name];
  if (sub.mutability !== "immutable" || old === undefined || jsonEqual(old, now)) return;
  refuse("mutability", `${sub.name} can't be changed: remove the value and add another.`);
}

function selector({ filter, target }: PatchOperation): (value: Json) => boolean {
  if (filter === undefined) return () => true;
  if (target.attribute.type !== "complex") {
    return refuse("invalidPath", `${pathOf(target)} has no sub-attributes to filter by.`);
  }
  const typed = resolveValueFilter(filter, target.attribute);
  return (value) => isObject(value) && matchFilter(typed, value);
}
