/** Discovery describes everything that is served, itself included (RFC 7643 sections 5 to 7, RFC 7644 section 4). */
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { group, makeTenant } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { EXAMPLES } from "../rfc/example.ts";
import { undescribed } from "./described.ts";
import { textOf } from "./flatten.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENDPOINTS = ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] as const;

describe("every served document is described by the served schemas", () => {
  it.each(ENDPOINTS)("%s", async (path) => {
    const tenant = await makeTenant();
    const schemas = await schemasOf(tenant);
    const { body } = await tenant.get(path);
    const documents: JsonObject[] = body.Resources ?? [body];
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      expect(undescribed(document, schemas), textOf(document, "id")).toEqual([]);
      expect(document["meta"]).toMatchObject({
        resourceType: expect.any(String),
        location: expect.any(String),
      });
    }
  });

  it("the fullest users of RFC 7643 section 8 and a group with members of both types", async () => {
    const tenant = await makeTenant();
    const schemas = await schemasOf(tenant);
    const boss = await tenant.post("/Users", {
      schemas: [USER],
      userName: "jsmith",
      displayName: "John Smith",
    });
    const users = [
      fullUser("7643-8.2-full-user.json", ""),
      fullUser("7643-8.3-enterprise-user.json", boss.body.id),
    ];
    const ids: string[] = [];
    for (const [index, one] of users.entries()) {
      const created = await tenant.post("/Users", { ...one, userName: `user${index}` });
      expect(created.status).toBe(201);
      ids.push(created.body.id);
    }
    const inner = await tenant.post("/Groups", group("inner", ids));
    await tenant.post("/Groups", group("outer", [...ids, inner.body.id]));
    const documents: JsonObject[] = [
      ...(await tenant.get("/Users")).body.Resources,
      ...(await tenant.get("/Groups")).body.Resources,
    ];
    expect(documents).toHaveLength(5);
    for (const document of documents) {
      expect(undescribed(document, schemas)).toEqual([]);
      expect(nullsIn(document, "")).toEqual([]);
    }
  });

  it("a document that isn't described is seen", async () => {
    const schemas = await schemasOf(await makeTenant());
    const wrong = {
      schemas: [USER],
      userName: 5,
      emails: [{ value: "a", verified: true }],
      extra: 1,
      name: "x",
    };
    expect(undescribed(wrong, schemas)).toHaveLength(4);
  });
});

describe("discovery", () => {
  it.each(ENDPOINTS)("%s holds no null and answers the same twice", async (path) => {
    const tenant = await makeTenant();
    const [first, second] = [await tenant.get(path), await tenant.get(path)];
    expect(first.status).toBe(200);
    expect(nullsIn(first.body, "")).toEqual([]);
    expect(JSON.stringify(second.body)).toBe(JSON.stringify(first.body));
  });

  it("lists base schemas, extensions, discovery schemas, in this order, each once", async () => {
    const schemas = await schemasOf(await makeTenant());
    expect(schemas.map(({ id }) => id)).toEqual([
      ...RESOURCE_TYPES.map(({ schema }) => schema.id),
      ...RESOURCE_TYPES.flatMap(({ extensions }) => extensions.map(({ schema }) => schema.id)),
      ...["ServiceProviderConfig", "ResourceType", "Schema"].map(
        (name) => `urn:ietf:params:scim:schemas:core:2.0:${name}`,
      ),
    ]);
  });

  it("each resource type's schema and extensions are served, each of its endpoints answers", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.get("/ResourceTypes");
    const known = (await schemasOf(tenant)).map(({ id }) => id);
    expect(body.Resources).toHaveLength(RESOURCE_TYPES.length);
    for (const type of body.Resources) {
      const extensions = (type.schemaExtensions ?? []).map(({ schema }: JsonObject) => schema);
      expect(known).toEqual(expect.arrayContaining([type.schema, ...extensions]));
      expect((await tenant.get(type.endpoint)).status).toBe(200);
      expect((await tenant.get(type.meta.location.slice(tenant.base.length))).body).toEqual(type);
    }
  });

  it("each schema is found at its location, in any case", async () => {
    const tenant = await makeTenant();
    const schemas = await schemasOf(tenant);
    expect(schemas).toHaveLength(6);
    for (const schema of schemas) {
      const path = `/Schemas/${textOf(schema, "id")}`;
      expect((await tenant.get(path)).body).toEqual(schema);
      expect((await tenant.get(`/Schemas/${textOf(schema, "id").toUpperCase()}`)).body).toEqual(
        schema,
      );
      expect(`${tenant.base}${path}`).toBe((schema["meta"] as JsonObject)["location"]);
    }
  });

  it.each([...ENDPOINTS, `/Schemas/${USER}`, "/ResourceTypes/User"])(
    "%s refuses a filter with 403",
    async (path) => {
      const tenant = await makeTenant();
      const { status, body } = await tenant.get(`${path}?filter=${encodeURIComponent("id pr")}`);
      expect(status).toBe(403);
      expect(body).toMatchObject({
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        status: "403",
      });
    },
  );

  it.each(["/Schemas/urn:example:nothing", "/Schemas/User", "/ResourceTypes/Nothing"])(
    "%s is a SCIM 404",
    async (path) => {
      const tenant = await makeTenant();
      const { status, body, headers } = await tenant.get(path);
      expect(status).toBe(404);
      expect(headers.get("content-type")).toBe("application/scim+json");
      expect(body).toMatchObject({
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        status: "404",
      });
    },
  );
});

async function schemasOf(tenant: Tenant): Promise<JsonObject[]> {
  const { status, body } = await tenant.get("/Schemas");
  expect(status).toBe(200);
  return body.Resources;
}

/** The body that an example of the RFC sends, with the manager's id in it. */
function fullUser(file: string, boss: string): JsonObject {
  const example = EXAMPLES.find(([name]) => name === file);
  const body = example?.[1].exchanges[0]?.request.body;
  if (!isObject(body)) throw new Error(`no body in ${file}`);
  return JSON.parse(JSON.stringify(body).replaceAll("{{boss}}", boss)) as JsonObject;
}

function nullsIn(value: Json, path: string): string[] {
  if (value === null) return [path];
  if (isList(value)) return value.flatMap((one, index) => nullsIn(one, `${path}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => nullsIn(one, `${path}.${name}`));
}
