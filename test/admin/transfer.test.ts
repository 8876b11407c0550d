/** Export and import of a tenant: what goes out comes in again, once, and nothing of another's is touched. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Line } from "../../worker/admin/transfer-lines.ts";
import { accessToken, manage } from "../support/admin.ts";
import { clientOf, group, makeTenant, ORIGIN, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { exportLines, importAll, importChunk, persistent, verifyAll } from "../support/transfer.ts";
import { DB } from "../support/database.ts";

let source: Tenant;
let lines: Line[];
let groupId = "";

/** Users, groups in groups, a connection with a secret in its properties, an OAuth client with a secret, changed and deleted resources. */
beforeAll(async () => {
  source = await makeTenant("entra");
  const ids: string[] = [];
  for (let index = 0; index < 12; index += 1) {
    const one = user(`user${index}@x.test`, {
      displayName: `Üser ${index}`,
      emails: [{ value: `User${index}@x.test`, type: "work", primary: true }],
      ...(index > 0 && {
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
          manager: { value: ids[0] ?? "" },
        },
      }),
    });
    ids.push((await source.post("/Users", one)).body.id);
  }
  const inner = (await source.post("/Groups", group("Inner", ids.slice(0, 5)))).body.id;
  groupId = (await source.post("/Groups", group("Outer", [inner, ...ids.slice(5, 9)]))).body.id;
  await source.patch(`/Users/${ids[3]}`, [{ op: "replace", path: "title", value: "Boss" }]);
  await source.delete(`/Users/${ids[11]}`);
  await manage("PUT", "/sso/providers/idp", {
    tenant: source.id,
    body: {
      displayName: "The IdP",
      profile: "entra",
      properties: {
        authority: "https://login.test",
        clientId: "public",
        clientSecret: "hush-1",
        nested: [{ api_key: "hush-2", tokenEndpoint: "https://login.test/token" }],
      },
    },
  });
  const client = await manage("POST", "/oauth/clients", {
    tenant: source.id,
    body: { provider: "idp", displayName: "Client" },
  });
  const secrets = `/oauth/clients/${client.body.clientId}/secrets`;
  expect((await manage("POST", secrets, { tenant: source.id, body: {} })).status).toBe(201);
  lines = await exportLines(source.id);
});

/** Every row of a tenant but what says when and by whom it was written. */
async function rowsOf(tenant: string) {
  const read = async (text: string) => (await DB.prepare(text).bind(tenant).all()).results;
  return {
    resources: await read(
      "SELECT type, id, version, created, last_modified, document, json(folded) AS folded FROM resources WHERE tenant_id = ? ORDER BY type, id",
    ),
    values: await read(
      "SELECT type, attribute, value, holder, resource_id FROM resource_values WHERE tenant_id = ? ORDER BY 1, 2, 3, 4",
    ),
    members: await read(
      "SELECT group_id, member_id, member_type FROM members WHERE tenant_id = ? ORDER BY 1, 2",
    ),
    positions: await read(
      "SELECT type, first_id, count FROM positions WHERE tenant_id = ? ORDER BY 1, 2",
    ),
    totals: await read(
      "SELECT key, value FROM writers, json_each(totals) WHERE tenant_id = ? ORDER BY key",
    ),
  };
}

async function emptyTenant(): Promise<string> {
  const { body } = await manage("POST", "/tenants", { body: { displayName: "Target" } });
  return body.id;
}

describe("export", () => {
  it("is in the order of the keys, each kind after the ones it refers to", () => {
    expect([...new Set(lines.map(({ kind }) => kind))]).toEqual([
      "connection",
      "client",
      "resource",
      "member",
    ]);
    expect(lines.filter(({ kind }) => kind === "resource")).toHaveLength(13);
    expect(lines.filter(({ kind }) => kind === "member")).toHaveLength(10);
  });

  it("holds no secret: no token, no hash, no client secret, none of a connection's properties", async () => {
    const text = JSON.stringify(lines);
    const { results } = await DB.prepare("SELECT * FROM scim_tokens WHERE tenant_id = ?")
      .bind(source.id)
      .all<{ hash: string; id: string }>();
    expect(results).toHaveLength(2);
    for (const secret of [
      source.token,
      "hush",
      "rcs_",
      ...results.flatMap(({ hash, id }) => [hash, id]),
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(lines[0]).toMatchObject({
      properties: {
        authority: "https://login.test",
        clientId: "public",
        nested: [{ tokenEndpoint: "https://login.test/token" }],
      },
    });
  });

  it("is for operators, of a tenant that is there, with a cursor that was given", async () => {
    const path = `/tenants/${source.id}/export`;
    const token = await accessToken({ scope: "services.iam", tenant_id: source.id });
    expect((await manage("GET", path, { token })).status).toBe(403);
    expect((await manage("GET", "/tenants/nobody/export")).status).toBe(404);
    for (const cursor of ["x", "[]", '["resource"]', '["tokens",""]', '["resource",1,2]']) {
      const query = `?cursor=${encodeURIComponent(cursor)}`;
      expect((await manage("GET", `${path}${query}`)).status).toBe(400);
    }
  });
});

describe("import", () => {
  it("makes the same rows in an empty tenant, and again changes nothing", async () => {
    const target = await emptyTenant();
    const before = await rowsOf(source.id);
    expect(await importAll(target, lines)).toEqual({ written: lines.length, kept: 0 });
    expect(await rowsOf(target)).toEqual(before);
    expect(await exportLines(target)).toEqual(lines);
    const { results } = await DB.prepare("SELECT sequence FROM writers WHERE tenant_id = ?")
      .bind(target)
      .all();
    expect(await importAll(target, lines, 3)).toEqual({ written: 0, kept: lines.length });
    const again = await DB.prepare("SELECT sequence FROM writers WHERE tenant_id = ?")
      .bind(target)
      .all();
    expect(again.results).toEqual(results);
    expect(await verifyAll(target)).toEqual([]);
    expect(await rowsOf(source.id)).toEqual(before);
  });

  it("goes on where it was cut short", async () => {
    const target = await emptyTenant();
    await importAll(target, lines.slice(0, 9));
    expect(await importAll(target, lines, 5)).toEqual({ written: lines.length - 9, kept: 9 });
    expect(await rowsOf(target)).toEqual(await rowsOf(source.id));
  });

  it("lets the tenant be written to as before: ids go on, groups can be changed", async () => {
    const target = await emptyTenant();
    await importAll(target, lines);
    const { body } = await manage("POST", "/scim", {
      tenant: target,
      body: { provider: "idp", providerDisplayName: "IdP" },
    });
    const client = clientOf(target, body.token, `${ORIGIN}/${target}/api/scim/v2`);
    const made = await client.post("/Users", user("new@x.test"));
    expect(made.status).toBe(201);
    const last = lines.findLast((line) => line.kind === "resource");
    expect(made.body.id > (last?.kind === "resource" ? last.id : "~")).toBe(true);
    const added = [{ op: "add", path: "members", value: [{ value: made.body.id }] }];
    expect((await client.patch(`/Groups/${groupId}`, added)).status).toBe(204);
    const taken = await client.post("/Users", user("USER4@x.test"));
    expect(taken.status).toBe(409);
    const found = await client.get('/Users?filter=userName eq "user4@X.test"');
    expect(found.body.totalResults).toBe(1);
    expect(await verifyAll(target)).toEqual([]);
  });

  it("refuses what is there in another version, and replaces it where told to", async () => {
    const target = await emptyTenant();
    await importAll(target, lines);
    const changed = lines.map((line) =>
      line.kind === "resource" && line.type === "Group" && line.document["displayName"] === "Inner"
        ? { ...line, version: 9, document: { ...line.document, displayName: "Changed" } }
        : line,
    );
    const before = await rowsOf(target);
    const refused = await importChunk(target, changed);
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toMatch(/other data: [0-9a-f-]+ is a Group of version \d+ here/);
    expect(await rowsOf(target)).toEqual(before);
    expect((await importChunk(target, changed, true)).body).toEqual({
      written: 1,
      kept: lines.length - 1,
    });
    expect(await exportLines(target)).toEqual(changed);
    expect(await verifyAll(target)).toEqual([]);
  });

  it("never takes a unique value twice, an id of another type, or a membership of nobody", async () => {
    const target = await emptyTenant();
    await importAll(target, lines);
    const resources = lines.filter((line) => line.kind === "resource");
    const one = resources.find(({ type }) => type === "User");
    const member = lines.find((line) => line.kind === "member");
    if (one === undefined || member === undefined) throw new Error("nothing was exported");
    const other = one.id.replace(/.{4}$/, "ffff");
    const double = { ...one, id: other, document: { ...one.document, id: other } };
    const typed = resources.find(({ type }) => type === "Group");
    if (typed === undefined) throw new Error("no group was exported");
    const wrong: [Line, number][] = [
      [double, 409],
      [{ ...typed, id: one.id, document: { ...typed.document, id: one.id } }, 409],
      [{ ...member, member: other }, 409],
      [{ ...member, group: one.id }, 409],
      [{ ...member, type: "Group" }, 409],
      [{ ...one, document: { ...one.document, id: other } }, 400],
      [{ ...one, document: { ...one.document, active: "yes" } }, 400],
      [{ ...one, document: { ...one.document, unheard: 1 } }, 400],
      [{ ...one, type: "Robot" }, 400],
      [{ ...one, version: 0 }, 400],
      [{ ...one, created: "yesterday" }, 400],
    ];
    const before = await rowsOf(target);
    for (const [line, status] of wrong) {
      for (const replace of [false, true]) {
        const answer = await importChunk(target, [line], replace);
        expect([line, answer.status]).toEqual([line, status]);
      }
    }
    for (const twice of [one, member]) {
      expect((await importChunk(target, [twice, twice])).status).toBe(400);
    }
    const future = "ffffffff-ffff-7fff-8fff-ffffffffffff";
    const late = { ...one, id: future, document: { ...one.document, id: future } };
    expect((await importChunk(target, [late])).body.detail).toMatch(/of the future/);
    expect(await rowsOf(target)).toEqual(before);
  });

  it("leaves a connection that is there as it is", async () => {
    const target = await emptyTenant();
    const body = { scheme: "idp", displayName: "Made anew", profile: "strict" };
    await manage("POST", "/sso/providers", { tenant: target, body });
    expect(await importAll(target, lines)).toEqual({ written: lines.length - 1, kept: 1 });
    const { body: kept } = await manage("GET", "/sso/providers/idp", { tenant: target });
    expect(kept).toMatchObject({ displayName: "Made anew", profile: "strict" });
  });

  it("writes beside the tenant's writer: both lose nothing", async () => {
    const target = await makeTenant();
    const names = Array.from({ length: 12 }, (_one, index) => `beside${index}@x.test`);
    const [answers] = await Promise.all([
      Promise.all(names.map((name) => persistent(() => target.post("/Users", user(name))))),
      importAll(target.id, lines, 2),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const all = await target.get("/Users?count=0");
    expect(all.body.totalResults).toBe(11 + 12);
    expect(await verifyAll(target.id)).toEqual([]);
  });

  it("is refused while the tenant is being deleted", async () => {
    const target = await emptyTenant();
    await manage("DELETE", `/tenants/${target}`);
    expect((await importChunk(target, lines)).status).toBe(404);
  });
});

/** Users whose ids ascend, without a document to speak of. */
function manyUsers(from: number, count: number, step: number): Line[] {
  return Array.from({ length: count }, (_one, index) => {
    const number = from + index * step;
    const id = `01900000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
    const document = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], id, userName: id };
    const at = "2026-01-01T00:00:00.000Z";
    return {
      kind: "resource",
      type: "User",
      id,
      version: 1,
      created: at,
      lastModified: at,
      document,
    };
  });
}

describe("positions", () => {
  it("are cut as the writer cuts them, whatever the chunks", async () => {
    const target = await emptyTenant();
    await importAll(target, manyUsers(0, 1000, 1), 300);
    const { positions } = await rowsOf(target);
    expect(positions.map(({ count }) => count)).toEqual([400, 400, 200]);
    expect(await verifyAll(target)).toEqual([]);
  });

  it("are right where ids come between, before and after those that are there", async () => {
    const target = await emptyTenant();
    await importAll(target, manyUsers(1000, 900, 3), 450);
    await importAll(target, manyUsers(1001, 900, 3), 200);
    await importAll(target, manyUsers(0, 950, 1), 500);
    const { positions } = await rowsOf(target);
    const counts = positions.map(({ count }) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2750);
    expect(Math.max(...counts)).toBeLessThanOrEqual(800);
    expect(await verifyAll(target)).toEqual([]);
  });
});
