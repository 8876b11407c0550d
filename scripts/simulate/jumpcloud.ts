/**
 * JumpCloud: activation makes a user and a group and deletes both again; then users are matched or created, changed by PUT
 * or by PATCH, and set inactive by PATCH. How it looks for users and groups, and how it renames a group, isn't recorded.
 */
import { CORE_GROUP, ENTERPRISE_USER, type Attributes } from "./attributes.ts";
import type { Client } from "./client.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { intend, leavingMembers } from "./intended.ts";
import {
  activeBody,
  addMembersBody,
  createUserBody,
  patchUserBody,
  putUserBody,
  removeMembersBody,
} from "./jumpcloud-bodies.ts";
import { differs, mapAttributes, same, type Mapping } from "./mapping.ts";
import { findOrCreate, type KnownUser } from "./matching.ts";
import { patchBody, type PatchBody } from "./patch-op.ts";
import { makePhase, type Phase } from "./phases.ts";
import { groupLookups, provideGroup, provideUser, userLookups } from "./provide.ts";
import { idsOf, ofCourse, pathTo, startRun, type Run } from "./run.ts";
import {
  cutMembers,
  deleteGroups,
  deleteResource,
  deleteUsers,
  type MemberChunk,
} from "./steps.ts";

const PHONE = 'phoneNumbers[type eq "work"].value';
const PHOTO = "photos[not (type pr)].value";
const ADDRESS: Mapping = same(
  'addresses[type eq "work"].streetAddress',
  'addresses[type eq "work"].locality',
  'addresses[type eq "work"].region',
  'addresses[type eq "work"].postalCode',
  'addresses[type eq "work"].country',
);
/** What a user is created with. */
const FIRST: Mapping = {
  ...same("externalId", "userName", "displayName", "name.givenName", "name.familyName"),
  ...same("preferredLanguage", 'emails[type eq "work"].value', PHONE),
  ...ADDRESS,
  locale: "preferredLanguage",
};
/** What follows later. */
const WHOLE: Mapping = {
  ...FIRST,
  ...same("title", `${ENTERPRISE_USER}:department`),
  [PHOTO]: PHOTO,
};

export const jumpcloud: IdentityProvider = {
  name: "jumpcloud",
  headers: { Accept: "application/scim+json", "Content-Type": "application/scim+json" },
  dialects: ["both", "put", "patch"],
  plan: planJumpcloud,
  intend: (directory) =>
    intend(directory, {
      mapUser: mapAfter,
      managers: false,
      leavers: "deleted",
      groups: "followed",
    }),
};

interface JumpcloudRun extends Run {
  readonly dialect: string;
}

const ADDED_TOGETHER: readonly number[] = [1, 10, 3];
const REMOVED_TOGETHER: readonly number[] = [2, 1, 6];
/** Every third addition is sent twice. */
const REPEATED = 3;

function planJumpcloud(directory: Directory, client: Client, dialect: string): readonly Phase[] {
  const run: JumpcloudRun = { ...startRun(client, directory), dialect };
  const { users, groups } = directory;
  const leaving = (group: DirectoryGroup) => leavingMembers(directory, group);
  return [
    makePhase("activate", [directory.prefix], (prefix) => activate(run, prefix)),
    makePhase("match or create users", users, (user) => matchUser(run, user)),
    makePhase("match or create groups", groups, (group) => matchGroup(run, group)),
    makePhase(
      "add members",
      cutMembers(groups, (group) => group.joined, ADDED_TOGETHER),
      (chunk) => addMembers(run, chunk),
    ),
    makePhase("change users", users, (user) => changeUser(run, user)),
    makePhase("deactivate users", ofCourse(run, "disabled", "restored"), (user) =>
      setActive(run, user, false),
    ),
    makePhase("reactivate users", ofCourse(run, "steady", "restored"), (user) =>
      setActive(run, user, true),
    ),
    makePhase("rename groups", groups, (group) => renameGroup(run, group)),
    makePhase("remove members", cutMembers(groups, leaving, REMOVED_TOGETHER), (chunk) =>
      patchMembers(run, chunk, "remove members", removeMembersBody),
    ),
    deleteUsers(run),
    deleteGroups(run),
  ];
}

/** A user whose address the administrator gives, and a group; both gone again at the end. */
async function activate(run: JumpcloudRun, prefix: string): Promise<void> {
  const { client } = run;
  const userName = `test@${prefix}activation.example`;
  const attributes = { userName, 'emails[type eq "work"].value': userName };
  const user = await findOrCreate(
    client,
    userLookups({ before: attributes, after: attributes }, filterAt("/Users")),
    { kind: "create test user", path: "/Users", body: createUserBody(attributes) },
  );
  const displayName = `${prefix}activation`;
  const group = await findOrCreate(
    client,
    groupLookups({ nameBefore: displayName, nameAfter: displayName }, filterAt("/Groups")),
    { kind: "create test group", path: "/Groups", body: createGroupBody(displayName) },
  );
  await deleteResource(client, "group", readId(group?.resource));
  await deleteResource(client, "user", readId(user?.resource));
}

function filterAt(endpoint: "/Users" | "/Groups"): (filter: string) => string {
  return (filter) => `${endpoint}?filter=${encodeURIComponent(filter)}`;
}

function matchUser(run: JumpcloudRun, user: DirectoryUser): Promise<void> {
  return provideUser(run, user, userLookups(user, filterAt("/Users")), {
    kind: "create user",
    path: "/Users",
    body: createUserBody(dialable(mapAttributes(user.before, FIRST))),
  });
}

function matchGroup(run: JumpcloudRun, group: DirectoryGroup): Promise<void> {
  return provideGroup(run, group, groupLookups(group, filterAt("/Groups")), {
    kind: "create group",
    path: "/Groups",
    body: createGroupBody(group.nameBefore),
  });
}

function createGroupBody(displayName: string): Readonly<Record<string, unknown>> {
  return { schemas: [CORE_GROUP], displayName };
}

async function changeUser(run: JumpcloudRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  const wanted = mapAfter(user);
  if (present === undefined || !differs(WHOLE, present.attributes, wanted)) return;
  const known = mapAttributes(present.attributes, same(...Object.keys(WHOLE)));
  const patch = usesPatch(run, user) ? patchUserBody(known, wanted) : undefined;
  const answer = await run.client.send({
    kind: patch === undefined ? "put user" : "patch user",
    method: patch === undefined ? "PUT" : "PATCH",
    path: pathTo("/Users", present.id),
    body: patch ?? putUserBody(present.id, wanted, present.active),
    expect: patch === undefined ? [200] : [200, 204],
  });
  if (answer !== undefined) present.attributes = wanted;
}

function usesPatch(run: JumpcloudRun, user: DirectoryUser): boolean {
  return run.dialect === "patch" || (run.dialect === "both" && user.index % 2 === 1);
}

async function setActive(run: JumpcloudRun, user: DirectoryUser, active: boolean): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined || present.active === active) return;
  if (await patchUser(run, present, active)) present.active = active;
}

async function patchUser(run: JumpcloudRun, present: KnownUser, active: boolean): Promise<boolean> {
  const answer = await run.client.send({
    kind: active ? "reactivate user" : "deactivate user",
    method: "PATCH",
    path: pathTo("/Users", present.id),
    body: activeBody(active),
    expect: [200, 204],
  });
  return answer !== undefined;
}

async function renameGroup(run: JumpcloudRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined || present.displayName === group.nameAfter) return;
  await run.client.send({
    kind: "rename group",
    method: "PATCH",
    path: pathTo("/Groups", present.id),
    body: patchBody([{ op: "replace", path: "displayName", value: group.nameAfter }]),
    expect: [200, 204],
  });
}

async function addMembers(run: JumpcloudRun, chunk: MemberChunk): Promise<void> {
  await patchMembers(run, chunk, "add members", addMembersBody);
  if (chunk.index % REPEATED === 0) {
    await patchMembers(run, chunk, "add members again", addMembersBody);
  }
}

async function patchMembers(
  run: JumpcloudRun,
  chunk: MemberChunk,
  kind: string,
  makeBody: (ids: readonly string[]) => PatchBody,
): Promise<void> {
  const present = run.known.groups.get(chunk.group.externalId);
  const ids = idsOf(run, chunk.users);
  if (present === undefined || ids.length === 0) return;
  await run.client.send({
    kind,
    method: "PATCH",
    path: pathTo("/Groups", present.id),
    body: makeBody(ids),
    expect: [200, 204],
  });
}

/** Everybody gets a picture, and every third address is given up. */
function mapAfter(user: DirectoryUser): Attributes {
  const pictured = { ...user.after, [PHOTO]: `https://img.example.com/${user.index}.png` };
  const mapped = Object.entries(dialable(mapAttributes(pictured, WHOLE)));
  return Object.fromEntries(
    mapped.filter(([path]) => user.index % 3 !== 1 || !Object.hasOwn(ADDRESS, path)),
  );
}

/** Numbers as URIs (RFC 3966). */
function dialable(attributes: Attributes): Attributes {
  const number = attributes[PHONE];
  if (number === undefined) return attributes;
  return { ...attributes, [PHONE]: `tel:${number.replaceAll(" ", "-")}` };
}

function readId(resource: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const id = resource?.["id"];
  return typeof id === "string" ? id : undefined;
}
