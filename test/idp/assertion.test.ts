/** The operators of scenarios: what each of them takes, and what not. */
import { expect, it } from "vitest";
import type { Json } from "../../worker/scim/json.ts";
import { checkAssertion, valueAt } from "./assertion.ts";
import type { Operator } from "./assertion.ts";

const CASES: readonly [Operator, Json, taken: readonly Json[], refused: readonly Json[]][] = [
  ["equals", "a", ["a"], ["A", null, ["a"]]],
  ["equals", 1, [1], ["1", 2]],
  ["oneOf", ["a", "b"], ["a", "b"], ["c", ["a", "b"]]],
  ["exists", true, ["", 0, false], [null]],
  ["exists", false, [null], [""]],
  ["absent", true, [], [null, ""]],
  ["absentOrEmpty", true, [null, "", [], {}, { a: "" }], [0, false, "a", ["a"], { a: "b" }]],
  ["length", 1, [["a"], "a"], [[], ["a", "b"], 1]],
  ["minLength", 2, [["a", "b"]], [["a"], 2]],
  ["maxLength", 1, [["a"], []], [["a", "b"]]],
  ["atLeast", 2, [2, 3], [1, "3"]],
  ["atMost", 2, [2, 1], [3, "1"]],
  ["type", "integer", [1], [1.5, "1", null]],
  ["type", "number", [1, 1.5], ["1"]],
  ["type", "array", [[]], [{}]],
  ["contains", "a", [["a", "b"], "cat"], [["cat"], "b", 1]],
  ["notContains", "a", [["b"], "b", { b: 1 }], [["a"], "cat", { a: 1 }]],
  ["each", { path: "a", equals: 1 }, [[{ a: 1 }], []], [[{ a: 1 }, {}], { a: 1 }]],
];

it.each(CASES)("%s %j", (operator, wanted, taken, refused) => {
  const assertion = { path: "x", [operator]: wanted };
  for (const x of taken) expect(checkAssertion(assertion, { x })).toBeUndefined();
  for (const x of refused) expect(checkAssertion(assertion, { x })).toMatch(/^x is /);
});

it("what isn't there is refused, where something has to be", () => {
  for (const [operator, wanted] of CASES) {
    const mayBeMissing =
      wanted === false ||
      ["absent", "absentOrEmpty", "notContains", "maxLength"].includes(operator);
    const problem = checkAssertion({ path: "x", [operator]: wanted }, {});
    expect(problem === undefined, operator).toBe(mayBeMissing);
  }
});

it("an assertion has one operator that is known", () => {
  expect(() => checkAssertion({ path: "x" }, {})).toThrow("Not one operator");
  expect(() => checkAssertion({ path: "x", exists: true, equals: 1 }, {})).toThrow("exists");
});

it("a path enters lists by index or by the value of a sub-attribute, and URNs whole", () => {
  const body = {
    a: [
      { b: "c", d: 1 },
      { b: "e", d: 2 },
    ],
    "urn:x:2.0:y": { z: 3 },
  };
  expect(valueAt(body, "a[1].d")).toBe(2);
  expect(valueAt(body, 'a[b="c"].d')).toBe(1);
  expect(valueAt(body, '["urn:x:2.0:y"].z')).toBe(3);
  expect(valueAt(body, "")).toBe(body);
  expect([valueAt(body, "a[2].d"), valueAt(body, 'a[b="x"].d'), valueAt(body, "a.b")]).toEqual(
    Array(3).fill(undefined),
  );
});
