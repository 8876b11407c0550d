/** What an entry's changes look like: from two versions of a resource, by way of the log's own diff. */
import { describe, expect, it } from "vitest";
import { shownChanges } from "../../worker/console/diff-view.ts";
import { diff } from "../../worker/plan/diff.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** As the log keeps it and the management API gives it. */
function shown(before: JsonObject, after: JsonObject) {
  const written: Json = JSON.parse(JSON.stringify(diff(before, after)));
  return shownChanges(written);
}

const value = (path: string, before: string[], after: string[], kept = 0) => ({
  kind: "value",
  path,
  before,
  after,
  kept,
});

describe("changed attributes", () => {
  it("are named by their path, with what was and what is", () => {
    const before = { title: "Tester", active: true, [ENTERPRISE]: { department: "QA" } };
    const after = {
      title: "Engineer",
      active: false,
      name: { givenName: "Ada" },
      [ENTERPRISE]: { department: "R&D" },
    };
    expect(shown(before, after)).toEqual([
      value("title", ["Tester"], ["Engineer"]),
      value("active", ["true"], ["false"]),
      value(`${ENTERPRISE}:department`, ["QA"], ["R&D"]),
      value("name", [], ["givenName: Ada"]),
    ]);
  });

  it("that lie within another are named with a dot, behind an extension's URN too", () => {
    const [before, after] = [{ name: { givenName: "A" } }, { name: { givenName: "Ada" } }];
    expect(shown(before, after)).toEqual([value("name.givenName", ["A"], ["Ada"])]);
    const manager = (id: string) => ({ [ENTERPRISE]: { manager: { value: id } } });
    expect(shown(manager("1"), manager("2"))).toEqual([
      value(`${ENTERPRISE}:manager.value`, ["1"], ["2"]),
    ]);
  });

  it("of several values show those that came and went", () => {
    const [work, home, other] = ["work", "home", "other"].map((type) => ({
      value: `${type}@example.com`,
      type,
    }));
    const before = { emails: [work ?? null, home ?? null] };
    const after = { emails: [other ?? null, work ?? null] };
    expect(shown(before, after)).toEqual([
      value(
        "emails",
        ["value: home@example.com, type: home"],
        ["value: other@example.com, type: other"],
        1,
      ),
    ]);
  });
});

describe("moved members", () => {
  it("are counted, with the first ids", () => {
    const added = { count: 250, ids: ["1", "2"] };
    const written = [{ path: ["members"], added, removed: { count: 0, ids: [] } }];
    expect(shownChanges(written)).toEqual([
      { kind: "members", path: "members", added, removed: { count: 0, ids: [] } },
    ]);
  });
});

it("is nothing where nothing was written down", () => {
  expect([shownChanges([]), shownChanges(undefined), shownChanges(null)]).toEqual([[], [], []]);
});
