/** What a scenario asserts of the body of an answer. */
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json } from "../../worker/scim/json.ts";
import type { Assertion } from "./scenario.ts";

type Value = Json | undefined;

const isSame = (one: Value, other: Value): boolean => JSON.stringify(one) === JSON.stringify(other);
const sizeOf = (value: Value): number =>
  isList(value) || typeof value === "string" ? value.length : 0;
const isThere = (value: Value): boolean => value !== undefined && value !== null;

export type Operator =
  | "equals"
  | "oneOf"
  | "exists"
  | "absent"
  | "absentOrEmpty"
  | "length"
  | "minLength"
  | "maxLength"
  | "atLeast"
  | "atMost"
  | "type"
  | "contains"
  | "notContains"
  | "each";

const CHECKS: Readonly<Record<Operator, (value: Value, wanted: Json) => boolean>> = {
  equals: isSame,
  oneOf: (value, wanted) => isList(wanted) && wanted.some((one) => isSame(one, value)),
  exists: (value, wanted) => isThere(value) === wanted,
  absent: (value, wanted) => (value === undefined) === wanted,
  absentOrEmpty: (value, wanted) => isEmpty(value) === wanted,
  length: (value, wanted) => sizeOf(value) === wanted,
  minLength: (value, wanted) => sizeOf(value) >= Number(wanted),
  maxLength: (value, wanted) => sizeOf(value) <= Number(wanted),
  atLeast: (value, wanted) => typeof value === "number" && value >= Number(wanted),
  atMost: (value, wanted) => typeof value === "number" && value <= Number(wanted),
  type: (value, wanted) =>
    typeOf(value) === wanted || (wanted === "number" && typeof value === "number"),
  contains: (value, wanted) => holds(value, wanted) === true,
  notContains: (value, wanted) =>
    holds(value, wanted) === false || (!isThere(value) && typeof wanted === "string"),
  each: (value, wanted) =>
    isList(value) &&
    value.every((one) => checkAssertion(wanted as unknown as Assertion, one) === undefined),
};

const OPERATORS = Object.keys(CHECKS) as Operator[];

/** What is wrong with the body, undefined where nothing is. */
export function checkAssertion(assertion: Assertion, body: Value): string | undefined {
  const used = OPERATORS.filter((operator) => assertion[operator] !== undefined);
  const [operator] = used;
  if (operator === undefined || used.length > 1) {
    throw new Error(`Not one operator at ${assertion.path}: ${used.join(", ")}`);
  }
  const wanted = assertion[operator] ?? null;
  const value = valueAt(body, assertion.path);
  if (CHECKS[operator](value, wanted)) return undefined;
  return `${assertion.path} is ${JSON.stringify(value)}, wanted: ${operator} ${JSON.stringify(wanted)}`;
}

/** Is this an element of the list, a part of the string, or anywhere in the object? */
function holds(value: Value, wanted: Json): boolean | undefined {
  if (isList(value)) return value.some((one) => isSame(one, wanted));
  if (value === undefined || typeof wanted !== "string") return undefined;
  return (typeof value === "string" ? value : JSON.stringify(value)).includes(wanted);
}

function isEmpty(value: Value): boolean {
  if (isObject(value)) return Object.values(value).every(isEmpty);
  return !isThere(value) || value === "" || (isList(value) && value.length === 0);
}

function typeOf(value: Value): string {
  if (value === null) return "null";
  if (isList(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

const SEGMENT = /\[(\d+)\]|\["([^"]*)"\]|\[([\w$]+)="([^"]*)"\]|([^.[\]]+)/g;

export function valueAt(body: Value, path: string): Value {
  let current = body;
  for (const [, index, quoted, sub, wanted, name] of path.matchAll(SEGMENT)) {
    if (index !== undefined) current = isList(current) ? current[Number(index)] : undefined;
    else if (sub !== undefined) {
      current = isList(current)
        ? current.find((one) => isObject(one) && one[sub] === wanted)
        : undefined;
    } else current = isObject(current) ? current[name ?? quoted ?? ""] : undefined;
  }
  return current;
}
