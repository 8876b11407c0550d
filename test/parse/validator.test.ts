/** Values of every type, of attributes that no served schema has (RFC 7643 section 2.3). */
import { describe, expect, it } from "vitest";
import { attribute } from "../../schema/attribute.ts";
import type { AttributeType } from "../../schema/attribute.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseValue } from "../../worker/parse/validator.ts";
import type { Json } from "../../worker/scim/json.ts";
import { faultOf } from "../support/patch-run.ts";

const TAKEN: Readonly<Record<Exclude<AttributeType, "complex">, readonly Json[]>> = {
  string: ["a", " ", "0", "null"],
  boolean: [true, false],
  decimal: [0, -1.5, 1e300, 5e-324, Number.MAX_VALUE],
  integer: [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1e3],
  dateTime: [
    "2011-08-01T18:29:49Z",
    "2011-08-01T18:29:49.793Z",
    "2011-08-01T18:29:49.793123456Z",
    "2011-08-01T18:29:49+02:00",
    "2011-08-01T18:29:49",
    "2012-02-29T00:00:00Z",
    "0001-01-01T00:00:00Z",
  ],
  binary: ["AAAA", "AA==", "AAA=", "AA", "AAA", "-_-_", "+/+/"],
  reference: ["https://x.test/a b", "../Users/1", "urn:x:y"],
};

const REFUSED: Readonly<Record<Exclude<AttributeType, "complex">, readonly Json[]>> = {
  string: [0, true, {}, [["a"]], ["a", "b"], "\ud800", "a\0", "\udc00\ud800"],
  boolean: [0, 1, "yes", "", "tru", "1", {}, [true, false]].filter((value) => value !== ""),
  decimal: ["1", true, Infinity, -Infinity, NaN, {}],
  integer: ["1", 1.5, 2 ** 53, -(2 ** 53), Infinity, NaN, false],
  dateTime: [
    "2011-08-01",
    "2011-08-01 18:29:49Z",
    "2011-13-01T18:29:49Z",
    "2011-02-30T18:29:49Z",
    "2011-02-29T18:29:49Z",
    "2011-08-01T24:00:00Z",
    "2011-08-01T18:29Z",
    "2011-08-01T18:29:49z",
    "2011-08-01T18:29:49.Z",
    "2011-08-01T18:29:49+2:00",
    "Mon, 01 Aug 2011 18:29:49 GMT",
    1312223389,
  ],
  binary: ["A", "AAAAA", "AA=A", "=", "A===", "AA AA", "AAAA\n", "é", 7],
  reference: [7, { $ref: "x" }, "\0"],
};

const TYPES = Object.keys(TAKEN) as (keyof typeof TAKEN)[];

describe.each(TYPES)("%s", (type) => {
  const one = attribute("one", "", { type });
  const many = attribute("many", "", { type, multiValued: true });

  it.each(TAKEN[type].map((value) => [value]))("takes %j", (value) => {
    const leniency = new Leniency();
    expect(parseValue(one, value, "one", leniency)).toBe(value);
    expect(parseValue(many, [value, null], "many", leniency)).toStrictEqual([value]);
    expect(leniency.forgiven).toStrictEqual([]);
  });

  it.each(REFUSED[type].map((value) => [value]))("refuses %j", (value) => {
    const fault = faultOf(() => parseValue(one, value, "one", new Leniency()));
    expect(fault).toMatchObject({ kind: "invalidValue" });
    expect(JSON.stringify(fault)).toContain("one takes");
    const among = faultOf(() => parseValue(many, [...TAKEN[type], value], "many", new Leniency()));
    expect(JSON.stringify(among)).toContain(`many[${TAKEN[type].length}] takes`);
  });

  it.each([[null], [[]]])("is unassigned by %j", (value) => {
    const leniency = new Leniency();
    expect(parseValue(many, value, "many", leniency)).toBeUndefined();
    expect(parseValue(one, null, "one", leniency)).toBeUndefined();
    expect(leniency.forgiven).toStrictEqual([]);
  });
});

it("keeps one of each value, whatever the order of its names", () => {
  const sub = (name: string): ReturnType<typeof attribute> => attribute(name, "");
  const many = attribute("many", "", {
    multiValued: true,
    subAttributes: [sub("value"), sub("type")],
  });
  const given = [
    { value: "a", type: "b" },
    { type: "b", value: "a" },
    { value: "b", type: "a" },
    { value: "a" },
  ];
  expect(parseValue(many, given, "many", new Leniency())).toStrictEqual([
    { value: "a", type: "b" },
    { value: "b", type: "a" },
    { value: "a" },
  ]);
});

it("asks for required sub-attributes of a value that says anything", () => {
  const many = attribute("many", "", {
    multiValued: true,
    subAttributes: [attribute("value", "", { required: true }), attribute("note", "")],
  });
  expect(parseValue(many, [{ value: "a" }, {}], "many", new Leniency())).toStrictEqual([
    { value: "a" },
  ]);
  const fault = faultOf(() => parseValue(many, [{ note: "x" }], "many", new Leniency()));
  expect(fault).toStrictEqual({ kind: "invalidValue", detail: "many[0].value is required." });
});

it("ignores what is read-only, derived or unknown in a value, whatever it holds", () => {
  const one = attribute("one", "", {
    subAttributes: [
      attribute("value", ""),
      attribute("made", "", { mutability: "readOnly" }),
      attribute("$ref", "", { type: "reference", stored: "derived" }),
    ],
  });
  const given = { value: "a", made: 7, $ref: 7, other: 7 };
  expect(parseValue(one, given, "one", new Leniency())).toStrictEqual({ value: "a" });
});
