/** Bulk requests: many operations in one body, that refer to each other by bulkId (RFC 7644 section 3.7). */
import { beforeEach, describe, expect, it } from "vitest";
import type { OpenStore, Row } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import type { WriteCommand } from "../../worker/plan/needs.ts";
import { isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { costOf } from "../support/cost.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { patchCommand, writeContext } from "../support/writer.ts";
import { DB, openStore } from "../support/database.ts";

const MESSAGE = "urn:ietf:params:scim:api:messages:2.0";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

let tenant: Tenant;

beforeEach(async () => {
  tenant = await makeTenant();
});

interface Result {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: {
    readonly status: string;
    readonly scimType?: string;
    readonly detail: string;
  };
}

function send(operations: readonly Json[], more: JsonObject = {}): Promise<Answer> {
  return tenant.post("/Bulk", {
    schemas: [`${MESSAGE}:BulkRequest`],
    ...more,
    Operations: operations,
  });
}

async function run(operations: readonly Json[], more: JsonObject = {}): Promise<Result[]> {
  const { status, body } = await send(operations, more);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.schemas).toEqual([`${MESSAGE}:BulkResponse`]);
  for (const one of body.Operations) {
    expect(one.status).toMatch(/^\d{3}$/);
    expect(one.response === undefined).toBe(one.status < "300");
    if (one.response !== undefined) {
      expect(one.response.schemas).toEqual([`${MESSAGE}:Error`]);
      expect(one.response.status).toBe(one.status);
    }
  }
  return body.Operations;
}

const statuses = (results: readonly Result[]): string[] => results.map(({ status }) => status);
const idOf = (result: Result | undefined): string => result?.location?.split("/").at(-1) ?? "none";

const post = (path: string, bulkId: string, data: JsonObject): JsonObject => ({
  method: "POST",
  path,
  bulkId,
  data,
});
const postUser = (name: string, more: Record<string, Json> = {}): JsonObject =>
  post("/Users", name, user(name, more));
/** Members are bulkIds where another operation has them. */
const postGroup = (name: string, members: readonly string[] = []): JsonObject =>
  post("/Groups", name, group(name, members));
const patch = (path: string, ...operations: readonly Json[]): JsonObject => ({
  method: "PATCH",
  path,
  data: { schemas: [`${MESSAGE}:PatchOp`], Operations: operations },
});
const put = (path: string, data: JsonObject): JsonObject => ({ method: "PUT", path, data });
const remove = (path: string): JsonObject => ({ method: "DELETE", path });
const title = (value: string): JsonObject => ({ op: "replace", path: "title", value });
const join = (value: string): JsonObject => ({ op: "add", path: "members", value: [{ value }] });
const leave = (id: string): JsonObject => ({ op: "remove", path: `members[value eq "${id}"]` });
const manager = (value: string): Record<string, Json> => ({ [ENTERPRISE]: { manager: { value } } });

async function named(endpoint: string, name = "userName"): Promise<string[]> {
  const { body } = await tenant.get(`${endpoint}?count=200`);
  const names = body.Resources.map((one: Record<string, string>) => one[name] ?? "none");
  expect(body.totalResults).toBe(names.length);
  return names.toSorted();
}

async function membersOf(id: string): Promise<string[]> {
  const { body } = await tenant.get(`/Groups/${id}`);
  return (body.members ?? []).map(({ display }: { display: string }) => display).toSorted();
}

/** Rows that can be looked at 50 times: a decision that is made again without end becomes an error instead. */
const openBounded: OpenStore = (cost) => {
  const store = openStore(cost);
  const bounded = (rows: readonly Row[]): readonly Row[] => {
    let looks = 0;
    return new Proxy(rows, {
      get(target, name) {
        if (name === Symbol.iterator && (looks += 1) > 50) throw new Error("decided without end");
        return Reflect.get(target, name);
      },
    });
  };
  return { ...store, batch: async (statements) => (await store.batch(statements)).map(bounded) };
};

describe("references", () => {
  const ada = postUser("ada");
  const bea = postUser("bea");
  const staff = postGroup("staff", ["bulkId:ada", "bulkId:bea"]);

  it.each([
    ["before", [ada, bea, staff]],
    ["after", [staff, ada, bea]],
    ["on both sides", [ada, staff, bea]],
  ])("to resources whose operations come %s: all in one request", async (_name, operations) => {
    const results = await run(operations);
    expect(statuses(results)).toEqual(["201", "201", "201"]);
    expect(results.map(({ bulkId }) => bulkId)).toEqual(operations.map(({ bulkId }) => bulkId));
    for (const { location, version, bulkId } of results) {
      const path = location?.slice(tenant.base.length) ?? "";
      expect(path).toMatch(bulkId === "staff" ? /^\/Groups\// : /^\/Users\//);
      const { body } = await tenant.get(path);
      expect([body.meta.location, body.meta.version]).toEqual([location, version]);
    }
    const holder = results.find(({ bulkId }) => bulkId === "staff");
    expect(await membersOf(idOf(holder))).toEqual(["ada", "bea"]);
  });

  it("of groups within groups, the outermost first", async () => {
    const results = await run([
      postGroup("top", ["bulkId:middle"]),
      postGroup("middle", ["bulkId:bottom", "bulkId:ada"]),
      postGroup("bottom", ["bulkId:bea"]),
      ada,
      bea,
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201", "201", "201"]);
    const { body } = await tenant.get(`/Users/${idOf(results[4])}`);
    expect(body.groups.map(({ display }: { display: string }) => display).toSorted()).toEqual([
      "bottom",
      "middle",
      "top",
    ]);
  });

  it("in paths: PATCH, PUT and DELETE of what the request creates", async () => {
    const results = await run([
      patch("/Users/bulkId:ada", title("patched")),
      put("/Users/bulkId:bea", user("bea", { title: "put" })),
      remove("/Users/bulkId:eve"),
      patch("/Groups/bulkId:staff", join("bulkId:ada")),
      ada,
      bea,
      postUser("eve"),
      postGroup("staff", ["bulkId:bea"]),
    ]);
    expect(statuses(results)).toEqual(["200", "200", "204", "200", "201", "201", "201", "201"]);
    const [patched, replaced] = results;
    expect(patched?.location).toBe(results[4]?.location);
    expect((await tenant.get(`/Users/${idOf(patched)}`)).body.title).toBe("patched");
    expect((await tenant.get(`/Users/${idOf(replaced)}`)).body.title).toBe("put");
    expect(await named("/Users")).toEqual(["ada", "bea"]);
    expect(await membersOf(idOf(results[7]))).toEqual(["ada", "bea"]);
  });

  it("as manager, and in a circle of managers", async () => {
    const results = await run([
      postUser("ada", manager("bulkId:bea")),
      postUser("bea", manager("bulkId:eve")),
      postUser("eve", manager("bulkId:ada")),
      patch("/Users/bulkId:ada", title("x")),
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201", "200"]);
    for (const [index, target] of [1, 2, 0].entries()) {
      const { body } = await tenant.get(`/Users/${idOf(results[index])}`);
      const name = ["ada", "bea", "eve"][target];
      expect(body[ENTERPRISE].manager).toEqual({
        value: idOf(results[target]),
        $ref: results[target]?.location,
        displayName: name,
      });
    }
  });

  it.each([
    ["of two groups", [postGroup("a", ["bulkId:b"]), postGroup("b", ["bulkId:a"])]],
    [
      "of three groups",
      [
        postGroup("a", ["bulkId:b"]),
        postGroup("b", ["bulkId:c", "bulkId:ada"]),
        postGroup("c", ["bulkId:a"]),
      ],
    ],
    ["of one group", [postGroup("a", ["bulkId:a"])]],
  ])("in a circle %s are refused, and no group is left", async (_name, operations) => {
    const results = await run([...operations, ada]);
    expect(results.at(-1)?.status).toBe("201");
    for (const { status } of results.slice(0, -1)) expect(["400", "409"]).toContain(status);
    expect(await named("/Groups", "displayName")).toEqual([]);
    expect(await named("/Users")).toEqual(["ada"]);
  });

  it("closed into a circle by a later operation: that one is refused", async () => {
    const results = await run([
      postGroup("a"),
      postGroup("b", ["bulkId:a"]),
      postGroup("c", ["bulkId:b"]),
      patch("/Groups/bulkId:a", join("bulkId:c")),
      patch("/Groups/bulkId:b", join("bulkId:ada")),
      ada,
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201", "400", "200", "201"]);
    expect(results[3]?.response?.scimType).toBe("invalidValue");
    expect(await membersOf(idOf(results[0]))).toEqual([]);
    expect(await membersOf(idOf(results[1]))).toEqual(["a", "ada"]);
  });

  it.each<[string, (inner: string, outer: string) => JsonObject[]]>([
    [
      "PATCH",
      (inner, outer) => [
        patch(`/Groups/${outer}`, leave(inner)),
        patch(`/Groups/${inner}`, join(outer)),
      ],
    ],
    [
      "PUT",
      (inner, outer) => [
        put(`/Groups/${outer}`, group("outer")),
        put(`/Groups/${inner}`, group("inner", [outer])),
      ],
    ],
  ])("turned round in one request by %s are no circle", async (_name, operations) => {
    const created = await run([postGroup("outer", ["bulkId:inner"]), postGroup("inner")]);
    const [outer, inner] = created.map(idOf);
    expect(statuses(await run(operations(inner ?? "", outer ?? "")))).toEqual(["200", "200"]);
    expect(await membersOf(inner ?? "")).toEqual(["outer"]);
    expect(await membersOf(outer ?? "")).toEqual([]);
  });

  it("to a group that held through another, which is deleted before, are no circle", async () => {
    const created = await run([
      postGroup("top", ["bulkId:middle"]),
      postGroup("middle", ["bulkId:bottom"]),
      postGroup("bottom"),
    ]);
    const [top = "", middle = "", bottom = ""] = created.map(idOf);
    const operations = [remove(`/Groups/${middle}`), patch(`/Groups/${bottom}`, join(top))];
    expect(statuses(await run(operations))).toEqual(["204", "200"]);
    expect(await membersOf(bottom)).toEqual(["top"]);
  });

  it.each<[string, JsonObject]>([
    ["member", postGroup("g", ["bulkId:nobody"])],
    ["manager", postUser("u", manager("bulkId:nobody"))],
    ["path", patch("/Users/bulkId:nobody", title("x"))],
    ["path of DELETE", remove("/Groups/bulkId:nobody")],
    ["value of PATCH", patch("/Groups/bulkId:staff", join("bulkId:nobody"))],
  ])("to nobody, in a %s: an error of that operation that names it", async (_name, operation) => {
    const results = await run([operation, ada, postGroup("staff")]);
    expect(statuses(results).slice(1)).toEqual(["201", "201"]);
    expect(["400", "404", "409"]).toContain(results[0]?.status);
    expect(results[0]?.response?.detail).toContain("nobody");
    expect(await named("/Users")).toEqual(["ada"]);
    expect(await membersOf(idOf(results[2]))).toEqual([]);
  });

  it("to what failed: 409, and nothing of it is written", async () => {
    const results = await run([
      post("/Users", "bad", { schemas: [], title: "no name" }),
      postGroup("holder", ["bulkId:bad", "bulkId:ada"]),
      postUser("minion", manager("bulkId:bad")),
      postGroup("above", ["bulkId:holder"]),
      patch(
        "/Groups/bulkId:kept",
        { op: "replace", path: "displayName", value: "renamed" },
        join("bulkId:bad"),
      ),
      patch("/Users/bulkId:bad", title("x")),
      remove("/Users/bulkId:bad"),
      postGroup("kept"),
      ada,
    ]);
    expect(statuses(results)).toEqual([
      "400",
      "409",
      "409",
      "409",
      "409",
      "409",
      "409",
      "201",
      "201",
    ]);
    expect(await named("/Users")).toEqual(["ada"]);
    expect(await named("/Groups", "displayName")).toEqual(["kept"]);
  });

  it("in a circle that two batches share: the writer comes to an end, and nobody refers to who isn't there", async () => {
    const groups = await run([postGroup("x"), postGroup("y"), postGroup("z")]);
    const [x = "", y = "", z = ""] = groups.map(idOf);
    const patched = await patchCommand(tenant, "Group", x, [join(y)]);
    const step = { fault: undefined, bulkId: undefined, references: [] };
    const create = (type: string, document: JsonObject, members: string[]): WriteCommand => ({
      ...patched,
      type,
      change: { kind: "create", resource: { document, members } },
    });
    // x holds y now, so that z as a member is judged on what the next batch reads.
    const g = create("Group", { displayName: "g" }, ["bulkId:bea", z, "nobody"]);
    const boss = create("User", { userName: "bea", ...manager("bulkId:g") }, []);
    const steps = [
      { ...step, command: patched },
      { ...step, command: g, bulkId: "g", references: ["bea"] },
      { ...step, command: boss, bulkId: "bea", references: ["g"] },
    ];
    const { outcomes } = await executeWrite(
      { steps, failOnErrors: undefined, requestId: "test", tokenId: "test" },
      writeContext(openBounded),
    );
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, false, false]);
    expect(await named("/Users")).toEqual([]);
  });

  it.each([
    ["first", ["bea", "ada"]],
    ["last", ["ada", "bea"]],
  ])("in a circle whose %s fails: nobody refers to who isn't there", async (_name, order) => {
    await tenant.post("/Users", user("BEA"));
    const operations = order.map((name) =>
      postUser(name, manager(name === "ada" ? "bulkId:bea" : "bulkId:ada")),
    );
    const results = await run(operations);
    expect(results.find(({ bulkId }) => bulkId === "bea")?.status).toBe("409");
    const { body } = await tenant.get("/Users");
    const ids = new Set(body.Resources.map(({ id }: { id: string }) => id));
    const managers: string[] = body.Resources.flatMap(
      (one: Record<string, { manager?: { value: string } }>) =>
        one[ENTERPRISE]?.manager?.value ?? [],
    );
    expect(managers.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("are for references only: text that looks like one stays what it is", async () => {
    const [result] = await run([
      postUser("ada", { title: "bulkId: 7", nickName: "see bulkId:ada" }),
    ]);
    expect(result?.status).toBe("201");
    const { body } = await tenant.get(`/Users/${idOf(result)}`);
    expect(body).toMatchObject({ title: "bulkId: 7", nickName: "see bulkId:ada" });
  });
});

describe("failOnErrors", () => {
  const bad = (bulkId: string): JsonObject => post("/Users", bulkId, { schemas: [] });
  const list = [postUser("a"), bad("b"), postUser("c"), bad("d"), postUser("e")];

  it.each([
    [undefined, ["201", "400", "201", "400", "201"], ["a", "c", "e"]],
    [1, ["201", "400"], ["a"]],
    [2, ["201", "400", "201", "400"], ["a", "c"]],
    [3, ["201", "400", "201", "400", "201"], ["a", "c", "e"]],
  ])("%s", async (failOnErrors, expected, left) => {
    const more = failOnErrors === undefined ? {} : { failOnErrors };
    expect(statuses(await run(list, more))).toEqual(expected);
    expect(await named("/Users")).toEqual(left);
  });

  it.each([0, -1, 1.5, "1"])("%j is no such number", async (failOnErrors) => {
    const { status, body } = await send([postUser("a")], { failOnErrors });
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    expect(await named("/Users")).toEqual([]);
  });
});

describe("one after the other", () => {
  it("of two creates of one userName the first wins", async () => {
    const results = await run([
      post("/Users", "1", user("same@x.test")),
      post("/Users", "2", user("SAME@X.test")),
      postUser("other"),
    ]);
    expect(statuses(results)).toEqual(["201", "409", "201"]);
    expect(results[1]?.response?.scimType).toBe("uniqueness");
    expect(results[1]).not.toHaveProperty("location");
    expect(await named("/Users")).toEqual(["other", "same@x.test"]);
  });

  it("a name is free after its resource was deleted or renamed in the same request", async () => {
    const [ada, bea] = [
      await tenant.post("/Users", user("ada")),
      await tenant.post("/Users", user("bea")),
    ];
    const results = await run([
      post("/Users", "early", user("ada")),
      remove(`/Users/${ada.body.id}`),
      post("/Users", "late", user("ADA")),
      patch(`/Users/${bea.body.id}`, { op: "replace", path: "userName", value: "bob" }),
      post("/Users", "bea2", user("Bea")),
      post("/Users", "bob2", user("Bob")),
    ]);
    expect(statuses(results)).toEqual(["409", "204", "201", "200", "201", "409"]);
    expect(idOf(results[2])).not.toBe(ada.body.id);
    expect(await named("/Users")).toEqual(["ADA", "Bea", "bob"]);
    for (const name of ["ada", "bea", "bob"])
      expect((await tenant.get(`/Users?filter=userName eq "${name}"`)).body.totalResults).toBe(1);
  });

  it("two users swap their names", async () => {
    const ids = [
      await tenant.post("/Users", user("a")),
      await tenant.post("/Users", user("b")),
    ].map(({ body }): string => body.id);
    const rename = (index: number, value: string): JsonObject =>
      patch(`/Users/${ids[index]}`, { op: "replace", path: "userName", value });
    expect(statuses(await run([rename(0, "c"), rename(1, "a"), rename(0, "b")]))).toEqual([
      "200",
      "200",
      "200",
    ]);
    const { body } = await tenant.get('/Users?filter=userName eq "a"');
    expect(body.Resources.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
  });

  it("create, then delete: nothing is left; then everything about it is 404", async () => {
    const results = await run([
      postUser("ada"),
      postGroup("staff", ["bulkId:ada"]),
      remove("/Users/bulkId:ada"),
      patch("/Users/bulkId:ada", title("x")),
      put("/Users/bulkId:ada", user("ada")),
      remove("/Users/bulkId:ada"),
      patch("/Groups/bulkId:staff", join("bulkId:ada")),
    ]);
    expect(statuses(results)).toEqual(["201", "201", "204", "404", "404", "404", "400"]);
    expect(await named("/Users")).toEqual([]);
    expect(await membersOf(idOf(results[1]))).toEqual([]);
  });

  it("create a group with members, then delete it: nobody is in it", async () => {
    const results = await run([
      postUser("ada"),
      postGroup("inner", ["bulkId:ada"]),
      postGroup("outer", ["bulkId:inner"]),
      remove("/Groups/bulkId:outer"),
      remove("/Groups/bulkId:inner"),
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201", "204", "204"]);
    expect((await tenant.get(`/Users/${idOf(results[0])}`)).body).not.toHaveProperty("groups");
    const left = DB.prepare("SELECT count(*) AS n FROM members WHERE tenant_id = ?");
    expect(await left.bind(tenant.id).first("n")).toBe(0);
  });

  it("one group is changed several times, each change on the one before", async () => {
    const created = await run([postGroup("g"), postUser("a"), postUser("b"), postUser("c")]);
    const [id = "", a = "", b = "", c = ""] = created.map(idOf);
    const path = `/Groups/${id}`;
    const results = await run([
      patch(path, join(a)),
      patch(path, join(b)),
      patch(path, leave(a)),
      patch(path, leave(a)),
      patch(path, { op: "replace", path: "displayName", value: "h" }),
      put(path, group("i", [a, b])),
      patch(path, { op: "remove", path: "members" }),
      patch(path, join(c), join(a)),
      remove(`/Users/${a}`),
    ]);
    expect(statuses(results)).toEqual([
      "200",
      "200",
      "200",
      "200",
      "200",
      "200",
      "200",
      "200",
      "204",
    ]);
    const versions = results.slice(0, -1).map(({ version }) => version);
    expect(versions[3]).toBe(versions[2]);
    expect(new Set(versions).size).toBe(7);
    const { body, headers } = await tenant.get(path);
    expect(body.displayName).toBe("i");
    expect(await membersOf(id)).toEqual(["c"]);
    expect(versions).not.toContain(headers.get("etag"));
  });

  it("what was written before the request may be deleted with all that holds it", async () => {
    const created = await run([
      postUser("a"),
      postGroup("in", ["bulkId:a"]),
      postGroup("out", ["bulkId:in"]),
    ]);
    const paths = created.map(({ location = "" }) => location.slice(tenant.base.length));
    expect(statuses(await run(paths.map(remove)))).toEqual(["204", "204", "204"]);
    expect([await named("/Users"), await named("/Groups", "displayName")]).toEqual([[], []]);
    const left = DB.prepare("SELECT count(*) AS n FROM members WHERE tenant_id = ?");
    expect(await left.bind(tenant.id).first("n")).toBe(0);
  });
});

describe("version", () => {
  it.each(["PUT", "PATCH", "DELETE"])(
    "of a %s: 412 where it isn't the current one",
    async (method) => {
      const { body } = await tenant.post("/Users", user("ada"));
      const path = `/Users/${body.id}`;
      const operation =
        method === "PUT"
          ? put(path, user("ada", { title: "x" }))
          : method === "PATCH"
            ? patch(path, title("x"))
            : remove(path);
      const current: string = body.meta.version;
      const results = await run([
        { ...operation, version: 'W/"other"' },
        { ...operation, version: current },
        { ...operation, version: current },
      ]);
      const isDelete = method === "DELETE";
      expect(statuses(results)).toEqual([
        "412",
        isDelete ? "204" : "200",
        isDelete ? "404" : "412",
      ]);
      const [refused, done] = results;
      expect(refused?.location).toBe(body.meta.location);
      expect(done?.location).toBe(body.meta.location);
      const after = await tenant.get(path);
      expect(after.status).toBe(isDelete ? 404 : 200);
      if (!isDelete) expect(done?.version).toBe(after.body.meta.version);
    },
  );
});

describe("an operation that can't be read", () => {
  const WRONG: readonly [string, string, string | undefined, Json][] = [
    ["no bulkId with POST", "400", undefined, { method: "POST", path: "/Users", data: user("x") }],
    ["an empty bulkId", "400", undefined, post("/Users", "", user("x"))],
    ["a bulkId that is there already", "400", undefined, post("/Users", "good", user("x"))],
    [
      "an unknown method",
      "400",
      "invalidSyntax",
      { method: "MOVE", path: "/Users", bulkId: "m", data: {} },
    ],
    ["GET", "400", "invalidSyntax", { method: "GET", path: "/Users" }],
    ["no method", "400", "invalidSyntax", { path: "/Users", bulkId: "m", data: {} }],
    ["an unknown path", "404", undefined, post("/Things", "m", user("x"))],
    ["no path", "404", undefined, { method: "DELETE" }],
    ["a path too long", "404", undefined, remove("/Users/1/2")],
    ["a path without its slash", "404", undefined, post("Users", "m", user("x"))],
    ["a path that is badly encoded", "404", undefined, remove("/Users/%zz")],
    ["POST to a resource", "405", undefined, post("/Users/1", "m", user("x"))],
    ["DELETE of all", "405", undefined, remove("/Users")],
    ["PATCH of all", "405", undefined, patch("/Users/", title("x"))],
    ["POST without data", "400", "invalidSyntax", { method: "POST", path: "/Users", bulkId: "m" }],
    ["PUT without data", "400", "invalidSyntax", { method: "PUT", path: "/Users/1" }],
    ["data that is no object", "400", "invalidSyntax", { ...put("/Users/1", {}), data: "x" }],
    ["text for an operation", "400", "invalidSyntax", "DELETE /Users"],
    ["no userName", "400", "invalidValue", post("/Users", "m", { schemas: [] })],
    ["a wrong type", "400", "invalidValue", post("/Users", "m", user("x", { active: "maybe" }))],
    [
      "a path of PATCH that is none",
      "400",
      "invalidPath",
      patch("/Users/1", { ...title("x"), path: "nothing" }),
    ],
    [
      "a filter of PATCH that is none",
      "400",
      "invalidFilter",
      patch("/Users/1", { op: "remove", path: "emails[x is]" }),
    ],
    [
      "a read-only attribute",
      "400",
      "mutability",
      patch("/Users/1", { ...title("x"), path: "id" }),
    ],
    [
      "an op that is none",
      "400",
      "invalidSyntax",
      patch("/Users/1", { ...title("x"), op: "move" }),
    ],
    ["nobody there to change", "404", undefined, patch("/Users/1", title("x"))],
  ];

  it.each(WRONG)(
    "%s: %s %s, and the others succeed",
    async (_name, status, scimType, operation) => {
      const results = await run([
        postUser("good"),
        operation,
        post("/Users", "last", user("last")),
      ]);
      expect(statuses(results)).toEqual(["201", status, "201"]);
      if (scimType !== undefined) expect(results[1]?.response?.scimType).toBe(scimType);
      expect(await named("/Users")).toEqual(["good", "last"]);
    },
  );

  it("says for each which it is, though several are wrong", async () => {
    const wrong = WRONG.filter(([name]) => !name.includes("bulkId"));
    const operations = wrong.map(([, , , one], index) =>
      isObject(one) && one["bulkId"] === "m" ? { ...one, bulkId: `m${index}` } : one,
    );
    expect(statuses(await run(operations))).toEqual(wrong.map(([, status]) => status));
  });
});

describe("a request", () => {
  it.each<[string, Json]>([
    ["that is a list", []],
    ["without Operations", { schemas: [`${MESSAGE}:BulkRequest`] }],
    ["whose Operations are no list", { schemas: [`${MESSAGE}:BulkRequest`], Operations: {} }],
  ])("%s: 400 invalidSyntax", async (_name, body) => {
    const answer = await tenant.post("/Bulk", body);
    expect([answer.status, answer.body.scimType]).toEqual([400, "invalidSyntax"]);
  });

  it("of no operations does nothing", async () => {
    expect(await run([])).toEqual([]);
  });

  it("of 1,000 operations is carried out, of 1,001 none of them", async () => {
    const many = (count: number): JsonObject[] =>
      Array.from({ length: count }, (_, index) => remove(`/Users/${index}`));
    const refused = await send([postUser("ada"), ...many(1000)]);
    expect([refused.status, refused.body.status]).toEqual([413, "413"]);
    expect(refused.body.detail).toContain("1000");
    expect(await named("/Users")).toEqual([]);
    const results = await run([postUser("ada"), ...many(999)]);
    expect(results).toHaveLength(1000);
    expect(await named("/Users")).toEqual(["ada"]);
  });

  it("of more than 1 MiB is refused whole: 413", async () => {
    const data = user("large", { title: "x".repeat(60_000) });
    const operations = Array.from({ length: 18 }, (_, index) => post("/Users", `${index}`, data));
    const { status, body } = await send([postUser("ada"), ...operations]);
    expect([status, body.status]).toEqual([413, "413"]);
    expect(await named("/Users")).toEqual([]);
    expect(statuses(await run([postUser("ada"), ...operations.slice(0, 1)]))).toEqual([
      "201",
      "201",
    ]);
  });

  it("is read without regard to the case of its names", async () => {
    const { status, body } = await tenant.post("/Bulk", {
      SCHEMAS: [`${MESSAGE}:BulkRequest`.toUpperCase()],
      operations: [{ METHOD: "post", Path: "/Users", BULKID: "a", Data: user("ada") }],
    });
    expect([status, body.Operations[0].status, body.Operations[0].bulkId]).toEqual([
      200,
      "201",
      "a",
    ]);
  });
});

describe("300 creates", () => {
  const SIZE = 300;
  const creates = Array.from({ length: SIZE }, (_, index) =>
    postUser(`u${index}@x.test`, {
      externalId: `e${index}`,
      displayName: `User ${index}`,
      emails: [{ value: `u${index}@x.test`, type: "work" }],
    }),
  );

  async function rows<Shape>(text: string): Promise<Shape[]> {
    return (await DB.prepare(text).bind(tenant.id).all<Shape>()).results;
  }

  async function pages(count: number): Promise<string[]> {
    const seen: string[] = [];
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex += count) {
      const { body } = await tenant.get(`/Users?startIndex=${startIndex}&count=${count}`);
      seen.push(...body.Resources.map(({ id }: { id: string }) => id));
      total = body.totalResults;
    }
    return seen;
  }

  it("take few round trips and rows, and are there at once: logged, counted and in pages", async () => {
    const answer = await send(creates);
    const results: Result[] = answer.body.Operations;
    expect(new Set(statuses(results))).toEqual(new Set(["201"]));
    const { roundTrips, rowsWritten } = costOf(answer);
    expect(roundTrips).toBeLessThanOrEqual(4);
    expect(rowsWritten).toBeLessThanOrEqual(10 * SIZE);

    const ids = results.map(idOf);
    const activity = await rows<{ id: string; resource_id: string; operation: string }>(
      "SELECT id, resource_id, operation FROM activity WHERE tenant_id = ? AND outcome = 'success' ORDER BY id",
    );
    expect(activity.map((row) => row.resource_id)).toEqual(ids);
    expect(new Set(activity.map((row) => row.operation))).toEqual(new Set(["create"]));
    expect(new Set([...ids, ...activity.map((row) => row.id)]).size).toBe(2 * SIZE);
    const outbox = await rows<{ sequence: number; event: string }>(
      "SELECT sequence, event FROM outbox WHERE tenant_id = ? ORDER BY sequence",
    );
    expect(outbox.map(({ sequence }) => sequence)).toEqual(ids.map((_, index) => index + 1));
    expect(outbox.map(({ event }) => JSON.parse(event).id)).toEqual(ids);
    expect(await pages(70)).toEqual(ids);
  });

  it("mixed with deletions: the total and the pages are right at once", async () => {
    const first = (await run(creates.slice(0, 40))).map(idOf);
    const before = await rows("SELECT sequence FROM outbox WHERE tenant_id = ?");
    const more = creates.slice(40, 100).flatMap((create, index) => {
      const gone = first[index * 2];
      return gone === undefined ? [create] : [create, remove(`/Users/${gone}`)];
    });
    const results = await run(more);
    expect(new Set(statuses(results))).toEqual(new Set(["201", "204"]));
    const created = results.flatMap((one) => (one.method === "POST" ? [idOf(one)] : []));
    const left = [...first.filter((_, index) => index % 2 === 1), ...created];
    const { body } = await tenant.get("/Users?count=0");
    expect(body.totalResults).toBe(left.length);
    expect(await pages(7)).toEqual(left);
    const outbox = await rows("SELECT sequence FROM outbox WHERE tenant_id = ?");
    expect(outbox.length - before.length).toBe(more.length);
    const activity = await rows(
      "SELECT id FROM activity WHERE tenant_id = ? AND outcome = 'success'",
    );
    expect(activity).toHaveLength(outbox.length);
  });

  it("of which one in three fails: only the others are logged", async () => {
    const mixed = creates
      .slice(0, 30)
      .map((one, index) => (index % 3 === 0 ? post("/Users", `b${index}`, {}) : one));
    const results = await run(mixed);
    expect(statuses(results).filter((status) => status === "201")).toHaveLength(20);
    expect(await rows("SELECT sequence FROM outbox WHERE tenant_id = ?")).toHaveLength(20);
    expect(
      await rows("SELECT id FROM activity WHERE tenant_id = ? AND outcome = 'success'"),
    ).toHaveLength(20);
  });
});
