/** Arbitraries: filters as syntax, and resources with filters over them for a type that has every type of attribute. */
import * as fc from "fast-check";
import { attribute, pluralSubAttributes } from "../../schema/attribute.ts";
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { EXTERNAL_ID, SCHEMAS } from "../../schema/common.ts";
import { COMPARE_OPERATORS } from "../../worker/parse/filter.ts";
import type { CompareValue, Filter } from "../../worker/parse/filter.ts";
import { OPERATORS } from "../../worker/plan/operators.ts";
import { attributeRefs } from "../../worker/scim/attribute-path.ts";
import type { AttributePath, AttributeRef } from "../../worker/scim/attribute-path.ts";
import type { JsonObject } from "../../worker/scim/json.ts";

/** Objects as the parser makes them. */
const PLAIN = { noNullPrototype: true } as const;

// --- syntax

const firstLetter = fc.constantFrom(...Array.from("abYZ$"));
const name = fc
  .tuple(firstLetter, fc.string({ unit: fc.constantFrom(...Array.from("aZ09-_$")), maxLength: 6 }))
  .map((parts) => parts.join(""));
const urn = fc.constantFrom(
  "urn:a:b",
  "urn:ietf:params:scim:schemas:core:2.0:User",
  "x:1.0",
  "u+v-w.x:y",
);
const path: fc.Arbitrary<AttributePath> = fc.record(
  {
    urn: fc.option(urn, { nil: undefined, freq: 3 }),
    name,
    sub: fc.option(name, { nil: undefined, freq: 2 }),
  },
  PLAIN,
);

/** Well-formed text without NUL: every Unicode plane, and what grammars stumble over. */
export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom(...Array.from("\"\\()[]. :%_*?'"), "\t", "\n", "\u2028", "😀"),
      maxLength: 8,
    }),
    fc.constantFrom("and", "or", "not (", "true", "null", "\uFFFF", "\u{10FFFF}"),
  )
  .filter((text) => text.isWellFormed() && !text.includes("\0"));

const value: fc.Arbitrary<CompareValue> = fc.oneof(
  anyText,
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

/** What the parser can give: `and` and `or` of two and more, and nothing that parentheses alone would say. */
export const syntax: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter; leaf: Filter }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ kind: fc.constant("present" as const), path }, PLAIN),
    fc.record(
      {
        kind: fc.constant("compare" as const),
        path,
        operator: fc.constantFrom(...COMPARE_OPERATORS),
        value,
      },
      PLAIN,
    ),
  ),
  filter: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    tie("leaf"),
    fc.record(
      {
        kind: fc.constantFrom("and" as const, "or" as const),
        filters: fc.array(tie("filter"), { minLength: 2, maxLength: 4 }),
      },
      PLAIN,
    ),
    fc.record({ kind: fc.constant("not" as const), filter: tie("filter") }, PLAIN),
    fc.record({ kind: fc.constant("valuePath" as const), path, filter: tie("filter") }, PLAIN),
  ),
})).filter;

// --- meaning

const subAttributes = [
  attribute("text", "", {}),
  attribute("exact", "", { caseExact: true }),
  attribute("flag", "", { type: "boolean" }),
  attribute("count", "", { type: "integer" }),
  attribute("at", "", { type: "dateTime" }),
];

/** A resource type with every type of attribute, single and multi-valued, simple and complex, indexed and not. */
export const THING: ResourceType = {
  name: "Thing",
  endpoint: "/Things",
  description: "",
  common: [SCHEMAS, EXTERNAL_ID],
  displayedBy: ["text"],
  schema: {
    id: "urn:test:Thing",
    name: "Thing",
    description: "",
    attributes: [
      attribute("text", "", {}),
      attribute("exact", "", { caseExact: true }),
      attribute("key", "", { indexed: true }),
      attribute("exactKey", "", { indexed: true, caseExact: true }),
      attribute("flag", "", { type: "boolean" }),
      attribute("count", "", { type: "integer" }),
      attribute("size", "", { type: "decimal" }),
      attribute("at", "", { type: "dateTime" }),
      attribute("link", "", { type: "reference" }),
      attribute("bytes", "", { type: "binary" }),
      attribute("texts", "", { multiValued: true }),
      attribute("counts", "", { type: "integer", multiValued: true }),
      attribute("flags", "", { type: "boolean", multiValued: true }),
      attribute("one", "", { subAttributes }),
      attribute("many", "", { multiValued: true, subAttributes }),
      attribute("mails", "", {
        multiValued: true,
        subAttributes: pluralSubAttributes(attribute("value", "", { indexed: true })),
      }),
    ],
  },
  extensions: [
    {
      required: false,
      schema: {
        id: "urn:test:More",
        name: "More",
        description: "",
        attributes: [
          attribute("text", "", { indexed: true }),
          attribute("size", "", { type: "decimal" }),
          attribute("boss", "", { subAttributes: pluralSubAttributes(attribute("value", "", {})) }),
        ],
      },
    },
  ],
};

/** Few letters, so that values and operands meet; each is there for what folding, order or SQL could do to it. */
const text = fc
  .array(
    fc.constantFrom(
      ...Array.from("abAB%_*'\"\\ éÉßẞςσΣİı"),
      "e\u0301",
      "ss",
      "ﬁ",
      "Ａ",
      "\uD7FF",
      "\uE000",
      "\uFFFD",
      "\uFFFF",
      "\u{10000}",
      "\u{10FFFF}",
      "10",
      "9",
      "true",
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(""));

const SIMPLE: Readonly<
  Record<Exclude<Attribute["type"], "complex">, fc.Arbitrary<string | number | boolean>>
> = {
  string: text,
  reference: text,
  binary: fc.constantFrom("AAAA", "aaaa", "AAAB"),
  boolean: fc.boolean(),
  integer: fc.constantFrom(-10, -1, 0, 1, 2, 9, 10, 9_007_199_254_740_991),
  decimal: fc.constantFrom(-1.5, -0.5, 0, 0.1, 0.5, 1, 2, 10, 1e21),
  dateTime: fc.constantFrom(
    "2011-08-01T18:29:49Z",
    "2011-08-01T20:29:49+02:00",
    "2011-08-01T18:29:49.001Z",
    "2011-08-01T18:29:49",
    "1999-12-31T23:59:59.999-14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ),
};

function valueOf(given: Attribute): fc.Arbitrary<JsonObject[string]> {
  if (given.type !== "complex") return SIMPLE[given.type];
  return attributesOf(given.subAttributes).filter((object) => Object.keys(object).length > 0);
}

function attributesOf(attributes: readonly Attribute[]): fc.Arbitrary<JsonObject> {
  const values = attributes.map((one): [string, fc.Arbitrary<JsonObject[string]>] => [
    one.name,
    one.multiValued ? fc.array(valueOf(one), { minLength: 1, maxLength: 3 }) : valueOf(one),
  ]);
  const object = fc.record(Object.fromEntries(values), { requiredKeys: [], noNullPrototype: true });
  return object as fc.Arbitrary<JsonObject>;
}

/** The attributes of a resource, without id and schemas. */
export function resourceOf(type: ResourceType): fc.Arbitrary<JsonObject> {
  const base = attributesOf([EXTERNAL_ID, ...type.schema.attributes]);
  const extensions = type.extensions.map(({ schema }) =>
    attributesOf(schema.attributes).map((object): JsonObject => {
      return Object.keys(object).length === 0 ? {} : { [schema.id]: object };
    }),
  );
  return fc.tuple(base, ...extensions).map((parts) => Object.assign({}, ...parts) as JsonObject);
}

const FLAT = 4;

/** A filter that fits the type: known names, operators and values of the attribute's type. */
export function filterOf(type: ResourceType): fc.Arbitrary<Filter> {
  const refs = attributeRefs(type).filter(({ attribute: { stored } }) => stored === "document");
  const leaves = refs.flatMap((ref) => [
    ref,
    ...ref.attribute.subAttributes.map((sub): AttributeRef => ({ ...ref, sub })),
  ]);
  const tests = leaves.map((ref) => testOf(pathTo(ref), ref.sub ?? ref.attribute));
  const complex = refs.filter((ref) => ref.attribute.type === "complex");
  const some = complex.map((ref) => {
    const inner = ref.attribute.subAttributes.map((sub) =>
      testOf({ urn: undefined, name: sub.name, sub: undefined }, sub),
    );
    return treeOf(fc.oneof(...inner)).map((filter): Filter => ({
      kind: "valuePath",
      path: pathTo(ref),
      filter,
    }));
  });
  return treeOf(fc.oneof({ weight: 3, arbitrary: fc.oneof(...tests) }, fc.oneof(...some)));
}

function pathTo(ref: AttributeRef): AttributePath {
  return { urn: ref.extension, name: ref.attribute.name, sub: ref.sub?.name };
}

function treeOf(leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: "small", withCrossShrink: true },
      { weight: 3, arbitrary: leaf },
      fc.record(
        {
          kind: fc.constantFrom("and" as const, "or" as const),
          filters: fc.array(tie("tree"), { minLength: 2, maxLength: FLAT }),
        },
        PLAIN,
      ),
      fc.record({ kind: fc.constant("not" as const), filter: tie("tree") }, PLAIN),
    ),
  })).tree;
}

function testOf(at: AttributePath, leaf: Attribute): fc.Arbitrary<Filter> {
  const present = fc.constant<Filter>({ kind: "present", path: at });
  const compared = leaf.type === "complex" ? valueOfComplex(leaf) : leaf;
  if (compared === undefined || compared.type === "complex") return present;
  const { type } = compared;
  const operators = COMPARE_OPERATORS.filter((operator) =>
    OPERATORS[operator].types.includes(type),
  );
  const compare = fc.record(
    {
      kind: fc.constant("compare" as const),
      path: fc.constant(at),
      operator: fc.constantFrom(...operators),
      value:
        type === "string"
          ? fc.oneof({ weight: 9, arbitrary: text }, fc.constant(""))
          : SIMPLE[type],
    },
    PLAIN,
  );
  const absent = fc.record(
    {
      kind: fc.constant("compare" as const),
      path: fc.constant(at),
      operator: fc.constantFrom("eq" as const, "ne" as const),
      value: fc.constant(null),
    },
    PLAIN,
  );
  return fc.oneof({ weight: 8, arbitrary: compare }, present, absent);
}

function valueOfComplex({ subAttributes: subs }: Attribute): Attribute | undefined {
  return subs.find((sub) => sub.name === "value");
}
