/** `attributes` and `excludedAttributes`, on every answer that carries a resource (RFC 7644 section 3.9, `returned` in RFC 7643 section 7). */
import { beforeAll, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { costOf } from "../support/cost.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const MESSAGE = "urn:ietf:params:scim:api:messages:2.0";

const ATTRIBUTES = {
  userName: "ada",
  title: "Countess",
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [
    { value: "ada@x.test", type: "work", primary: true },
    { value: "a@y.test", type: "home" },
  ],
  [ENTERPRISE]: { department: "Engines", costCenter: "1842" },
};
const BODY = user("ada", { ...ATTRIBUTES, password: "Clear-Text-1" });
const SCHEMAS = [CORE, ENTERPRISE];

/** Each answers with the resource, as the query wants it; `nickName` is what the changes are about. */
const CARRIERS: Record<string, (tenant: Tenant, path: string, query: string) => Promise<Answer>> = {
  GET: (tenant, path, query) => tenant.get(`${path}?${query}`),
  list: async (tenant, _path, query) => only(await tenant.get(`/Users?${query}`)),
  "/.search": async (tenant, _path, query) => only(await search(tenant, "/.search", query)),
  "/Users/.search": async (tenant, _path, query) =>
    only(await search(tenant, "/Users/.search", query)),
  PUT: (tenant, path, query) =>
    tenant.put(`${path}?${query}`, { ...BODY, nickName: crypto.randomUUID() }),
  "PUT without a change": (tenant, path, query) => tenant.put(`${path}?${query}`, BODY),
  PATCH: (tenant, path, query) =>
    tenant.patch(`${path}?${query}`, [
      { op: "replace", path: "nickName", value: crypto.randomUUID() },
    ]),
  POST: async (tenant, path, query) => {
    await tenant.delete(path);
    return tenant.post(`/Users?${query}`, BODY);
  },
};

function only(answer: Answer): Answer {
  const { Resources, totalResults } = answer.body;
  if (answer.status !== 200) return answer;
  expect(totalResults).toBe(1);
  return { ...answer, body: Resources[0] };
}

function search(tenant: Tenant, path: string, query: string): Promise<Answer> {
  const parameters = [...new URLSearchParams(query)].map(([name, list]) => [name, list.split(",")]);
  const body = { schemas: [`${MESSAGE}:SearchRequest`], ...Object.fromEntries(parameters) };
  return tenant.post(path, body);
}

const { userName, title, name, emails, [ENTERPRISE]: enterprise } = ATTRIBUTES;

/** What is shown beside schemas and id. */
const ONLY: readonly [string, JsonObject][] = [
  ["userName", { userName }],
  ["USERNAME,Title", { userName, title }],
  [`${CORE}:userName`, { userName }],
  [`${CORE.toUpperCase()}:USERNAME`, { userName }],
  ["name", { name }],
  ["name.givenName", { name: { givenName: "Ada" } }],
  ["Name.GIVENNAME, title", { name: { givenName: "Ada" }, title }],
  [`${CORE}:name.familyName`, { name: { familyName: "Lovelace" } }],
  ["name.givenName,name", { name }],
  ["emails.value", { emails: [{ value: "ada@x.test" }, { value: "a@y.test" }] }],
  ["emails.value,emails.type", { emails: emails.map(({ value, type }) => ({ value, type })) }],
  ["meta.resourceType", { meta: { resourceType: "User" } }],
  [ENTERPRISE, { [ENTERPRISE]: enterprise }],
  [ENTERPRISE.toLowerCase(), { [ENTERPRISE]: enterprise }],
  [`${ENTERPRISE}:department`, { [ENTERPRISE]: { department: "Engines" } }],
  [`${ENTERPRISE}:DEPARTMENT,userName`, { userName, [ENTERPRISE]: { department: "Engines" } }],
  ["id", {}],
  ["schemas", {}],
  ["password", {}],
  ["nothing", {}],
  ["nothing,title,name.nothing,urn:example:nothing:title", { title }],
  ["ims", {}],
];

const WITHOUT: readonly [string, JsonObject][] = [
  ["id,schemas", ATTRIBUTES],
  ["password,nothing", ATTRIBUTES],
  ["TITLE", without(ATTRIBUTES, "title")],
  [`${CORE}:title,emails`, without(ATTRIBUTES, "title", "emails")],
  ["name.givenName", { ...ATTRIBUTES, name: { familyName: "Lovelace" } }],
  ["EMAILS.type", { ...ATTRIBUTES, emails: emails.map((email) => without(email, "type")) }],
  [ENTERPRISE, without(ATTRIBUTES, ENTERPRISE)],
  [ENTERPRISE.toUpperCase(), without(ATTRIBUTES, ENTERPRISE)],
  [`${ENTERPRISE}:department`, { ...ATTRIBUTES, [ENTERPRISE]: { costCenter: "1842" } }],
];

function without(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !names.includes(key)));
}

describe.each(Object.keys(CARRIERS))("%s", (carrier) => {
  let tenant: Tenant;
  let path: string;

  beforeAll(async () => {
    tenant = await makeTenant();
    path = `/Users/${(await tenant.post("/Users", BODY)).body.id}`;
  });

  async function ask(query: string): Promise<Answer> {
    const answer = await CARRIERS[carrier]?.(tenant, path, query);
    if (answer === undefined) throw new Error(`nothing is called ${carrier}`);
    if (carrier === "POST" && answer.status === 201) path = `/Users/${answer.body.id}`;
    return answer;
  }

  it.each(ONLY)("attributes=%s", async (names, expected) => {
    const { status, body } = await ask(`attributes=${encodeURIComponent(names)}`);
    expect(status).toBe(carrier === "POST" ? 201 : 200);
    expect(body).toEqual({ schemas: SCHEMAS, id: path.slice("/Users/".length), ...expected });
  });

  it.each(WITHOUT)("excludedAttributes=%s", async (names, expected) => {
    const { status, body } = await ask(`excludedAttributes=${encodeURIComponent(names)}`);
    expect(status).toBe(carrier === "POST" ? 201 : 200);
    expect(body.meta.resourceType).toBe("User");
    expect(without(body, "meta", "nickName")).toEqual({
      schemas: SCHEMAS,
      id: path.slice("/Users/".length),
      ...expected,
    });
  });

  it("both: 400, and nothing is done", async () => {
    const lists = "attributes=userName&excludedAttributes=name";
    const before = await tenant.get(path);
    const { status, body } =
      carrier === "POST" ? await tenant.post(`/Users?${lists}`, user("another")) : await ask(lists);
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
    expect((await tenant.get("/Users")).body.Resources).toEqual([before.body]);
  });
});

describe("derived attributes", () => {
  let tenant: Tenant;
  let paths: { user: string; group: string };
  const ids = { user: "", group: "" };

  beforeAll(async () => {
    tenant = await makeTenant();
    const boss = await tenant.post("/Users", user("boss"));
    const manager = { manager: { value: boss.body.id } };
    ids.user = (await tenant.post("/Users", user("ada", { [ENTERPRISE]: manager }))).body.id;
    ids.group = (await tenant.post("/Groups", group("g", [ids.user]))).body.id;
    paths = { user: `/Users/${ids.user}`, group: `/Groups/${ids.group}` };
  });

  it.each<["user" | "group", string, () => Json]>([
    ["group", "attributes=members.value", () => ({ members: [{ value: ids.user }] })],
    ["group", "attributes=Members.Display", () => ({ members: [{ display: "ada" }] })],
    ["group", "attributes=displayName", () => ({ displayName: "g" })],
    ["group", "excludedAttributes=members,meta", () => ({ displayName: "g" })],
    [
      "group",
      "excludedAttributes=meta,displayName,members.$ref,members.type",
      () => ({ members: [{ value: ids.user, display: "ada" }] }),
    ],
    ["user", "attributes=groups.display", () => ({ groups: [{ display: "g" }] })],
    [
      "user",
      "attributes=groups.value,groups.type",
      () => ({ groups: [{ value: ids.group, type: "direct" }] }),
    ],
    [
      "user",
      `attributes=${ENTERPRISE}:manager.displayName`,
      () => ({ [ENTERPRISE]: { manager: { displayName: "boss" } } }),
    ],
    ["user", `excludedAttributes=groups,meta,${ENTERPRISE}`, () => ({ userName: "ada" })],
  ])("of a %s: %s", async (kind, query, expected) => {
    const { body } = await tenant.get(`${paths[kind]}?${query}`);
    const { schemas, id, ...shown } = body;
    expect([schemas.length > 0, id]).toEqual([true, ids[kind]]);
    expect(shown).toEqual(expected());
    const changed = kind === "user" ? "title" : "externalId";
    const change = [{ op: "replace", path: changed, value: crypto.randomUUID() }];
    const patched = await tenant.patch(`${paths[kind]}?${query}`, change);
    const { [changed]: _changed, ...afterwards } = patched.body;
    expect(afterwards).toEqual(body);
    await tenant.patch(paths[kind], [{ op: "remove", path: changed }]);
  });
});

describe("a group without its members", () => {
  const create = (one: string, index: number): JsonObject => ({
    method: "POST",
    path: "/Users",
    bulkId: `u${index}`,
    data: user(one),
  });

  async function groupOf(size: number): Promise<{ tenant: Tenant; path: string }> {
    const tenant = await makeTenant();
    const names = Array.from({ length: size }, (_, index) => `u${index}`);
    const all = group(
      "all",
      names.map((bulkId) => `bulkId:${bulkId}`),
    );
    const last = { method: "POST", path: "/Groups", bulkId: "group", data: all };
    const { body } = await tenant.post("/Bulk", {
      schemas: [`${MESSAGE}:BulkRequest`],
      Operations: [...names.map(create), last],
    });
    const location: string = body.Operations.at(-1).location;
    return { tenant, path: location.slice(tenant.base.length) };
  }

  it("is read without them, whatever their number", async () => {
    const costs: Record<string, number[]> = {};
    for (const size of [10, 150]) {
      const { tenant, path } = await groupOf(size);
      const patch = (query: string): Promise<Answer> =>
        tenant.patch(`${path}?${query}`, [
          { op: "add", path: "externalId", value: `${query.length}` },
        ]);
      expect((await tenant.get(path)).body.members).toHaveLength(size);
      const answers = {
        get: await tenant.get(`${path}?excludedAttributes=members`),
        attributes: await tenant.get(`${path}?attributes=displayName`),
        list: await tenant.get("/Groups?excludedAttributes=Members"),
        filtered: await tenant.get(
          '/Groups?filter=displayName eq "ALL"&excludedAttributes=members',
        ),
        search: await search(tenant, "/Groups/.search", "excludedAttributes=members"),
        patch: await patch("excludedAttributes=members"),
        patchAttributes: await patch("attributes=displayName"),
      };
      for (const [call, answer] of Object.entries(answers)) {
        expect(answer.status, call).toBe(200);
        expect(JSON.stringify(answer.body), call).not.toContain("members");
        expect(JSON.stringify(answer.body), call).toContain("all");
        (costs[call] ??= []).push(costOf(answer).rowsRead);
      }
    }
    for (const [call, [small, large]] of Object.entries(costs)) expect(large, call).toBe(small);
    expect(Object.keys(costs)).toHaveLength(7);
  });
});

describe("a password", () => {
  const SECRETS = [
    "Secret-of-POST",
    "Secret-of-PUT",
    "Secret-at-path",
    "Secret-in-value",
    "Secret-in-Bulk",
  ];

  /** Everything that the database holds of a tenant, as text; JSONB as the JSON that it stands for. */
  async function dump(tenant: Tenant): Promise<string> {
    const { results: tables } = await DB.prepare(
      `SELECT name, sql LIKE '%folded%' AS folded FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant_id%'`,
    ).all<{ name: string; folded: number }>();
    expect(tables.map(({ name: table }) => table)).toEqual(
      expect.arrayContaining(["activity", "outbox", "resource_values", "resources"]),
    );
    const texts = tables.map(async ({ name: table, folded }) => {
      const shown = folded === 1 ? "*, json(folded)" : "*";
      const { results } = await DB.prepare(`SELECT ${shown} FROM ${table} WHERE tenant_id = ?`)
        .bind(tenant.id)
        .all();
      return `${table} ${JSON.stringify(results)}`;
    });
    return (await Promise.all(texts)).join("\n");
  }

  it("is taken in every way, and neither answered nor kept", async () => {
    const tenant = await makeTenant();
    const [post = "", put = "", atPath = "", inValue = "", inBulk = ""] = SECRETS;
    const created = await tenant.post("/Users", user("ada", { password: post, title: "Seen-1" }));
    const path = `/Users/${created.body.id}`;
    const data = user("bea", { password: inBulk, title: "Seen-5" });
    const answers = [
      created,
      await tenant.put(path, user("ada", { password: put, title: "Seen-2" })),
      await tenant.patch(path, [
        { op: "add", path: "title", value: "Seen-3" },
        { op: "replace", path: "password", value: atPath },
      ]),
      await tenant.patch(`${path}?attributes=password,title`, [
        { op: "replace", value: { Password: inValue, title: "Seen-4" } },
      ]),
      await tenant.post("/Bulk", {
        schemas: [`${MESSAGE}:BulkRequest`],
        Operations: [{ method: "POST", path: "/Users", bulkId: "b", data }],
      }),
      await tenant.get("/Users"),
      await tenant.get("/Users?attributes=password"),
    ];
    for (const { status, body } of answers) {
      expect(status).toBeLessThan(300);
      expect(JSON.stringify(body)).not.toMatch(/Secret|password/i);
    }
    const kept = await dump(tenant);
    for (const seen of ["Seen-1", "Seen-2", "Seen-3", "Seen-4", "Seen-5", "seen-4"])
      expect(kept).toContain(seen);
    expect(kept).not.toMatch(/secret-/i);
  });

  it("is checked like other strings, and nobody may ask for it", async () => {
    const tenant = await makeTenant();
    const wrong = await tenant.post("/Users", user("ada", { password: 5 }));
    expect([wrong.status, wrong.body.scimType]).toEqual([400, "invalidValue"]);
    expect(wrong.body.detail).toContain("password");
    for (const query of ['filter=password eq "x"', "filter=password pr"]) {
      const asked = await tenant.get(`/Users?${query}`);
      expect([asked.status, asked.body.scimType]).toEqual([400, "invalidFilter"]);
    }
  });
});
