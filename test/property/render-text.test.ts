/** The law of text: a resource that is spliced out of what is stored parses to what the general renderer makes of it. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { ResourceType } from "../../schema/attribute.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { parseProjection } from "../../worker/parse/projection.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { documentOf } from "../../worker/plan/rows.ts";
import { renderResource } from "../../worker/render/resource.ts";
import { textRenderer } from "../../worker/render/text.ts";
import { isObject, readJson } from "../../worker/scim/json.ts";
import type { JsonObject } from "../../worker/scim/json.ts";
import type { Projection } from "../../worker/scim/projection.ts";
import type { ResourceColumns } from "../../worker/scim/resource.ts";
import { LAWS, bodyFor, pathsOf, types } from "../support/arbitrary-resources.ts";
import { typeNamed } from "../support/patch-run.ts";

const BASE = "https://rollcall.test/t/api/scim/v2";
const names = fc.constantFrom("A", 'q"\\]', '"manager":{', "🙂");
const display = fc.option(names);
const id = fc.constantFrom("u1", "u2", "a", "A", 'q"\\]');

function projections(type: ResourceType): fc.Arbitrary<Projection> {
  const whole = ["meta", "groups", "members", "id", "schemas"];
  const some = fc.subarray([...whole, ...pathsOf(type).map(([path]) => path)], { maxLength: 3 });
  const outside = fc.subarray(["meta", "groups", "members"]);
  return fc.oneof(
    fc.constant(parseProjection(type, [], [])),
    outside.map((without) => parseProjection(type, [], without)),
    some.map((without) => parseProjection(type, [], without)),
    some.map((only) => parseProjection(type, only, [])),
  );
}

const derived = fc.record({
  version: fc.nat(),
  members: fc.array(fc.record({ id, type: fc.constantFrom("User", "Group"), display })),
  memberships: fc.array(fc.record({ id, display, direct: fc.boolean() })),
  names: fc.oneof(fc.constant({}), fc.dictionary(id, names, { maxKeys: 1 })),
});

const resources = types.chain((type) =>
  fc.tuple(fc.constant(type), bodyFor(type), derived, projections(type)),
);

function bothOf(
  type: ResourceType,
  document: JsonObject,
  more: Omit<ResourceColumns, "type" | "id" | "created" | "lastModified">,
  projection: Projection,
): { text: string; rendered: JsonObject } {
  const at = "2026-01-01T00:00:00.000Z";
  const context = { base: BASE, type, types: RESOURCE_TYPES, projection };
  const resource = { type: type.name, id: "u1", created: at, lastModified: at, ...more };
  const text = textRenderer(context)({ ...resource, text: JSON.stringify(document) });
  return { text, rendered: renderResource({ ...resource, document }, context) };
}

it("is the same resource, whatever is in it and whatever is shown", () => {
  fc.assert(
    fc.property(resources, ([type, body, more, projection]) => {
      const { document: attributes } = parseResource(type, body, new Leniency());
      const document = documentOf(type, "u1", attributes);
      // A name belongs to the target of the document's reference, where it has one.
      const manager = managerOf(document);
      const [name] = Object.values(more.names);
      const target = manager !== undefined && name !== undefined ? { [manager]: name } : {};
      const { text, rendered } = bothOf(type, document, { ...more, names: target }, projection);
      expect(readJson(text)).toEqual(rendered);
    }),
    LAWS,
  );
});

function managerOf(document: JsonObject): string | undefined {
  for (const value of Object.values(document)) {
    const manager = isObject(value) ? value["manager"] : undefined;
    if (isObject(manager) && typeof manager["value"] === "string") return manager["value"];
  }
  return undefined;
}

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

it("fills in the manager where the text around looks like one", () => {
  const type = typeNamed("User");
  const document = {
    schemas: [type.schema.id, ENTERPRISE],
    id: "u1",
    userName: '"manager":{"value":"x"',
    title: "Admin",
    [ENTERPRISE]: { department: '\\"manager":{', manager: { value: "u2" } },
  };
  const at = "2026-01-01T00:00:00.000Z";
  const projection = parseProjection(type, [], []);
  const context = { base: BASE, type, types: RESOURCE_TYPES, projection };
  const columns = { type: "User", id: "u1", version: 3, created: at, lastModified: at };
  const resource = { ...columns, names: { u2: "Boss" } };
  // An escape that JSON.stringify wouldn't write is still there: the text wasn't parsed.
  const stored = JSON.stringify(document).replace("Admin", String.raw`\u0041dmin`);
  const text = textRenderer(context)({ ...resource, text: stored });
  expect(text).toContain(String.raw`\u0041dmin`);
  const rendered = renderResource({ ...resource, document }, context);
  expect(readJson(text)).toEqual(rendered);
  expect(rendered[ENTERPRISE]).toMatchObject({ manager: { displayName: "Boss", value: "u2" } });
});
