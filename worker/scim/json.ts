/** JSON values, and the few things that the rooms do with them. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}
/** A JSON object under construction. */
export interface MutableJsonObject {
  [name: string]: Json;
}

/** JSON text to a value: the only place where JSON.parse's `any` gets a type. @throws SyntaxError */
export function readJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The same; undefined where the text is no JSON. */
export function tryJson(text: string): Json | undefined {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** JSON text to an object; an empty one where it is something else. */
export function readObject(text: string): JsonObject {
  const value = readJson(text);
  return isObject(value) ? value : {};
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/**
 * A name that an object of this text has twice, or undefined. RFC 8259 section 4 leaves open what that means, so what one reader checks
 * may not be what the next one takes; `JSON.parse` takes the last. The text has to be JSON.
 */
export function repeatedName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name = last.includes("\\") ? JSON.stringify(readJson(last)) : last;
      const names = open.at(-1);
      if (names?.has(name) === true) return name.slice(1, -1);
      names?.add(name);
    } else last = token;
  }
  return undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value's type in words, for fault texts. */
export function typeOf(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (isList(value)) return "a list";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}

/** RFC 7643 section 2.5: null, the empty list and (of a complex attribute) the empty object are all "unassigned". */
export function isUnassigned(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** Equality whatever the order of names. */
export function jsonEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    return left.every((value, index) => jsonEqual(value, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && jsonEqual(left[name], right[name]));
}

/** The value under a name in any case; attribute names are case-insensitive (RFC 7643 section 2.1). */
export function valueOf(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const folded = name.toLowerCase();
  for (const key of Object.keys(object)) if (key.toLowerCase() === folded) return object[key];
  return undefined;
}
