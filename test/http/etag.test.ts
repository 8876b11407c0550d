/** Versions and conditional requests: ETag, If-Match, If-None-Match (RFC 7644 section 3.14, RFC 9110 section 13). */
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import type { JsonObject } from "../../worker/scim/json.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const operations = (externalId: string): JsonObject => ({
  schemas: [PATCH],
  Operations: [{ op: "replace", path: "externalId", value: externalId }],
});

/** A resource whose version was changed once, so that it isn't everybody's first. */
async function makeResource(
  typeName: string,
): Promise<{ tenant: Tenant; path: string; read: Answer }> {
  const tenant = await makeTenant();
  const endpoint = `/${typeName}s`;
  const body = typeName === "Group" ? group("one") : user("one");
  const created = await tenant.post(endpoint, body);
  const path = `${endpoint}/${created.body.id}`;
  await tenant.patch(path, [{ op: "add", path: "externalId", value: "before" }]);
  return { tenant, path, read: await tenant.get(path) };
}

const BODIES: Record<string, (typeName: string) => JsonObject | undefined> = {
  PUT: (typeName) => (typeName === "Group" ? group("two") : user("two")),
  PATCH: () => operations("after"),
  DELETE: () => undefined,
};

type Condition = readonly [header: string, value: (etag: string) => string, holds: boolean];

const bare = (etag: string): string => etag.replace("W/", "");

/** Versions are weak and compared weakly: the strong form of one is taken as well. */
const CONDITIONS: readonly Condition[] = [
  ["If-Match", (etag) => etag, true],
  ["If-Match", bare, true],
  ["If-Match", () => "*", true],
  ["If-Match", (etag) => `"other", ${etag}`, true],
  ["If-Match", (etag) => `W/"with,comma",${bare(etag)}`, true],
  ["If-Match", () => 'W/"other"', false],
  ["If-Match", () => '"other", W/"another"', false],
  ["If-Match", (etag) => etag.replace('"', '"1'), false],
  ["If-None-Match", () => 'W/"other"', true],
  ["If-None-Match", (etag) => etag, false],
  ["If-None-Match", bare, false],
  ["If-None-Match", () => "*", false],
  ["If-None-Match", (etag) => `"other", ${etag}`, false],
];

describe.each(RESOURCE_TYPES)("writes of a $name", ({ name: typeName }) => {
  describe.each(["PUT", "PATCH", "DELETE"])("by %s", (method) => {
    it.each(CONDITIONS)("%s: %s: %s", async (header, value, holds) => {
      const { tenant, path, read } = await makeResource(typeName);
      const etag: string = read.body.meta.version;
      const body = BODIES[method]?.(typeName);
      const answer = await tenant.request(method, path, body, { [header]: value(etag) });
      const after = await tenant.get(path);
      if (holds) {
        expect(answer.status).toBe(
          method === "PUT" ? 200 : method === "PATCH" && typeName === "User" ? 200 : 204,
        );
        if (method === "DELETE") expect(after.status).toBe(404);
        else expect(answer.headers.get("etag")).toBe(after.body.meta.version);
        return;
      }
      expect(answer.status).toBe(412);
      expect(answer.body).toMatchObject({ status: "412" });
      expect(answer.headers.get("etag")).toBe(etag);
      expect(after.body).toEqual(read.body);
    });

    it.each(["*", 'W/"1"'])("If-Match: %s finds no missing resource: 404", async (tag) => {
      const { tenant, path } = await makeResource(typeName);
      await tenant.delete(path);
      const body = BODIES[method]?.(typeName);
      expect((await tenant.request(method, path, body, { "If-Match": tag })).status).toBe(404);
    });
  });

  it.each([
    [(etag: string) => etag, 304],
    [bare, 304],
    [() => "*", 304],
    [(etag: string) => `"other", ${etag}`, 304],
    [() => 'W/"other"', 200],
    [(etag: string) => etag.replace('"', '"1'), 200],
  ])("GET and HEAD with If-None-Match %#: %s", async (value, status) => {
    const { tenant, path, read } = await makeResource(typeName);
    const headers = { "If-None-Match": value(read.body.meta.version) };
    for (const method of ["GET", "HEAD"]) {
      const answer = await tenant.request(method, path, undefined, headers);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("etag")).toBe(read.body.meta.version);
      expect(answer.body).toEqual(status === 200 && method === "GET" ? read.body : undefined);
    }
  });

  it("If-None-Match that was right is wrong after a change", async () => {
    const { tenant, path, read } = await makeResource(typeName);
    await tenant.patch(path, [{ op: "replace", path: "externalId", value: "after" }]);
    const answer = await tenant.get(path, { "If-None-Match": read.body.meta.version });
    expect([answer.status, answer.body.externalId]).toEqual([200, "after"]);
  });

  it("20 parallel PATCHes with one If-Match: one is carried out, 19 times 412", async () => {
    const { tenant, path, read } = await makeResource(typeName);
    const headers = { "If-Match": read.body.meta.version };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        tenant.request("PATCH", path, operations(`writer ${index}`), headers),
      ),
    );
    const winners = answers.flatMap(({ status }, index) => (status < 300 ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
    const { body } = await tenant.get(path);
    expect(body.externalId).toBe(`writer ${winners[0]}`);
    expect(body.meta.version).toBe(answers[winners[0] ?? 0]?.headers.get("etag"));
  });
});

describe("versions", () => {
  const metaOf = async (tenant: Tenant, path: string): Promise<unknown> =>
    (await tenant.get(path)).body.meta;

  it("every change makes another one, and none comes back", async () => {
    const { tenant, path, read } = await makeResource("User");
    const seen = [read.body.meta.version];
    for (const externalId of ["a", "b", "a", "b"]) {
      const { headers } = await tenant.request("PATCH", path, operations(externalId));
      seen.push(headers.get("etag"));
    }
    expect(new Set(seen).size).toBe(5);
  });

  it("a user keeps its own while its groups change; the groups get new ones", async () => {
    const tenant = await makeTenant();
    const { body: member } = await tenant.post("/Users", user("member"));
    const path = `/Users/${member.id}`;
    const before = await metaOf(tenant, path);
    const { body: holder } = await tenant.post("/Groups", group("holder", [member.id]));
    const { body: above } = await tenant.post("/Groups", group("above", [holder.id]));
    expect((await tenant.get(path)).body.groups).toHaveLength(2);
    const changes = [
      { op: "replace", path: "displayName", value: "renamed" },
      { op: "remove", path: `members[value eq "${member.id}"]` },
      { op: "add", path: "members", value: [{ value: member.id }] },
    ];
    const versions = new Set([holder.meta.version]);
    for (const change of changes) {
      await tenant.patch(`/Groups/${holder.id}`, [change]);
      versions.add((await tenant.get(`/Groups/${holder.id}`)).body.meta.version);
    }
    expect(versions.size).toBe(changes.length + 1);
    await tenant.delete(`/Groups/${holder.id}`);
    expect(await metaOf(tenant, path)).toEqual(before);
    expect((await tenant.get(path)).body).not.toHaveProperty("groups");
    expect((await tenant.get(`/Groups/${above.id}`)).body.meta.version).not.toBe(
      above.meta.version,
    );
  });

  it("the deletion of a member makes one for each group that held it, and for no other", async () => {
    const tenant = await makeTenant();
    const { body: member } = await tenant.post("/Users", user("member"));
    const { body: other } = await tenant.post("/Users", user("other"));
    const holders = [
      await tenant.post("/Groups", group("one", [member.id])),
      await tenant.post("/Groups", group("two", [member.id, other.id])),
    ];
    const [first] = holders;
    const others = [
      await tenant.post("/Groups", group("three", [other.id])),
      await tenant.post("/Groups", group("above", [first?.body.id])),
    ];
    const read = ({ body }: Answer): Promise<Answer> => tenant.get(`/Groups/${body.id}`);
    const before = await Promise.all(others.map(read));
    await tenant.delete(`/Users/${member.id}`);
    for (const holder of holders) {
      const after = await read(holder);
      expect(after.body.meta.version).not.toBe(holder.body.meta.version);
      expect(after.body.meta.created).toBe(holder.body.meta.created);
      expect(JSON.stringify(after.body.members ?? [])).not.toContain(member.id);
    }
    expect((await Promise.all(others.map(read))).map(({ body }) => body)).toEqual(
      before.map(({ body }) => body),
    );
  });
});
