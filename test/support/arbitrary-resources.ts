/** Arbitraries made of the schemas: resources, their changes, and JSON that is nearly right. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { attributeRefs } from "../../worker/scim/attribute-path.ts";
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";

/** The number of cases of each law, from a seed that doesn't change: `LAWS_RUNS=20000 npm test` looks further. */
export const LAWS = Object.freeze({ numRuns: Number(env.LAWS_RUNS), seed: 7644 });

/** Few texts, so that values meet. */
const TEXTS = ["a", "A", "b", "work", "home", "x@y.test", "ß", "true", "🙂", 'q"\\]'];
export const IDS = ["u1", "u2", "u3", "u4", "U1"];

export const types: fc.Arbitrary<ResourceType> = fc.constantFrom(...RESOURCE_TYPES);

/** A valid value of an attribute, as a client may write it to an end: nothing that has to be forgiven. */
export function valueFor(attribute: Attribute): fc.Arbitrary<Json> {
  if (!attribute.multiValued) return oneFor(attribute);
  return fc.array(oneFor(attribute), { maxLength: 4 }).map(withOnePrimary);
}

export function oneFor(attribute: Attribute): fc.Arbitrary<Json> {
  switch (attribute.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
    case "decimal":
      return fc.integer();
    case "dateTime":
      return fc.constant("2011-08-01T18:29:49Z");
    case "binary":
      return fc.constantFrom("AAAA", "AA==", "A-_A");
    case "string":
    case "reference":
      return attribute.stored === "rows" ? fc.constantFrom(...IDS) : fc.constantFrom(...TEXTS);
    case "complex":
      return objectFor(attribute.subAttributes, attribute.stored === "rows");
  }
}

function objectFor(attributes: readonly Attribute[], isRow: boolean): fc.Arbitrary<JsonObject> {
  const parts = attributes.map(
    (sub) =>
      [sub.name, isRow && sub.name === "value" ? fc.constantFrom(...IDS) : valueFor(sub)] as const,
  );
  const requiredKeys = attributes.filter(({ required }) => required).map(({ name }) => name);
  return fc.record(Object.fromEntries(parts), { requiredKeys });
}

function withOnePrimary(values: readonly Json[]): Json[] {
  const chosen = values.findIndex((value) => isObject(value) && value["primary"] === true);
  return values.map((value, index) =>
    isObject(value) && value["primary"] === true && index !== chosen
      ? { ...value, primary: false }
      : value,
  );
}

/** A body of POST that is valid; extensions may be there. */
export function bodyFor(type: ResourceType): fc.Arbitrary<JsonObject> {
  const base = objectFor([...type.common.slice(1), ...type.schema.attributes], false);
  const extensions = type.extensions.map(
    ({ schema }) => [schema.id, objectFor(schema.attributes, false)] as const,
  );
  return fc
    .tuple(base, fc.record(Object.fromEntries(extensions), { requiredKeys: [] }))
    .map(([body, extended]) => ({ schemas: [type.schema.id], ...body, ...extended }));
}

/** The value with some part of it replaced by any JSON, or its name by one in capitals. */
export function mutated(json: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(json, fc.array(fc.nat(50), { maxLength: 4 }), strangeJson, fc.boolean())
    .map(([value, steps, strange, shouts]) => replaceAt(value, steps, strange, shouts));
}

/** What is under a name that stands for something else in JavaScript, too. */
export const strangeJson: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
  fc.constantFrom<Json>("", null, [], {}, "True", "\ud800", "\0", 1e308, -0, [[]], [null], {
    value: [],
  }),
);

function replaceAt(value: Json, steps: readonly number[], strange: Json, shouts: boolean): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return strange;
  if (isList(value)) {
    if (value.length === 0) return [strange];
    const place = step % value.length;
    return value.with(place, replaceAt(value[place] ?? null, rest, strange, shouts));
  }
  if (!isObject(value)) return strange;
  const names = Object.keys(value);
  const name = names[step % Math.max(names.length, 1)] ?? "__proto__";
  const entries = names.map((one) => [one, value[one]] as const);
  const part = replaceAt(value[name] ?? null, rest, strange, shouts);
  return Object.fromEntries([...entries, [shouts ? name.toUpperCase() : name, part]]) as JsonObject;
}

/** Paths of a type, with their attributes: whole, of a sub-attribute, with a value filter. */
export function pathsOf(type: ResourceType): (readonly [string, fc.Arbitrary<Json>])[] {
  return attributeRefs(type).flatMap(({ extension, attribute }) => {
    const path = extension === undefined ? attribute.name : `${extension}:${attribute.name}`;
    const subs = attribute.subAttributes.map((sub) => [sub.name, valueFor(sub)] as const);
    const own = [
      [path, valueFor(attribute)] as const,
      ...subs.map(([name, value]) => [`${path}.${name}`, value] as const),
    ];
    if (!attribute.multiValued) return own;
    const selected = FILTERS.flatMap((filter) => [
      [`${path}[${filter}]`, oneFor(attribute)] as const,
      ...subs.map(([name, value]) => [`${path}[${filter}].${name}`, value] as const),
    ]);
    return [...own, ...selected];
  });
}

const FILTERS = [
  'type eq "work"',
  'value eq "a"',
  'value eq "u1"',
  'value eq "u1" or value eq "u3"',
  'type eq "home" and value eq "b"',
  'type eq "work" and primary eq true',
  'not (type eq "work")',
  "primary eq true",
  "value pr",
  'value eq ""',
  'display sw "a"',
];

/** Operations on a type that mean something more often than not. */
export function operationsFor(type: ResourceType): fc.Arbitrary<Json[]> {
  const [first, ...others] = pathsOf(type).map(([path, value]) => operationAt(path, value));
  if (first === undefined) throw new Error(`${type.name} has no paths.`);
  const atPath = fc.oneof(first, ...others);
  const whole = fc.record({
    op: fc.constantFrom("add", "replace"),
    value: bodyFor(type).map(withoutReadOnly),
  });
  return fc.array(fc.oneof({ weight: 9, arbitrary: atPath }, { weight: 1, arbitrary: whole }), {
    minLength: 1,
    maxLength: 5,
  });
}

function operationAt(path: string, value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.record({
    op: fc.constantFrom("add", "replace", "Remove"),
    path: fc.constant(path),
    value: fc.oneof(
      { weight: 8, arbitrary: value },
      { weight: 1, arbitrary: fc.constantFrom<Json>(null, "", [], {}) },
    ),
  });
}

/** What a PATCH may not name. */
function withoutReadOnly(body: JsonObject): JsonObject {
  const { id: _id, meta: _meta, groups: _groups, ...rest } = body;
  return rest;
}
