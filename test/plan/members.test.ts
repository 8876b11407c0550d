/** What a change of members has to see, and that it costs no more than it must. */
import { expect, it } from "vitest";
import { parsePatch } from "../../worker/parse/patch.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { changeMembers, memberNeeds } from "../../worker/plan/members.ts";
import type { Json } from "../../worker/scim/json.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { ID, typeNamed } from "../support/patch-run.ts";

function parse(operations: Json): ReturnType<typeof parsePatch> {
  const body = { schemas: [MESSAGES.patchOp], Operations: operations };
  return parsePatch(body, { type: typeNamed("Group"), id: ID, leniency: new Leniency() });
}

it.each<[string, Json, { whole: boolean; ids: string[]; left: string[] }]>([
  [
    "an add",
    { op: "add", path: "members", value: [{ value: "a" }] },
    { whole: false, ids: ["a"], left: [] },
  ],
  [
    "a remove by value",
    { op: "remove", path: 'members[value eq "a"]' },
    { whole: false, ids: [], left: ["a"] },
  ],
  [
    "a remove by some values",
    { op: "remove", path: 'members[value eq "a" or VALUE EQ "b"]' },
    { whole: false, ids: [], left: ["a", "b"] },
  ],
  [
    "a remove by a list",
    { op: "remove", path: "members", value: [{ value: "a" }, { value: "b" }] },
    { whole: false, ids: [], left: ["a", "b"] },
  ],
  ["a remove of all", { op: "remove", path: "members" }, { whole: true, ids: [], left: [] }],
  [
    "a remove by type",
    { op: "remove", path: 'members[type eq "User"]' },
    { whole: true, ids: [], left: [] },
  ],
  [
    "a remove by an or that isn't of values only",
    { op: "remove", path: 'members[value eq "a" or type eq "Group"]' },
    { whole: true, ids: [], left: [] },
  ],
  [
    "a remove by prefix",
    { op: "remove", path: 'members[value sw "a"]' },
    { whole: true, ids: [], left: [] },
  ],
  [
    "a replace of all",
    { op: "replace", path: "members", value: [{ value: "a" }] },
    { whole: true, ids: ["a"], left: [] },
  ],
  [
    "a replace of one",
    { op: "replace", path: 'members[value eq "a"]', value: { value: "b" } },
    { whole: false, ids: ["b"], left: ["a"] },
  ],
  [
    "a rename",
    { op: "replace", path: "displayName", value: "H" },
    { whole: false, ids: [], left: [] },
  ],
])("%s", (_name, operation, needs) => {
  expect(memberNeeds(parse([operation]))).toStrictEqual(needs);
});

it("removes thousands of members by a list without looking at each for each", () => {
  const ids = Array.from({ length: 2_000 }, (_, index) => `u${index}`);
  let looks = 0;
  const members = ids.map((id) => ({
    id,
    type: "User",
    get display(): string {
      looks += 1;
      return id;
    },
  }));
  const value = ids.slice(1).map((id) => ({ value: id }));
  const change = changeMembers(members, parse([{ op: "remove", path: "members", value }]));
  expect(change).toStrictEqual({ added: [], removed: ids.slice(1) });
  expect(looks).toBeLessThan(ids.length * 3);
  changeMembers(members, parse([{ op: "remove", path: 'members[display eq "u1"]' }]));
  expect(looks).toBeGreaterThanOrEqual(ids.length);
});
