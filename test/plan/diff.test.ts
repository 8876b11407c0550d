/** What differs, by path: objects by what is in them, lists as a whole. */
import { expect, it } from "vitest";
import { applyDiff, diff } from "../../worker/plan/diff.ts";

const URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

it("names what came, what went and what changed", () => {
  const before = { userName: "ann", title: "CTO", emails: [{ value: "a" }] };
  const after = { userName: "bob", nickName: "B", emails: [{ value: "a" }, { value: "b" }] };
  expect(diff(before, after)).toStrictEqual([
    { path: ["userName"], before: "ann", after: "bob" },
    { path: ["title"], before: "CTO", after: null },
    { path: ["emails"], before: [{ value: "a" }], after: [{ value: "a" }, { value: "b" }] },
    { path: ["nickName"], before: null, after: "B" },
  ]);
});

it("goes into objects that are there before and after, an extension's name being one", () => {
  const before = { name: { givenName: "A", familyName: "L" }, [URN]: { manager: { value: "1" } } };
  const after = { name: { givenName: "B", familyName: "L" }, [URN]: { manager: { value: "2" } } };
  expect(diff(before, after)).toStrictEqual([
    { path: ["name", "givenName"], before: "A", after: "B" },
    { path: [URN, "manager", "value"], before: "1", after: "2" },
  ]);
  expect(diff({}, { name: { givenName: "B" } })).toStrictEqual([
    { path: ["name"], before: null, after: { givenName: "B" } },
  ]);
});

it("sees the order of values, and not the order of names", () => {
  expect(diff({ a: ["x", "y"] }, { a: ["y", "x"] })).toHaveLength(1);
  expect(diff({ a: { x: "1", y: "2" } }, { a: { y: "2", x: "1" } })).toStrictEqual([]);
});

it("leaves what it is applied to as it was", () => {
  const before = Object.freeze({ name: Object.freeze({ givenName: "A" }) });
  const after = applyDiff([{ path: ["name", "givenName"], before: "A", after: "B" }], before);
  expect(after).toStrictEqual({ name: { givenName: "B" } });
  expect(before).toStrictEqual({ name: { givenName: "A" } });
});
