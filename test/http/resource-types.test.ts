/** What every resource type does, by one table: a new type is tried as soon as it is in the registry (RFC 7644 section 3). */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { makeTenant } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

interface Fixture {
  readonly tenant: Tenant;
  readonly type: ResourceType;
  /** The attribute that every resource of the type must have. */
  readonly required: Attribute;
  /** Its PATCH answers 204, since its answer may be long. */
  readonly isSilent: boolean;
  readonly body: (name: string, more?: JsonObject) => JsonObject;
  readonly create: (name: string, more?: JsonObject) => Promise<Answer>;
  readonly pathOf: (answer: Answer) => string;
  readonly listed: (query?: string) => Promise<string[]>;
}

async function makeFixture(type: ResourceType): Promise<Fixture> {
  const tenant = await makeTenant();
  const required = type.schema.attributes.find((attribute) => attribute.required);
  if (required === undefined) throw new Error(`${type.name} requires nothing`);
  const body: Fixture["body"] = (name, more = {}) => ({
    schemas: [type.schema.id],
    [required.name]: name,
    ...more,
  });
  return {
    tenant,
    type,
    required,
    isSilent: type.schema.attributes.some(({ stored }) => stored === "rows"),
    body,
    create: (name, more) => tenant.post(type.endpoint, body(name, more)),
    pathOf: (answer) => `${type.endpoint}/${answer.body.id}`,
    listed: async (query = "") => {
      const { status, body: list } = await tenant.get(`${type.endpoint}${query}`);
      expect([status, list.totalResults]).toEqual([200, list.Resources.length]);
      return list.Resources.map(({ id }: { id: string }) => id);
    },
  };
}

/** What the writing of nothing means: null, or [] where the attribute takes several values. */
function unassigned({ type, required }: Fixture): JsonObject {
  const optional = type.schema.attributes.filter((attribute) => attribute !== required);
  const nothing = optional.map(({ name, multiValued }): [string, Json] => [
    name,
    multiValued ? [] : null,
  ]);
  return Object.fromEntries([...nothing, ["externalId", null]]);
}

const notFound = { status: "404", schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"] };

const BEHAVIOURS: readonly [string, (fixture: Fixture) => Promise<void>][] = [
  [
    "POST: 201 with Location and ETag of meta",
    async ({ tenant, type, create, required }) => {
      const { status, headers, body } = await create("one", { externalId: "e1" });
      expect(status).toBe(201);
      expect(body).toEqual({
        schemas: [type.schema.id],
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        externalId: "e1",
        [required.name]: "one",
        meta: {
          resourceType: type.name,
          created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
          lastModified: body.meta.created,
          location: `${tenant.base}${type.endpoint}/${body.id}`,
          version: expect.stringMatching(/^W\/".+"$/),
        },
      });
      expect(headers.get("location")).toBe(body.meta.location);
      expect(headers.get("etag")).toBe(body.meta.version);
      expect(headers.get("content-type")).toBe("application/scim+json");
    },
  ],
  [
    "GET: what POST answered, and the list holds the same",
    async ({ tenant, type, create, pathOf }) => {
      const created = await create("one", { externalId: "e1" });
      const read = await tenant.get(pathOf(created));
      expect([read.status, read.body]).toEqual([200, created.body]);
      for (const name of ["etag", "location", "content-type"])
        expect(read.headers.get(name), name).toBe(created.headers.get(name));
      const list = await tenant.get(type.endpoint);
      expect(list.body).toMatchObject({ totalResults: 1, Resources: [created.body] });
    },
  ],
  [
    "PUT replaces all that the client may write, and keeps the rest",
    async ({ tenant, create, pathOf, body, required }) => {
      const created = await create("one", { externalId: "e1" });
      const replaced = await tenant.put(pathOf(created), body("two"));
      expect(replaced.status).toBe(200);
      expect(replaced.body).not.toHaveProperty("externalId");
      expect(replaced.body).toMatchObject({ id: created.body.id, [required.name]: "two" });
      expect(replaced.body.meta.created).toBe(created.body.meta.created);
      expect(replaced.body.meta.version).not.toBe(created.body.meta.version);
      expect(replaced.headers.get("etag")).toBe(replaced.body.meta.version);
      expect(replaced.headers.get("location")).toBe(created.body.meta.location);
      expect((await tenant.get(pathOf(created))).body).toEqual(replaced.body);
    },
  ],
  [
    "PATCH answers 200 with the resource, or 204 where that may be long; with ETag in either case",
    async ({ tenant, create, pathOf, isSilent, required }) => {
      const created = await create("one");
      const patched = await tenant.patch(pathOf(created), [
        { op: "replace", path: required.name, value: "two" },
      ]);
      const read = await tenant.get(pathOf(created));
      expect(read.body[required.name]).toBe("two");
      expect(patched.status).toBe(isSilent ? 204 : 200);
      expect(patched.body).toEqual(isSilent ? undefined : read.body);
      expect(patched.headers.get("etag")).toBe(read.body.meta.version);
      expect(read.body.meta.version).not.toBe(created.body.meta.version);
    },
  ],
  [
    "PATCH answers 200 where a projection is asked for",
    async ({ tenant, create, pathOf, required }) => {
      const created = await create("one", { externalId: "e0" });
      const id: string = created.body.id;
      for (const [query, shown] of [
        ["attributes=externalId", ["externalId", "id", "schemas"]],
        [`excludedAttributes=${required.name}`, ["externalId", "id", "meta", "schemas"]],
      ] as const) {
        const operation = { op: "replace", path: "externalId", value: query };
        const answer = await tenant.patch(`${pathOf(created)}?${query}`, [operation]);
        expect(answer.status).toBe(200);
        expect(Object.keys(answer.body).toSorted()).toEqual(shown);
        expect(answer.body).toMatchObject({ id, externalId: query });
      }
    },
  ],
  [
    "a PATCH or PUT that changes nothing keeps version and lastModified",
    async ({ tenant, create, pathOf, body, required, isSilent }) => {
      const created = await create("one", { externalId: "e1" });
      const patched = await tenant.patch(pathOf(created), [
        { op: "replace", path: required.name, value: "one" },
        { op: "add", value: { externalId: "e1" } },
        { op: "replace", path: "externalId", value: "e2" },
        { op: "replace", path: "externalId", value: "e1" },
      ]);
      expect(patched.status).toBe(isSilent ? 204 : 200);
      expect(patched.headers.get("etag")).toBe(created.body.meta.version);
      const replaced = await tenant.put(pathOf(created), body("one", { externalId: "e1" }));
      expect([replaced.status, replaced.body]).toEqual([200, created.body]);
      expect((await tenant.get(pathOf(created))).body).toEqual(created.body);
    },
  ],
  [
    "DELETE: 204 without a body, then 404 for GET, PUT, PATCH and DELETE, and no place in the list",
    async ({ tenant, create, pathOf, body, listed, required }) => {
      const [gone, kept] = [await create("gone", { externalId: "e1" }), await create("kept")];
      const deleted = await tenant.delete(pathOf(gone));
      expect([deleted.status, deleted.body]).toEqual([204, undefined]);
      const operation = { op: "replace", path: required.name, value: "two" };
      for (const answer of [
        await tenant.get(pathOf(gone)),
        await tenant.put(pathOf(gone), body("two")),
        await tenant.patch(pathOf(gone), [operation]),
        await tenant.delete(pathOf(gone)),
      ]) {
        expect(answer.status).toBe(404);
        expect(answer.body).toMatchObject(notFound);
      }
      expect(await listed()).toEqual([kept.body.id]);
      expect(await listed('?filter=externalId eq "e1"')).toEqual([]);
    },
  ],
  [
    "ids are never used again, names are",
    async ({ tenant, create, pathOf }) => {
      const ids: string[] = [];
      for (let turn = 0; turn < 4; turn += 1) {
        const created = await create("same");
        expect(created.status).toBe(201);
        ids.push(created.body.id);
        await tenant.delete(pathOf(created));
      }
      expect(new Set(ids).size).toBe(4);
      expect(ids.toSorted()).toEqual(ids);
    },
  ],
  [
    "externalId is found by its exact case, as it is now",
    async ({ tenant, create, pathOf, listed }) => {
      const [one] = [await create("one", { externalId: "Ext-1" }), await create("two")];
      expect(await listed('?filter=externalId eq "Ext-1"')).toEqual([one.body.id]);
      expect(await listed('?filter=externalId eq "ext-1"')).toEqual([]);
      await tenant.patch(pathOf(one), [{ op: "replace", path: "externalId", value: "Ext-2" }]);
      expect(await listed('?filter=externalId eq "Ext-1"')).toEqual([]);
      expect(await listed('?filter=externalId sw "Ext-"')).toEqual([one.body.id]);
      await tenant.patch(pathOf(one), [{ op: "remove", path: "externalId" }]);
      expect(await listed("?filter=externalId pr")).toEqual([]);
    },
  ],
  [
    "read-only attributes are ignored in POST and PUT",
    async ({ tenant, type, create, pathOf, body }) => {
      const readOnly = type.schema.attributes.filter(({ mutability }) => mutability === "readOnly");
      const mine = {
        id: "mine",
        meta: { version: 'W/"99"', created: "2001-01-01T00:00:00Z", resourceType: "Other" },
        ...Object.fromEntries(readOnly.map(({ name }) => [name, [{ value: "mine" }]])),
      };
      const created = await create("one", mine);
      expect(created.status).toBe(201);
      expect(JSON.stringify(created.body)).not.toMatch(/mine|"99|2001-01-01|Other/);
      const replaced = await tenant.put(pathOf(created), body("one", mine));
      expect([replaced.status, replaced.body]).toEqual([200, created.body]);
    },
  ],
  [
    "attributes that nobody knows are ignored in POST and PUT",
    async ({ tenant, create, pathOf, body }) => {
      const unknown = { nothing: 5, "urn:example:unknown": { a: 1 }, $weird: [{}] };
      const created = await create("one", unknown);
      expect(created.status).toBe(201);
      const plain = await create("two");
      expect(Object.keys(created.body)).toEqual(Object.keys(plain.body));
      const replaced = await tenant.put(pathOf(created), body("one", unknown));
      expect([replaced.status, replaced.body]).toEqual([200, created.body]);
    },
  ],
  [
    "null and [] mean unassigned in POST and PUT",
    async (fixture) => {
      const { tenant, create, pathOf, body, required } = fixture;
      const created = await create("one", unassigned(fixture));
      expect(created.status).toBe(201);
      const shown = ["id", "meta", "schemas", required.name].toSorted();
      expect(Object.keys(created.body).toSorted()).toEqual(shown);
      const full = await tenant.put(pathOf(created), body("one", { externalId: "e1" }));
      expect(full.body.externalId).toBe("e1");
      const emptied = await tenant.put(pathOf(created), body("one", unassigned(fixture)));
      expect(Object.keys(emptied.body).toSorted()).toEqual(shown);
    },
  ],
  [
    "what is required must be there, and may not be null",
    async ({ tenant, type, create, pathOf, required, listed }) => {
      const created = await create("one");
      for (const body of [{}, { [required.name]: null }, { [required.name]: [] }])
        for (const answer of [
          await tenant.post(type.endpoint, { schemas: [type.schema.id], ...body }),
          await tenant.put(pathOf(created), { schemas: [type.schema.id], ...body }),
        ]) {
          expect([answer.status, answer.body.scimType]).toEqual([400, "invalidValue"]);
          expect(answer.body.detail).toContain(required.name);
        }
      expect(await listed()).toEqual([created.body.id]);
      expect((await tenant.get(pathOf(created))).body).toEqual(created.body);
    },
  ],
  [
    "names come out as the schemas write them, whatever case came in",
    async ({ tenant, type, required, pathOf }) => {
      const loud = (name: string, value: string): JsonObject => ({
        SCHEMAS: [type.schema.id.toUpperCase()],
        [required.name.toUpperCase()]: value,
        [name]: "E1",
      });
      const created = await tenant.post(type.endpoint, loud("EXTERNALID", "One"));
      const expected = { schemas: [type.schema.id], externalId: "E1", [required.name]: "One" };
      expect(created.status).toBe(201);
      expect(created.body).toEqual({ ...expected, id: created.body.id, meta: created.body.meta });
      const replaced = await tenant.put(pathOf(created), loud("externalid", "Two"));
      expect(replaced.body).toMatchObject({ ...expected, [required.name]: "Two" });
      await tenant.patch(pathOf(created), [
        { OP: "Replace", Path: required.name.toUpperCase(), VALUE: "Three" },
      ]);
      const read = await tenant.get(pathOf(created));
      expect(read.body).toMatchObject({ ...expected, [required.name]: "Three" });
      expect(Object.keys(read.body).toSorted()).toEqual(Object.keys(created.body).toSorted());
    },
  ],
  [
    "schemas says which extensions are in use",
    async ({ tenant, type, create, pathOf, body }) => {
      const created = await create("one");
      expect(created.body.schemas).toEqual([type.schema.id]);
      for (const { schema } of type.extensions) {
        const [first] = schema.attributes;
        const extended = body("one", { [schema.id.toLowerCase()]: { [first?.name ?? ""]: "x" } });
        const replaced = await tenant.put(pathOf(created), extended);
        expect(replaced.body.schemas).toEqual([type.schema.id, schema.id]);
        expect(replaced.body[schema.id]).toEqual({ [first?.name ?? ""]: "x" });
        await tenant.patch(pathOf(created), [
          { op: "remove", path: `${schema.id}:${first?.name}` },
        ]);
        const { body: read } = await tenant.get(pathOf(created));
        expect(read.schemas).toEqual([type.schema.id]);
        expect(read).not.toHaveProperty([schema.id]);
      }
    },
  ],
  [
    "is no resource of another type",
    async ({ tenant, type, create }) => {
      const { body } = await create("one");
      const others = RESOURCE_TYPES.filter((other) => other !== type);
      for (const { endpoint } of others) {
        expect((await tenant.get(`${endpoint}/${body.id}`)).status).toBe(404);
        expect((await tenant.delete(`${endpoint}/${body.id}`)).status).toBe(404);
        expect((await tenant.get(endpoint)).body.totalResults).toBe(0);
      }
      expect((await tenant.get(`${type.endpoint}/${body.id}`)).body).toEqual(body);
    },
  ],
  [
    "HEAD answers what GET does, without the body",
    async ({ tenant, type, create, pathOf }) => {
      const created = await create("one");
      const { endpoint } = type;
      const version: string = created.body.meta.version;
      const requests: readonly [string, Record<string, string>, number][] = [
        [pathOf(created), {}, 200],
        [pathOf(created), { "If-None-Match": version }, 304],
        [`${endpoint}?count=1`, {}, 200],
        [`${endpoint}/nobody`, {}, 404],
        [`${endpoint}?filter=nothing`, {}, 400],
      ];
      for (const [path, headers, status] of requests) {
        const [head, get] = [
          await tenant.request("HEAD", path, undefined, headers),
          await tenant.get(path, headers),
        ];
        expect([head.status, head.body], path).toEqual([status, undefined]);
        expect(get.status, path).toBe(status);
        expect(Object.fromEntries(head.headers), path).toEqual(Object.fromEntries(get.headers));
      }
    },
  ],
  [
    "405 says in Allow what the path knows, as OPTIONS does",
    async ({ tenant, type, create, pathOf, body }) => {
      const created = await create("one");
      const paths: readonly [string, string, readonly string[]][] = [
        [type.endpoint, "GET, HEAD, POST, OPTIONS", ["PUT", "PATCH", "DELETE", "QUERY"]],
        [pathOf(created), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS", ["POST"]],
        [`${type.endpoint}/.search`, "POST, OPTIONS", ["GET", "HEAD", "PUT", "PATCH", "DELETE"]],
      ];
      for (const [path, allow, methods] of paths)
        for (const method of methods) {
          const hasBody = method !== "GET" && method !== "HEAD";
          const answer = await tenant.request(method, path, hasBody ? body("two") : undefined);
          expect(answer.status, `${method} ${path}`).toBe(405);
          expect(answer.headers.get("allow"), `${method} ${path}`).toBe(allow);
          if (method !== "HEAD") expect(answer.body.status).toBe("405");
        }
      for (const [path, allow] of paths) {
        const answer = await tenant.request("OPTIONS", path);
        expect([answer.status, answer.headers.get("allow"), answer.body]).toEqual([
          204,
          allow,
          undefined,
        ]);
      }
      expect((await tenant.get(pathOf(created))).body).toEqual(created.body);
    },
  ],
  [
    "a slash at the end of a path changes nothing",
    async ({ tenant, type, body, pathOf, required, isSilent, listed }) => {
      const created = await tenant.post(`${type.endpoint}/`, body("one"));
      expect(created.status).toBe(201);
      expect(created.body.meta.location).toBe(`${tenant.base}${pathOf(created)}`);
      const path = `${pathOf(created)}/`;
      expect((await tenant.get(path)).body).toEqual(created.body);
      expect((await tenant.get(`${type.endpoint}/`)).body.Resources).toEqual([created.body]);
      expect((await tenant.put(path, body("two"))).status).toBe(200);
      const operation = { op: "replace", path: required.name, value: "three" };
      const search = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] };
      expect((await tenant.patch(path, [operation])).status).toBe(isSilent ? 204 : 200);
      const found = await tenant.post(`${type.endpoint}/.search/`, search);
      expect([found.status, found.body.totalResults]).toEqual([200, 1]);
      expect((await tenant.delete(path)).status).toBe(204);
      expect(await listed()).toEqual([]);
    },
  ],
  [
    "is taken as application/json, in any case and with any charset",
    async ({ tenant, type, body }) => {
      const media = [
        "application/json",
        'application/scim+json; charset="UTF-8"',
        "APPLICATION/JSON",
      ];
      for (const [index, contentType] of media.entries()) {
        const response = await exports.default.fetch(
          new Request(`${tenant.base}${type.endpoint}`, {
            method: "POST",
            headers: { Authorization: `Bearer ${tenant.token}`, "Content-Type": contentType },
            body: JSON.stringify(body(`n${index}`)),
          }),
        );
        expect(response.status, contentType).toBe(201);
        expect(response.headers.get("content-type")).toBe("application/scim+json");
      }
    },
  ],
  [
    "PATCH is all or nothing",
    async ({ tenant, create, pathOf, required }) => {
      const created = await create("one");
      const { status, body } = await tenant.request("PATCH", pathOf(created), {
        schemas: [PATCH],
        Operations: [
          { op: "replace", path: required.name, value: "two" },
          { op: "add", path: "externalId", value: "e1" },
          { op: "replace", path: "nothing", value: "x" },
        ],
      });
      expect([status, body.scimType]).toEqual([400, "invalidPath"]);
      expect((await tenant.get(pathOf(created))).body).toEqual(created.body);
    },
  ],
];

it("tries more than one type", () => {
  expect(RESOURCE_TYPES.length).toBeGreaterThan(1);
});

describe.each(RESOURCE_TYPES)("$name", (type) => {
  it.each(BEHAVIOURS)("%s", async (_name, behave) => {
    await behave(await makeFixture(type));
  });
});
