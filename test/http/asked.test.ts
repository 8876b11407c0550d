import { expect, it } from "vitest";
import { describeAsked } from "../../worker/http/asked.ts";
import type { Asked } from "../../worker/http/asked.ts";
import type { Json } from "../../worker/scim/json.ts";

function patch(...operations: Json[]): Partial<Asked> {
  return { method: "PATCH", path: "/Users/{id}", body: { schemas: [], Operations: operations } };
}

function list(filter: string): Partial<Asked> {
  return { method: "GET", query: [["filter", filter]] };
}

it.each<[Partial<Asked>, string]>([
  [{ method: "DELETE", path: "/Users/{id}" }, "DELETE /Users/{id}"],
  [
    patch(
      { op: "Replace", path: "active", value: false },
      { op: "add", path: 'emails[type eq "work"]', value: { value: "ann@example.com" } },
    ),
    'PATCH /Users/{id}: replace active; add emails[type eq "work"]',
  ],
  [
    patch({ op: "replace", value: { active: false, "name.givenName": "Ann" } }),
    "PATCH /Users/{id}: replace active, name.givenName",
  ],
  [
    patch({ op: "replace", path: "password", value: "s3cret" }),
    "PATCH /Users/{id}: replace password",
  ],
  [
    patch({ op: "remove", path: 'password[value eq "s3cret"]' }),
    "PATCH /Users/{id}: remove (password)",
  ],
  [patch({ op: "remove", path: "ｐassword eq s3cret" }), "PATCH /Users/{id}: remove (password)"],
  [
    patch({ op: "s3cret it is", path: "x" }, "s3cret", { op: "add" }),
    "PATCH /Users/{id}: ? x; ?; add",
  ],
  [patch({ op: "add", value: { "s3cret, isn't it": 1 } }), "PATCH /Users/{id}: add ?"],
  [
    { body: { schemas: ["x"], userName: "ann", password: "s3cret" } },
    "POST /Users: userName, password",
  ],
  [{ body: "s3cret" }, "POST /Users"],
  [{ body: null }, "POST /Users"],
  [{ path: "/Bulk", body: { Operations: [{}, {}] } }, "POST /Bulk: 2 operations"],
  [list('userName eq "ann"'), 'GET /Users: filter userName eq "ann"'],
  [list('PASSWORD eq "s3cret"'), "GET /Users: filter (password)"],
  [
    {
      method: "GET",
      query: [
        ["token", "s3cret"],
        ["count", "5"],
        ["sortBy", "userName"],
      ],
    },
    "GET /Users: count 5, sortBy userName",
  ],
  [
    {
      path: "/Users/.search",
      body: { schemas: [], filter: 'id eq "1"', attributes: ["id", "userName"], secret: "s3cret" },
    },
    'POST /Users/.search: filter id eq "1", attributes id,userName',
  ],
  [
    { path: "/.search", body: { filter: 'password sw "s3cret"' } },
    "POST /.search: filter (password)",
  ],
])("%j is told as %s", (asked, line) => {
  const all = { method: "POST", path: "/Users", query: [], body: undefined, ...asked };
  expect(describeAsked(all)).toBe(line);
  expect(describeAsked(all)).not.toContain("s3cret");
});

it("is a line of bounded length", () => {
  const operations = Array.from({ length: 1000 }, (_, index) => ({
    op: "remove",
    path: `members[value eq "${"x".repeat(index)}"]`,
  }));
  const line = describeAsked({
    method: "PATCH",
    path: "/Groups/{id}",
    query: [],
    body: { Operations: operations },
  });
  expect(line).toHaveLength(500);
  expect(line).toMatch(/^PATCH \/Groups\/\{id\}: remove members.*…$/);
});
