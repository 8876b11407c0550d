/** What a start makes, keeps, replaces and deletes, against a management API in memory. */
import { beforeEach, describe, expect, it } from "vitest";
import type { AdminCall, Answer } from "../../scripts/local/admin-api.ts";
import { demoBefore, provisionDemo } from "../../scripts/local/provision.ts";
import type { Demo } from "../../scripts/local/provision.ts";
import { databaseName, needsLibsql, readSettings } from "../../scripts/local/settings.ts";

let tenants: Map<string, string>;
let providers: Set<string>;
let tokens: Map<string, string>;
let saved: Demo[];
let made: number;

beforeEach(() => {
  tenants = new Map();
  providers = new Set();
  tokens = new Map();
  saved = [];
  made = 0;
});

function answer(call: AdminCall): Answer {
  const [, , last = ""] = call.path.split("/");
  const { tenant = "" } = call;
  switch (`${call.method} ${call.path.split("/")[1]}`) {
    case "GET tenants": {
      const status = tenants.get(last);
      return status === undefined || status === "deleted"
        ? { status: 404, body: {} }
        : { status: 200, body: { id: last, status } };
    }
    case "POST tenants": {
      const body = call.body as { id?: string };
      const id = body.id ?? "made-up";
      if (tenants.has(id)) return { status: 409, body: {} };
      tenants.set(id, "active");
      return { status: 201, body: { id } };
    }
    case "GET sso":
      return { status: providers.has(tenant) ? 200 : 404, body: {} };
    case "POST sso":
      providers.add(tenant);
      return { status: 201, body: {} };
    case "POST scim": {
      made += 1;
      tokens.set(`id${made}`, `token${made}`);
      return { status: 200, body: { id: `id${made}`, token: `token${made}` } };
    }
    case "DELETE scim":
      return { status: tokens.delete(last) ? 204 : 404, body: {} };
    default:
      throw new Error(`unexpected ${call.method} ${call.path}`);
  }
}

function provision(before: Demo | undefined): Promise<Demo> {
  return provisionDemo(
    {
      call: (call) => Promise.resolve(answer(call)),
      works: (_tenant, token) => Promise.resolve([...tokens.values()].includes(token)),
      save(demo) {
        saved.push(demo);
        return Promise.resolve();
      },
    },
    before,
  );
}

describe("provisionDemo", () => {
  it("makes all at the first start", async () => {
    expect(await provision(undefined)).toEqual({
      tenantId: "demo",
      scimToken: "token1",
      tokenIds: ["id1"],
    });
    expect([...providers]).toEqual(["demo"]);
  });

  it("keeps a token that works", async () => {
    const first = await provision(undefined);
    expect(await provision(first)).toEqual(first);
    expect(tokens.size).toBe(1);
  });

  it("replaces one that doesn't, and deletes the old one after the new one is saved", async () => {
    const first = await provision(undefined);
    const second = await provision({ ...first, scimToken: "edited" });
    expect(second).toEqual({ tenantId: "demo", scimToken: "token2", tokenIds: ["id2"] });
    expect([...tokens.keys()]).toEqual(["id2"]);
    expect(saved.at(-2)?.tokenIds).toEqual(["id2", "id1"]);
  });

  it("finishes a deletion that was interrupted", async () => {
    const first = await provision(undefined);
    await provision({ ...first, scimToken: "edited" });
    tokens.set("id1", "token1");
    const interrupted = saved.at(-2);
    expect((await provision(interrupted)).tokenIds).toEqual(["id2"]);
    expect([...tokens.keys()]).toEqual(["id2"]);
  });

  it.each(["deleted", "deleting"])("makes another tenant where demo is %s", async (status) => {
    const first = await provision(undefined);
    tenants.set("demo", status);
    const second = await provision(first);
    expect(second).toEqual({ tenantId: "made-up", scimToken: "token2", tokenIds: ["id2"] });
    expect(await provision(second)).toEqual(second);
  });
});

describe("demoBefore", () => {
  const kept: Demo = { tenantId: "demo", scimToken: "kept", tokenIds: ["id1"] };

  it("takes the token of local.json with the ids that were saved", () => {
    const local = { tenantId: "demo", scimToken: "shown" };
    expect(demoBefore(local, kept)).toEqual({ ...kept, scimToken: "shown" });
  });

  it("takes what was saved where an interrupted start left no local.json", () => {
    expect(demoBefore(undefined, kept)).toEqual(kept);
    expect(demoBefore({ tenantId: 1 }, kept)).toEqual(kept);
  });

  it("does not mix tenants", () => {
    const local = { tenantId: "other", scimToken: "shown" };
    expect(demoBefore(local, kept)).toEqual({ ...local, tokenIds: [] });
  });
});

describe("readSettings", () => {
  it("has defaults, and takes a relative state from the project", () => {
    expect(readSettings({})).toMatchObject({ port: 8787, origin: "http://127.0.0.1:8787" });
    expect(readSettings({}).state).toMatch(/\/\.rollcall$/);
    expect(readSettings({ ROLLCALL_STATE: "/x/y", PORT: "90" })).toMatchObject({
      port: 90,
      state: "/x/y",
    });
  });

  it("choose the engine, and know one database from another", () => {
    const choose = (env: Record<string, string>): [string, boolean] => {
      const settings = readSettings(env);
      return [databaseName(settings.store), needsLibsql(settings)];
    };
    expect(choose({})).toEqual(["d1", false]);
    expect(choose({ STORE: "libsql" })).toEqual(["libsql", true]);
    const remote = { STORE: "libsql", LIBSQL_URL: "libsql://one.test" };
    expect(choose(remote)).toEqual([expect.stringMatching(/^libsql-[0-9a-f]{12}$/), true]);
    expect(choose(remote)).not.toEqual(choose({ ...remote, LIBSQL_URL: "libsql://two.test" }));
    expect(choose({ SHARDS: '{"eu": "SHARD_EU"}' })).toEqual(["d1", false]);
    expect(choose({ SHARDS: '{"us": "libsql://us.test"}' })).toEqual(["d1", true]);
  });

  it.each([
    { PORT: "x" },
    { PORT: "0" },
    { PORT: "65536" },
    { PORT: "80.5" },
    { SHARDS: "eu" },
    { SHARDS: '["SHARD_EU"]' },
    { SHARDS: '{"eu": 1}' },
    { STORE: "pg" },
  ])("refuses %j", (env) => {
    expect(() => readSettings(env)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
