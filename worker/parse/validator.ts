/** Checks values against their attribute's schema and gives them in canonical form (RFC 7643 sections 2.2 to 2.5). */
import * as v from "valibot";
import type { Attribute, AttributeType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { findAttribute } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isDateTime } from "../scim/fold.ts";
import { isList, isObject, isUnassigned, jsonEqual, typeOf } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import { rewriteValue } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";

const text = v.pipe(
  v.string("a string"),
  v.maxLength(PROVIDER.maxStringLength, `at most ${PROVIDER.maxStringLength} characters`),
  v.check(
    (value) => value.isWellFormed() && !value.includes("\0"),
    "a string of Unicode characters",
  ),
);
const BASE64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;

/** One valibot schema for each simple type; its message says what was expected. */
const SIMPLE: Readonly<Record<Exclude<AttributeType, "complex">, v.GenericSchema<unknown, Json>>> =
  {
    string: text,
    reference: text,
    boolean: v.boolean("a boolean"),
    decimal: v.pipe(v.number("a number"), v.finite("a number")),
    integer: v.pipe(v.number("an integer"), v.safeInteger("an integer")),
    dateTime: v.pipe(text, v.check(isDateTime, "a dateTime such as 2011-08-01T18:29:49Z")),
    binary: v.pipe(text, v.regex(BASE64, "base64")),
  };

/**
 * The value of an attribute; undefined where it is unassigned.
 * @throws invalidValue naming the attribute, what came and what was expected
 */
export function parseValue(
  attribute: Attribute,
  value: Json,
  path: string,
  leniency: Leniency,
): Json | undefined {
  const meant = rewriteValue(attribute, value, path, leniency);
  if (meant === null) return undefined;
  if (!attribute.multiValued) return parseOne(attribute, meant, path, leniency);
  if (!isList(meant)) return refuse("invalidValue", `${path} takes a list, not ${typeOf(meant)}.`);
  const values: Json[] = [];
  for (const [index, element] of meant.entries()) {
    const one =
      element === null ? undefined : parseOne(attribute, element, `${path}[${index}]`, leniency);
    if (one !== undefined) values.push(one);
  }
  if (values.length === 0) return undefined;
  return withoutRepeats(settlePrimary(values, path, leniency));
}

/** One value of an attribute, whether or not it takes several. */
export function parseOne(
  attribute: Attribute,
  value: Json,
  path: string,
  leniency: Leniency,
): Json | undefined {
  if (attribute.type === "complex") return parseComplex(attribute, value, path, leniency);
  const result = v.safeParse(SIMPLE[attribute.type], value);
  if (result.success) return result.output;
  const expected = result.issues[0].message;
  return refuse("invalidValue", `${path} takes ${expected}, not ${typeOf(value)}.`);
}

function parseComplex(
  attribute: Attribute,
  value: Json,
  path: string,
  leniency: Leniency,
): JsonObject | undefined {
  const parsed: MutableJsonObject = {};
  for (const [sub, part] of namedParts(attribute, value, path)) {
    const one = parseValue(sub, part, `${path}.${sub.name}`, leniency);
    if (one !== undefined) parsed[sub.name] = one;
  }
  if (isObject(value) && Object.values(value).every(isUnassigned)) return undefined;
  for (const sub of attribute.subAttributes) {
    if (sub.required && !Object.hasOwn(parsed, sub.name)) {
      refuse("invalidValue", `${path}.${sub.name} is required.`);
    }
  }
  return isUnassigned(parsed) ? undefined : parsed;
}

/**
 * The sub-attributes that a value of a complex attribute names, with what it says of each. Unknown ones are ignored, like unknown
 * attributes (RFC 7644 section 3.3); what is read-only or derived as well.
 */
export function namedParts(
  attribute: Attribute,
  value: Json,
  path: string,
): (readonly [Attribute, Json])[] {
  if (!isObject(value))
    return refuse("invalidValue", `${path} takes an object, not ${typeOf(value)}.`);
  const seen = new Set<string>();
  return Object.entries(value).flatMap(([name, part]) => {
    const sub = findAttribute(attribute.subAttributes, name);
    if (sub === undefined || sub.stored !== "document" || sub.mutability === "readOnly") return [];
    if (seen.has(sub.name)) refuse("invalidSyntax", `${path}.${sub.name} is there twice.`);
    seen.add(sub.name);
    return [[sub, part] as const];
  });
}

/**
 * RFC 7643 section 2.4: the primary value is one at most. PingOne may send the same address twice, both primary: the last is meant.
 */
function settlePrimary(values: readonly Json[], path: string, leniency: Leniency): readonly Json[] {
  const isPrimary = (value: Json): boolean => isObject(value) && value["primary"] === true;
  if (values.filter(isPrimary).length <= 1) return values;
  const detail = `${path} has more than one primary value.`;
  if (leniency.profile !== "ping") return refuse("invalidValue", detail);
  leniency.forgive("two-primary-values", "invalidValue", detail);
  const last = values.findLastIndex(isPrimary);
  return values.map((value, index) =>
    index !== last && isObject(value) && isPrimary(value) ? { ...value, primary: false } : value,
  );
}

function withoutRepeats(values: readonly Json[]): Json[] {
  const seen = new Map<string, Json[]>();
  return values.filter((value) => {
    const print = typeof value === "object" ? JSON.stringify(sorted(value)) : JSON.stringify(value);
    const like = seen.get(print) ?? [];
    if (like.some((other) => jsonEqual(other, value))) return false;
    seen.set(print, [...like, value]);
    return true;
  });
}

function sorted(value: Json): Json {
  return isObject(value)
    ? Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
    : value;
}
