import { expect, test } from "vitest";
import { ENTERPRISE_USER, writeAttributes } from "../../scripts/simulate/attributes.ts";
import { compare } from "../../scripts/simulate/compare.ts";
import { makeDirectory } from "../../scripts/simulate/directory.ts";
import { intendWhole } from "../../scripts/simulate/intended.ts";

type Resource = Record<string, unknown>;

const intended = intendWhole(makeDirectory({ idp: "entra", seed: "1", users: 40, groups: 8 }));
const user = first(intended.users.slice(20));
const group = first(intended.groups);
const noManager = first(intended.users.filter((one) => one.manager === undefined));
const noTitle = first(intended.users.filter((one) => one.attributes["title"] === undefined));
const gone = first(intended.deleted);

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new Error("the company is too small for these tests");
  return one;
}

/** A server that has exactly what was meant, and somebody else's resources. */
function makeFound(): { users: Resource[]; groups: Resource[] } {
  const users = intended.users.map((one): Resource => {
    const resource: Resource = writeAttributes(one.attributes);
    const manager = one.manager === undefined ? {} : { manager: { value: `id-${one.manager}` } };
    return {
      ...resource,
      id: `id-${one.externalId}`,
      active: one.active,
      [ENTERPRISE_USER]: { ...Object(resource[ENTERPRISE_USER]), ...manager },
    };
  });
  const groups = intended.groups.map((one): Resource => ({
    id: `id-${one.externalId}`,
    externalId: one.externalId,
    displayName: one.displayName,
    members: one.members.map((member) => ({ value: `id-${member}` })),
  }));
  const other = { id: "x", externalId: "other-1", userName: "x", displayName: "x" };
  return { users: [other, ...users], groups: [other, { id: "y", displayName: "y" }, ...groups] };
}

function userOf(found: { users: Resource[] }, externalId: string): Resource {
  return first(found.users.filter((one) => one["externalId"] === externalId));
}

function groupOf(found: { groups: Resource[] }): Resource {
  return first(found.groups.filter((one) => one["externalId"] === group.externalId));
}

function listOf(resource: Resource, name: string): unknown[] {
  const list = resource[name];
  if (!Array.isArray(list)) throw new Error(`no ${name}`);
  return list;
}

test("no difference", () => {
  expect(compare(intended, makeFound())).toEqual([]);
});

test.each<[string, (found: ReturnType<typeof makeFound>) => void, string, string]>([
  [
    "a missing user, whose memberships dangle",
    (found) => found.users.splice(found.users.indexOf(userOf(found, user.externalId)), 1),
    `user ${user.externalId}`,
    "resource",
  ],
  [
    "a user twice",
    (found) => found.users.push({ ...userOf(found, user.externalId), id: "second" }),
    `user ${user.externalId}`,
    "resource",
  ],
  [
    "a deleted user who is still there",
    (found) => found.users.push({ id: "z", externalId: gone }),
    `user ${gone}`,
    "resource",
  ],
  [
    "a user whom nobody meant",
    (found) => found.users.push({ id: "z", externalId: `${intended.prefix}u999` }),
    `user ${intended.prefix}u999`,
    "resource",
  ],
  [
    "another value",
    (found) => (userOf(found, user.externalId)["displayName"] = "x"),
    `user ${user.externalId}`,
    "displayName",
  ],
  [
    "active as a string",
    (found) => (userOf(found, user.externalId)["active"] = String(user.active)),
    `user ${user.externalId}`,
    "active",
  ],
  [
    "a value that was never sent",
    (found) => (userOf(found, noTitle.externalId)["title"] = "x"),
    `user ${noTitle.externalId}`,
    "title",
  ],
  [
    "a second address",
    (found) => listOf(userOf(found, user.externalId), "emails").push({ value: "x" }),
    `user ${user.externalId}`,
    "number of emails",
  ],
  [
    "a manager who was removed",
    (found) =>
      Object.assign(Object(userOf(found, noManager.externalId)[ENTERPRISE_USER]), {
        manager: { value: `id-${user.externalId}` },
      }),
    `user ${noManager.externalId}`,
    "manager",
  ],
  [
    "a missing member",
    (found) => listOf(groupOf(found), "members").splice(0, 1),
    `group ${group.externalId}`,
    `member ${group.members[0]}`,
  ],
  [
    "a member twice",
    (found) => listOf(groupOf(found), "members").push({ value: `id-${group.members[0]}` }),
    `group ${group.externalId}`,
    `member ${group.members[0]}`,
  ],
  [
    "a member who doesn't exist",
    (found) => listOf(groupOf(found), "members").push({ value: "id-nobody" }),
    `group ${group.externalId}`,
    "member id-nobody",
  ],
  [
    "a group with its old name",
    (found) => (groupOf(found)["displayName"] = "old"),
    `group ${group.externalId}`,
    "displayName",
  ],
])("finds %s", (_, plant, of, attribute) => {
  const found = makeFound();
  plant(found);
  expect(compare(intended, found)).toContainEqual(expect.objectContaining({ of, attribute }));
});
