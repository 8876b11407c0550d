/** Some of the golden patches as requests to a tenant: what memory says, the Worker, its writer and D1 do. */
import { expect, it } from "vitest";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { isList, isObject } from "../../worker/scim/json.ts";
import { readPatches } from "../support/golden-patches.ts";
import type { PatchCase } from "../support/golden-patches.ts";
import { ID } from "../support/patch-run.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

const REQUESTS: Readonly<Record<string, readonly string[]>> = {
  "add.json": [
    "a complex attribute: sub-attributes that aren't named stay",
    "a value of a multi-valued attribute comes after those that are there",
    "a password is taken and not kept",
  ],
  "replace.json": ["a complex attribute: null clears the sub-attribute that it is for, no other"],
  "remove.json": ["by a filter: no value left, the attribute is unassigned", "without a path"],
  "value-paths.json": [
    "replace what matches: the whole value, not parts of it",
    "replace where nothing matches",
  ],
  "primary.json": ["a value path sets primary"],
  "extension.json": ["remove the last attribute: the extension is gone"],
  "members.json": [
    "add two in one operation",
    "remove by a filter with or",
    "remove the values of a list only",
    "replace all",
    "replace one by another at a value path",
    "remove by $ref can't be answered, and must not be answered by all",
    "add who is there",
  ],
  "entra-default.json": ["Replace at a value path that isn't there yet creates"],
  "okta.json": ["rename a group with its id in the value"],
  "no-change.json": [
    "add a value of a multi-valued attribute that is there",
    "there and back",
    "remove what isn't there",
  ],
  "faults.json": [
    "atomic: an unknown path in the last operation",
    "atomic: no target in the last operation",
    "atomic: a required attribute removed in the last operation",
  ],
};

const CHOSEN = readPatches().flatMap(({ file, cases }) =>
  cases.filter(({ name }) => REQUESTS[file]?.includes(name)),
);

it("found every golden that it asks for", () => {
  expect(CHOSEN).toHaveLength(Object.values(REQUESTS).flat().length);
});

it.each(CHOSEN)("$name", async (one) => {
  const tenant = await makeTenant(one.profile);
  const ids = await createMembers(tenant, one);
  const path = await createResource(tenant, one, ids);
  const before = await tenant.get(path);
  const answer = await tenant.patch(path, withIds(one.operations ?? null, ids, path));
  const after = await tenant.get(path);
  if (one.fault !== undefined) {
    expect(answer.status).toBe(400);
    expect(answer.body.scimType).toBe(one.fault.kind);
    expect(answer.body.detail).toContain(one.fault.detail ?? "");
    expect(after.body).toStrictEqual(before.body);
    return;
  }
  expect(answer.status).toBe(one.resourceType === "Group" ? 204 : 200);
  if (answer.body !== undefined) expect(answer.body).toStrictEqual(after.body);
  const expected = one.after === "unchanged" ? one.before : one.after;
  expect(attributesOf(after)).toStrictEqual(expected);
  expect(membersOf(after)).toStrictEqual(memberIds(one.membersAfter ?? namesOf(one), ids));
  expectVersion(one, before, after);
});

/** A change makes a version; none makes none, nor does it touch lastModified (RFC 7644 section 3.5.2.1). */
function expectVersion(one: PatchCase, before: Answer, after: Answer): void {
  const members = (one.membersAfter ?? namesOf(one)).toSorted();
  const isSame = one.after === "unchanged" && members.join() === namesOf(one).toSorted().join();
  if (isSame) expect(after.body).toStrictEqual(before.body);
  else expect(after.body.meta.version).not.toBe(before.body.meta.version);
  expect(after.headers.get("ETag")).toBe(after.body.meta.version);
}

function namesOf({ members }: PatchCase): string[] {
  return (members ?? []).map((member) => (typeof member === "string" ? member : member.id));
}

/** Users for the members that the golden names, by their names in it. */
async function createMembers(tenant: Tenant, one: PatchCase): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const name of one.resourceType === "Group" ? ["a", "b", "c"] : []) {
    const { body } = await tenant.post("/Users", user(`user ${name}`));
    ids.set(name, body.id);
  }
  return ids;
}

async function createResource(
  tenant: Tenant,
  one: PatchCase,
  ids: ReadonlyMap<string, string>,
): Promise<string> {
  const endpoint = one.resourceType === "Group" ? "/Groups" : "/Users";
  const base = one.resourceType === "Group" ? group("", memberIds(namesOf(one), ids)) : user("");
  const { status, body } = await tenant.post(endpoint, { ...base, ...one.before });
  expect(status).toBe(201);
  return `${endpoint}/${body.id}`;
}

function memberIds(names: readonly string[], ids: ReadonlyMap<string, string>): string[] {
  return names.map((name) => ids.get(name) ?? `no ${name}`).toSorted();
}

/** The operations with the names of members, and the id of the resource, as they are in this tenant. */
function withIds(value: Json, ids: ReadonlyMap<string, string>, path: string): Json {
  if (typeof value === "string") {
    if (value === ID) return path.slice(path.lastIndexOf("/") + 1);
    const quoted = [...ids].reduce(
      (text, [name, id]) => text.replaceAll(`"${name}"`, `"${id}"`),
      value,
    );
    return ids.get(value) ?? quoted;
  }
  if (isList(value)) return value.map((part) => withIds(part, ids, path));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withIds(part, ids, path)]),
  );
}

function attributesOf({ body }: Answer): JsonObject {
  const { schemas: _schemas, id: _id, meta: _meta, members: _members, ...attributes } = body;
  return attributes;
}

function membersOf({ body }: Answer): string[] {
  return (body.members ?? []).map(({ value }: { value: string }) => value).toSorted();
}
