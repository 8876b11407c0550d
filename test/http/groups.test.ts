/** Groups: their members, the groups of a user, nesting without circles, and filters over both (RFC 7643 sections 4.1.2 and 4.2). */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

const BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

let tenant: Tenant;

beforeEach(async () => {
  tenant = await makeTenant();
});

async function make(body: JsonObject, endpoint: string): Promise<string> {
  const answer = await tenant.post(endpoint, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

const makeUser = (userName: string, more: Record<string, Json> = {}): Promise<string> =>
  make(user(userName, more), "/Users");
const makeGroup = (name: string, members: readonly string[] = []): Promise<string> =>
  make(group(name, members), "/Groups");

async function idsOf(path: string): Promise<string[]> {
  const { status, body } = await tenant.get(path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.Resources.map(({ id }: { id: string }) => id);
}

const valuesOf = (list: readonly { value: string }[] = []): string[] =>
  list.map(({ value }) => value).toSorted();

async function membersOf(id: string): Promise<string[]> {
  return valuesOf((await tenant.get(`/Groups/${id}`)).body.members);
}

async function groupsOf(id: string): Promise<Record<string, string>> {
  const { body } = await tenant.get(`/Users/${id}`);
  const pairs = (body.groups ?? []).map((one: { display: string; type: string }) => [
    one.display,
    one.type,
  ]);
  return Object.fromEntries(pairs);
}

/** The rows of a table that say anything of these resources. */
async function membershipsLeft(...ids: readonly string[]): Promise<unknown[]> {
  const { results } = await DB.prepare(
    "SELECT group_id, member_id FROM members WHERE tenant_id = ? AND (group_id IN (SELECT value FROM json_each(?2)) OR member_id IN (SELECT value FROM json_each(?2)))",
  )
    .bind(tenant.id, JSON.stringify(ids))
    .all();
  return results;
}

describe("what is filled in", () => {
  it("of members: $ref, type and display, whatever the client says of them", async () => {
    const named = await makeUser("ada@x.test", { displayName: "Ada" });
    const unnamed = await makeUser("bea@x.test");
    const inner = await makeGroup("inner");
    const members = [named, unnamed, inner].map((value) => ({
      value,
      display: "made up",
      type: "Printer",
      $ref: "https://elsewhere.test/1",
    }));
    const { status, body } = await tenant.post("/Groups", { ...group("outer"), members });
    const expected = [
      { value: named, $ref: `${tenant.base}/Users/${named}`, type: "User", display: "Ada" },
      {
        value: unnamed,
        $ref: `${tenant.base}/Users/${unnamed}`,
        type: "User",
        display: "bea@x.test",
      },
      { value: inner, $ref: `${tenant.base}/Groups/${inner}`, type: "Group", display: "inner" },
    ];
    expect(status).toBe(201);
    expect(body.members).toEqual(expect.arrayContaining(expected));
    expect(body.members).toHaveLength(3);
    const read = await tenant.get(`/Groups/${body.id}`);
    expect(read.body.members).toEqual(expect.arrayContaining(expected));
    const put = await tenant.put(`/Groups/${body.id}`, { ...group("outer"), members });
    expect(put.body.members).toEqual(expect.arrayContaining(expected));
    expect(put.body.meta).toEqual(body.meta);
  });

  it("of a user's groups: each once, direct where it is one, with $ref and display", async () => {
    const member = await makeUser("ada");
    const inner = await makeGroup("inner", [member]);
    const middle = await makeGroup("middle", [inner]);
    const outer = await makeGroup("outer", [middle, member]);
    await makeGroup("elsewhere", [await makeUser("bea")]);
    const { body } = await tenant.get(`/Users/${member}`);
    const one = (id: string, display: string, type: string): JsonObject => ({
      value: id,
      $ref: `${tenant.base}/Groups/${id}`,
      display,
      type,
    });
    const expected = [
      one(inner, "inner", "direct"),
      one(middle, "middle", "indirect"),
      one(outer, "outer", "direct"),
    ];
    expect(body.groups).toEqual(expect.arrayContaining(expected));
    expect(body.groups).toHaveLength(3);
    const patched = await tenant.patch(`/Users/${member}`, [
      { op: "add", path: "title", value: "x" },
    ]);
    expect(patched.body.groups).toEqual(body.groups);
    const listed = await tenant.get('/Users?filter=userName eq "ada"');
    expect(listed.body.Resources[0].groups).toEqual(body.groups);
  });

  it("follows the names of those that it shows, without a new version", async () => {
    const member = await makeUser("ada");
    const holder = await makeGroup("old", [member]);
    const before = await tenant.get(`/Groups/${holder}`);
    await tenant.patch(`/Users/${member}`, [{ op: "add", path: "displayName", value: "Ada" }]);
    const after = await tenant.get(`/Groups/${holder}`);
    expect([before.body.members[0].display, after.body.members[0].display]).toEqual(["ada", "Ada"]);
    expect(after.body.meta).toEqual(before.body.meta);
    await tenant.patch(`/Groups/${holder}`, [{ op: "replace", value: { displayName: "new" } }]);
    expect(await groupsOf(member)).toEqual({ new: "direct" });
  });

  it("shows a group without members without the attribute, and repeats nobody", async () => {
    const member = await makeUser("ada");
    const { body } = await tenant.post("/Groups", group("one", [member, member]));
    expect(valuesOf(body.members)).toEqual([member]);
    const { body: emptied } = await tenant.put(`/Groups/${body.id}`, group("one"));
    expect(emptied).not.toHaveProperty("members");
    expect(await groupsOf(member)).toEqual({});
  });
});

type Write = (id: string, member: string) => Promise<Answer>;

const toAdd = (value: string): Json => ({ op: "add", path: "members", value: [{ value }] });

async function inBulk(method: string, path: string, data: Json): Promise<Answer> {
  const operation = { method, path, data, ...(method === "POST" && { bulkId: "one" }) };
  const answer = await tenant.post("/Bulk", { schemas: [BULK], Operations: [operation] });
  expect(answer.status).toBe(200);
  const [result] = answer.body.Operations;
  return { ...answer, status: Number(result.status), body: result.response };
}

/** Every way to make somebody the member of a group that is there. */
const WAYS: readonly [string, Write][] = [
  ["PUT", (id, member) => tenant.put(`/Groups/${id}`, group("changed", [member]))],
  ["PATCH add", (id, member) => tenant.patch(`/Groups/${id}`, [toAdd(member)])],
  [
    "PATCH add without path",
    (id, member) =>
      tenant.patch(`/Groups/${id}`, [
        { op: "add", value: { displayName: "changed", members: [{ value: member }] } },
      ]),
  ],
  [
    "PATCH replace",
    (id, member) =>
      tenant.patch(`/Groups/${id}`, [
        { op: "replace", path: "members", value: [{ value: member }] },
      ]),
  ],
  ["Bulk PUT", (id, member) => inBulk("PUT", `/Groups/${id}`, group("changed", [member]))],
  [
    "Bulk PATCH",
    (id, member) =>
      inBulk("PATCH", `/Groups/${id}`, { schemas: [PATCH], Operations: [toAdd(member)] }),
  ],
];

describe.each(WAYS)("a member by %s", (_way, write) => {
  it.each(["nobody", "01890000-0000-7000-8000-000000000000"])(
    "that is unknown (%s): 400 invalidValue that names it",
    async (unknown) => {
      const member = await makeUser("ada");
      const id = await makeGroup("one", [member]);
      const before = await tenant.get(`/Groups/${id}`);
      const { status, body } = await write(id, unknown);
      expect([status, body.scimType]).toEqual([400, "invalidValue"]);
      expect(body.detail).toContain(unknown);
      expect((await tenant.get(`/Groups/${id}`)).body).toEqual(before.body);
    },
  );

  it("of another tenant is unknown", async () => {
    const own = tenant;
    const id = await makeGroup("one");
    tenant = await makeTenant();
    const stranger = await makeUser("stranger");
    tenant = own;
    const { status, body } = await write(id, stranger);
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    expect(await membersOf(id)).toEqual([]);
  });

  it("that is deleted is unknown", async () => {
    const member = await makeUser("ada");
    const id = await makeGroup("one");
    await tenant.delete(`/Users/${member}`);
    expect((await write(id, member)).status).toBe(400);
    expect(await membersOf(id)).toEqual([]);
  });

  it.each([1, 2, 3, 5])("that closes a circle of %i: 400, and nothing is changed", async (size) => {
    const chain = [await makeGroup("bottom")];
    for (let index = 1; index < size; index += 1)
      chain.push(await makeGroup(`level ${index}`, [chain[index - 1] ?? ""]));
    const [bottom = "", top = ""] = [chain[0], chain.at(-1)];
    const before = (await tenant.get("/Groups")).body;
    const { status, body } = await write(bottom, top);
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    expect(body.detail).toContain(top);
    expect((await tenant.get("/Groups")).body).toEqual(before);
  });

  it("that is a group closes none where two ways lead to it", async () => {
    const bottom = await makeGroup("bottom");
    const [left, right] = [await makeGroup("left", [bottom]), await makeGroup("right")];
    const top = await makeGroup("top", [left, right]);
    expect((await write(right, bottom)).status).toBeLessThan(300);
    expect(await membersOf(right)).toEqual([bottom]);
    expect((await write(bottom, top)).status).toBe(400);
    // What held it no longer does: then the other way round is none.
    await tenant.patch(`/Groups/${top}`, [{ op: "remove", path: `members[value eq "${left}"]` }]);
    expect((await write(left, top)).status).toBeLessThan(300);
    expect(await membersOf(left)).toContain(top);
  });
});

it.each(["nobody", "ada"])(
  "POST of a group with the unknown member %s: 400, no group",
  async (id) => {
    await makeUser("ada");
    const { status, body } = await tenant.post("/Groups", group("one", [id]));
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    expect(body.detail).toContain(id);
    expect(await idsOf("/Groups")).toEqual([]);
  },
);

describe("a deletion", () => {
  it("of a user ends its memberships", async () => {
    const [gone, stays] = [await makeUser("gone"), await makeUser("stays")];
    const groups = [await makeGroup("one", [gone]), await makeGroup("two", [gone, stays])];
    await tenant.delete(`/Users/${gone}`);
    expect(await Promise.all(groups.map(membersOf))).toEqual([[], [stays]]);
    expect(await membershipsLeft(gone)).toEqual([]);
    expect(await idsOf(`/Groups?filter=members.value eq "${gone}"`)).toEqual([]);
  });

  it("of a group ends those that it has, and those that it is", async () => {
    const member = await makeUser("ada");
    const inner = await makeGroup("inner", [member]);
    const middle = await makeGroup("middle", [inner]);
    const outer = await makeGroup("outer", [middle]);
    expect(Object.keys(await groupsOf(member)).toSorted()).toEqual(["inner", "middle", "outer"]);
    await tenant.delete(`/Groups/${middle}`);
    expect(await groupsOf(member)).toEqual({ inner: "direct" });
    expect(await membersOf(outer)).toEqual([]);
    expect(await membersOf(inner)).toEqual([member]);
    expect(await membershipsLeft(middle)).toEqual([]);
    expect((await tenant.get(`/Users/${member}`)).status).toBe(200);
  });
});

describe("filters", () => {
  const users: string[] = [];
  const named: Record<string, string> = {};
  let filtered: Tenant;

  beforeAll(async () => {
    filtered = await makeTenant();
    tenant = filtered;
    for (let index = 0; index < 9; index += 1) users.push(await makeUser(`u${index}`));
    named["inner"] = await makeGroup("inner", users.slice(0, 5));
    named["outer"] = await makeGroup("outer", [named["inner"], ...users.slice(3, 7)]);
    named["empty"] = await makeGroup("empty");
  });

  beforeEach(() => {
    tenant = filtered;
  });

  const idNamed = (name: string): string => named[name] ?? "";

  it.each<[string, () => string, () => string[]]>([
    ["in a group", () => `groups.value eq "${idNamed("inner")}"`, () => users.slice(0, 5)],
    [
      "in a group or in one within it",
      () => `groups.value eq "${idNamed("outer")}"`,
      () => users.slice(0, 7),
    ],
    [
      "by what is the attribute's value",
      () => `groups eq "${idNamed("inner")}"`,
      () => users.slice(0, 5),
    ],
    [
      "in a group itself",
      () => `groups[value eq "${idNamed("outer")}" and type eq "direct"]`,
      () => users.slice(3, 7),
    ],
    [
      "only through others",
      () => `groups[value eq "${idNamed("outer")}" and type eq "indirect"]`,
      () => users.slice(0, 3),
    ],
    ["by the group's name", () => `groups.display eq "INNER"`, () => users.slice(0, 5)],
    [
      "in two",
      () =>
        `groups.value eq "${idNamed("inner")}" and groups[value eq "${idNamed("outer")}" and type eq "direct"]`,
      () => users.slice(3, 5),
    ],
    ["in none", () => "not (groups pr)", () => users.slice(7)],
    ["in one", () => "groups pr", () => users.slice(0, 7)],
    ["in an empty one", () => `groups.value eq "${idNamed("empty")}"`, () => []],
    ["in one that isn't there", () => 'groups.value eq "nobody"', () => []],
  ])("users %s", async (_name, filter, expected) => {
    const query = `/Users?filter=${encodeURIComponent(filter())}`;
    expect(await idsOf(query)).toEqual(expected());
    const seen: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const page: Answer = await tenant.get(
        `${query}&count=2&cursor=${encodeURIComponent(cursor)}`,
      );
      expect(page.body.totalResults).toBe(expected().length);
      seen.push(...page.body.Resources.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(expected());
  });

  it.each<[string, () => string, readonly string[]]>([
    ["that hold a user", () => `members.value eq "${users[4]}"`, ["inner", "outer"]],
    ["that hold only by another group", () => `members.value eq "${users[0]}"`, ["inner"]],
    [
      "that hold a group",
      () => `members[value eq "${idNamed("inner")}" and type eq "Group"]`,
      ["outer"],
    ],
    ["that hold a user by name", () => 'members.display eq "U0"', ["inner"]],
    ["that hold nobody", () => "not (members pr)", ["empty"]],
    ["that hold somebody", () => "members pr", ["inner", "outer"]],
    ["that hold a group of any name", () => 'members.type eq "group"', ["outer"]],
    ["that hold who isn't there", () => 'members.value eq "nobody"', []],
  ])("groups %s", async (_name, filter, expected) => {
    const query = `/Groups?filter=${encodeURIComponent(filter())}`;
    expect(await idsOf(query)).toEqual(expected.map(idNamed));
    const first = await tenant.get(`${query}&count=1&cursor=`);
    expect(first.body.Resources).toHaveLength(Math.min(1, expected.length));
    expect(first.body.totalResults).toBe(expected.length);
  });
});

describe("PATCH of members", () => {
  let ids: string[];
  let path: string;

  beforeEach(async () => {
    ids = [];
    for (const name of ["a", "b", "c", "d"]) ids.push(await makeUser(name));
    path = `/Groups/${await makeGroup("one", ids.slice(0, 3))}`;
  });

  const some = (letters: string): string[] =>
    letters.split("").map((letter) => ids["abcd".indexOf(letter)] ?? letter);
  const values = (letters: string): Json => some(letters).map((value) => ({ value }));

  it.each<[string, () => Json[], string, boolean]>([
    ["add one", () => [toAdd(some("d")[0] ?? "")], "abcd", true],
    [
      "add one as an object",
      () => [{ op: "add", path: "members", value: { value: ids[3] ?? "" } }],
      "abcd",
      true,
    ],
    ["add who is there", () => [{ op: "add", path: "members", value: values("ab") }], "abc", false],
    [
      "add who is there and who isn't",
      () => [{ op: "add", path: "members", value: values("ad") }],
      "abcd",
      true,
    ],
    ["add one twice", () => [{ op: "add", path: "members", value: values("dd") }], "abcd", true],
    ["remove one", () => [{ op: "remove", path: `members[value eq "${ids[0]}"]` }], "bc", true],
    [
      "remove who isn't there",
      () => [{ op: "remove", path: `members[value eq "${ids[3]}"]` }],
      "abc",
      false,
    ],
    [
      "remove by or",
      () => [{ op: "remove", path: `members[value eq "${ids[0]}" or value eq "${ids[1]}"]` }],
      "c",
      true,
    ],
    ["remove by name", () => [{ op: "remove", path: 'members[display eq "B"]' }], "ac", true],
    [
      "remove by not",
      () => [{ op: "remove", path: `members[not (value eq "${ids[0]}")]` }],
      "a",
      true,
    ],
    [
      "remove the values of a list",
      () => [{ op: "remove", path: "members", value: values("ab") }],
      "c",
      true,
    ],
    [
      "remove the values of a list, some unknown",
      () => [
        {
          op: "remove",
          path: "members",
          value: [...some("a"), "nobody"].map((value) => ({ value })),
        },
      ],
      "bc",
      true,
    ],
    [
      "remove a list of nobody who is there",
      () => [{ op: "remove", path: "members", value: values("d") }],
      "abc",
      false,
    ],
    [
      "remove one value",
      () => [{ op: "remove", path: "members", value: { value: ids[2] ?? "" } }],
      "ab",
      true,
    ],
    ["remove all", () => [{ op: "remove", path: "members" }], "", true],
    ["replace all", () => [{ op: "replace", path: "members", value: values("cd") }], "cd", true],
    [
      "replace all by the same",
      () => [{ op: "replace", path: "members", value: values("cba") }],
      "abc",
      false,
    ],
    ["replace all by none", () => [{ op: "replace", path: "members", value: [] }], "", true],
    [
      "replace all without a path",
      () => [{ op: "replace", value: { members: values("d") } }],
      "d",
      true,
    ],
    [
      "remove, then add again",
      () => [{ op: "remove", path: `members[value eq "${ids[0]}"]` }, toAdd(ids[0] ?? "")],
      "abc",
      false,
    ],
    [
      "add, then remove",
      () => [toAdd(ids[3] ?? ""), { op: "remove", path: `members[value eq "${ids[3]}"]` }],
      "abc",
      false,
    ],
    [
      "remove all, then add two",
      () => [
        { op: "remove", path: "members" },
        { op: "add", path: "members", value: values("ad") },
      ],
      "ad",
      true,
    ],
    [
      "add, then remove all",
      () => [toAdd(ids[3] ?? ""), { op: "remove", path: "members" }],
      "",
      true,
    ],
  ])("%s", async (_name, operations, left, isChanged) => {
    const before = await tenant.get(path);
    const { status, headers } = await tenant.patch(path, operations());
    expect(status).toBe(204);
    const after = await tenant.get(path);
    expect(valuesOf(after.body.members)).toEqual(some(left).toSorted());
    expect(after.body.meta.version === before.body.meta.version).toBe(!isChanged);
    expect(headers.get("etag")).toBe(after.body.meta.version);
    if (!isChanged) expect(after.body).toEqual(before.body);
    for (const [index, id] of ids.entries())
      expect(await groupsOf(id)).toEqual(
        left.includes("abcd".charAt(index)) ? { one: "direct" } : {},
      );
  });

  it("is as good the second time, and changes nothing then", async () => {
    for (const operations of [
      [toAdd(ids[3] ?? "")],
      [{ op: "remove", path: `members[value eq "${ids[3]}"]` }],
    ]) {
      const first = await tenant.patch(path, operations);
      const second = await tenant.patch(path, operations);
      expect([first.status, second.status]).toEqual([204, 204]);
      expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
    }
    expect(await membersOf(path.slice("/Groups/".length))).toEqual(some("abc").toSorted());
  });

  it("changes a name and the members in one request, or neither", async () => {
    const rename = { op: "replace", path: "displayName", value: "two" };
    const refused = await tenant.patch(path, [rename, toAdd(ids[3] ?? ""), toAdd("nobody")]);
    expect(refused.status).toBe(400);
    expect((await tenant.get(path)).body).toMatchObject({ displayName: "one" });
    expect((await tenant.get(path)).body.members).toHaveLength(3);
    await tenant.patch(path, [rename, toAdd(ids[3] ?? "")]);
    expect((await tenant.get(path)).body).toMatchObject({ displayName: "two" });
    expect((await tenant.get(path)).body.members).toHaveLength(4);
  });
});

describe("profiles", () => {
  it.each(["PATCH", "Bulk"])(
    "strict: a removal with a list of values (%s) is 400 and removes nobody",
    async (way) => {
      tenant = await makeTenant("strict");
      const ids = [await makeUser("a"), await makeUser("b")];
      const path = `/Groups/${await makeGroup("one", ids)}`;
      for (const value of [
        [{ value: ids[0] ?? "" }],
        [{ value: "nobody" }],
        { value: ids[1] ?? "" },
      ]) {
        const operation = { op: "remove", path: "members", value };
        const { status, body } =
          way === "PATCH"
            ? await tenant.patch(path, [operation])
            : await inBulk("PATCH", path, { schemas: [PATCH], Operations: [operation] });
        expect([status, body.scimType]).toEqual([400, "invalidValue"]);
        expect(await membersOf(path.slice("/Groups/".length))).toEqual(ids.toSorted());
      }
      expect((await tenant.patch(path, [{ op: "remove", path: "members" }])).status).toBe(204);
      expect(await membersOf(path.slice("/Groups/".length))).toEqual([]);
    },
  );

  it.each([
    ["entra", 409],
    ["generic", 201],
    ["okta", 201],
    ["strict", 201],
  ] as const)("%s: a second group of the same displayName: %i", async (profile, expected) => {
    tenant = await makeTenant(profile);
    const isUnique = expected === 409;
    await makeGroup("Staff");
    const other = await makeGroup("Others");
    const path = `/Groups/${other}`;
    const rename = [{ op: "replace", path: "displayName", value: "STAFF" }];
    const answers: readonly [Answer, number][] = [
      [await tenant.post("/Groups", group("staff")), 201],
      [await tenant.patch(path, rename), 204],
      [await tenant.put(path, group("sTAFF")), 200],
      [await inBulk("POST", "/Groups", group("Staff")), 201],
      [await inBulk("PATCH", path, { schemas: [PATCH], Operations: rename }), 200],
    ];
    for (const [{ status, body }, otherwise] of answers) {
      expect(status).toBe(isUnique ? 409 : otherwise);
      if (isUnique) expect(body.scimType).toBe("uniqueness");
    }
    const names: string[] = (await tenant.get("/Groups")).body.Resources.map(
      ({ displayName }: { displayName: string }) => displayName.toLowerCase(),
    );
    const same = names.filter((name) => name === "staff");
    expect(same).toHaveLength(isUnique ? 1 : 4);
    // Its own name is no other group's.
    const own = isUnique ? "others" : "staff";
    expect((await tenant.put(path, group(own))).status).toBe(200);
  });

  it("entra: the name of a group that is deleted or renamed is free", async () => {
    tenant = await makeTenant("entra");
    const first = await makeGroup("Staff");
    await tenant.delete(`/Groups/${first}`);
    const second = await makeGroup("staff");
    await tenant.patch(`/Groups/${second}`, [
      { op: "Replace", path: "displayName", value: "Crew" },
    ]);
    await makeGroup("STAFF");
    expect(await idsOf('/Groups?filter=displayName eq "staff"')).toHaveLength(1);
  });
});
