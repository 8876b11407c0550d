/**
 * Microsoft Entra ID: an initial cycle that matches or creates everybody, then the changes of the company in the order in
 * which Entra sends them. Requests as recorded in its documentation; see `entra-bodies`.
 */
import { randomUUID } from "node:crypto";
import { Stop, type Client } from "./client.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";
import {
  activeBody,
  addMembersBody,
  createGroupBody,
  createUserBody,
  managerBody,
  patchUserBody,
  removeMembersBody,
  renameBody,
  type Dialect,
} from "./entra-bodies.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { intendWhole } from "./intended.ts";
import { checkList, type KnownUser } from "./matching.ts";
import type { PatchBody } from "./patch-op.ts";
import { makePhase, type Phase } from "./phases.ts";
import { provideGroup, provideUser } from "./provide.ts";
import { idOf, ofCourse, startRun, type Run } from "./run.ts";
import { cutMembers, deleteGroups, deleteUsers, type MemberChunk } from "./steps.ts";

/** No User-Agent: Entra sends none. */
export const entra: IdentityProvider = {
  name: "entra",
  headers: {
    Accept: "application/scim+json",
    "Content-Type": "application/scim+json; charset=utf-8",
  },
  dialects: ["both", "default", "flag"],
  plan: planEntra,
  intend: intendWhole,
};

interface EntraRun extends Run {
  /** "both" alternates, as one tenant sends both: the flag doesn't reach provisioning on demand. */
  readonly dialectOf: (index: number) => Dialect;
}

const USERS = "/Users?";
const GROUPS = "/Groups?excludedAttributes=members&";
const filterAt = (query: string) => (filter: string) =>
  `${query}filter=${encodeURIComponent(filter)}`;
/** Sizes of the membership changes, in turn: single ones race each other, large ones fill a request. */
const ADDED_TOGETHER: readonly number[] = [1, 5, 20, 1, 12];
const REMOVED_TOGETHER: readonly number[] = [3, 1, 8];

function planEntra(directory: Directory, client: Client, dialect: string): readonly Phase[] {
  const { users, groups } = directory;
  const run: EntraRun = {
    ...startRun(client, directory),
    dialectOf: (index) => chooseDialect(dialect, index),
  };
  return [
    makePhase("test the connection", [USERS, GROUPS], (query) => testConnection(client, query)),
    makePhase("match or create users", users, (user) => matchUser(run, user)),
    makePhase("set managers", users, (user) => setFirstManager(run, user)),
    makePhase("match or create groups", groups, (group) => matchGroup(run, group)),
    makePhase(
      "add members",
      cutMembers(groups, (group) => group.joined, ADDED_TOGETHER),
      (chunk) => changeMembers(run, chunk, "add members", addMembersBody),
    ),
    makePhase("change users", users, (user) => changeUser(run, user)),
    makePhase("change managers", users, (user) => changeManager(run, user)),
    makePhase("disable users", ofCourse(run, "disabled", "restored"), (user) => disable(run, user)),
    makePhase("restore users", ofCourse(run, "steady", "restored"), (user) => restore(run, user)),
    makePhase("rename groups", groups, (group) => renameGroup(run, group)),
    makePhase(
      "remove members",
      cutMembers(groups, (group) => group.left, REMOVED_TOGETHER),
      (chunk) => changeMembers(run, chunk, "remove members", removeMembersBody),
    ),
    deleteUsers(run),
    deleteGroups(run),
  ];
}

/** Looks for a random GUID, as "Test Connection" does; the right answer is an empty list. */
async function testConnection(client: Client, query: string): Promise<void> {
  const attribute = query === USERS ? "userName" : "displayName";
  const answer = await client.send({
    kind: "test connection",
    method: "GET",
    path: `${query}filter=${encodeURIComponent(`${attribute} eq "${randomUUID()}"`)}`,
    expect: [200],
    check: (body) =>
      body["totalResults"] === 0 ? checkList(body) : "a random GUID must be found 0 times",
  });
  if (answer === undefined) throw new Stop("The connection test failed.");
}

function matchUser(run: EntraRun, user: DirectoryUser): Promise<void> {
  const lookups = (["externalId", "userName"] as const).map((attribute) => ({
    kind: "lookup user",
    attribute,
    value: user.before[attribute] ?? "",
    pathOf: filterAt(USERS),
  }));
  const body = createUserBody(user.before);
  return provideUser(run, user, lookups, { kind: "create user", path: "/Users", body });
}

function matchGroup(run: EntraRun, group: DirectoryGroup): Promise<void> {
  const lookups = [
    { attribute: "externalId", value: group.externalId },
    { attribute: "displayName", value: group.nameBefore },
  ].map((lookup) => ({ kind: "lookup group", pathOf: filterAt(GROUPS), ...lookup }));
  const body = createGroupBody(group.externalId, group.nameBefore);
  return provideGroup(run, group, lookups, { kind: "create group", path: "/Groups", body });
}

/** Only for who is new; who was found has the manager of an earlier run, which `changeManager` compares. */
async function setFirstManager(run: EntraRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present?.created === true) await sendManager(run, user, present, user.managerBefore);
}

async function changeManager(run: EntraRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present !== undefined) await sendManager(run, user, present, user.managerAfter);
}

async function sendManager(
  run: EntraRun,
  user: DirectoryUser,
  present: KnownUser,
  manager: number | undefined,
): Promise<void> {
  const id = manager === undefined ? undefined : idOf(run, manager);
  const unknown = manager !== undefined && id === undefined;
  if (unknown || id === present.manager) return;
  const body = managerBody(present.manager, id, run.dialectOf(user.index));
  if (await patchUser(run, "set manager", present, body)) present.manager = id;
}

async function changeUser(run: EntraRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined) return;
  const body = patchUserBody(present.attributes, user.after, run.dialectOf(user.index));
  if (body !== undefined && (await patchUser(run, "patch user", present, body))) {
    present.attributes = user.after;
  }
}

async function disable(run: EntraRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined || !present.active) return;
  const body = activeBody(false, run.dialectOf(user.index));
  if (await patchUser(run, "disable user", present, body)) present.active = false;
}

/** Also whom an interrupted run left disabled. */
async function restore(run: EntraRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined || present.active) return;
  const body = activeBody(true, run.dialectOf(user.index));
  if (await patchUser(run, "restore user", present, body)) present.active = true;
}

async function patchUser(
  run: EntraRun,
  kind: string,
  present: KnownUser,
  body: PatchBody,
): Promise<boolean> {
  const path = `/Users/${encodeURIComponent(present.id)}`;
  const answer = await run.client.send({ kind, method: "PATCH", path, body, expect: [200, 204] });
  return answer !== undefined;
}

async function renameGroup(run: EntraRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined) return;
  const path = `/Groups/${encodeURIComponent(present.id)}`;
  const read = await run.client.send({
    kind: "read group",
    method: "GET",
    path: `${path}?excludedAttributes=members`,
    expect: [200],
  });
  if (read === undefined || read.body["displayName"] === group.nameAfter) return;
  await run.client.send({
    kind: "rename group",
    method: "PATCH",
    path,
    body: renameBody(group.nameAfter, run.dialectOf(group.index)),
    expect: [200, 204],
  });
}

async function changeMembers(
  run: EntraRun,
  chunk: MemberChunk,
  kind: string,
  makeBody: (ids: readonly string[], dialect: Dialect) => PatchBody,
): Promise<void> {
  const present = run.known.groups.get(chunk.group.externalId);
  const ids = chunk.users.flatMap((user) => idOf(run, user) ?? []);
  if (present === undefined || ids.length === 0) return;
  await run.client.send({
    kind,
    method: "PATCH",
    path: `/Groups/${encodeURIComponent(present.id)}`,
    body: makeBody(ids, run.dialectOf(chunk.index)),
    expect: [200, 204],
  });
}

function chooseDialect(dialect: string, index: number): Dialect {
  if (dialect === "both") return index % 2 === 0 ? "default" : "flag";
  return dialect === "flag" ? "flag" : "default";
}
