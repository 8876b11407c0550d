/**
 * authentik: reads the service provider's configuration, discovers what is there, and synchronizes users by PUT and groups
 * by PATCH. In the end a whole synchronization reads each group and sets right what differs.
 */
import { isObject } from "../local/state.ts";
import { readElements, type Attributes } from "./attributes.ts";
import { groupBody, memberBodies, replaceGroupBody, userBody } from "./authentik-bodies.ts";
import { Stop, type Client } from "./client.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";
import { discover } from "./discover.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { finalMembers, findOwner, intend, leavingMembers, type Intended } from "./intended.ts";
import { mapAttributes, same } from "./mapping.ts";
import { checkId, findCreated, findOrCreate, knowGroup, knowUser } from "./matching.ts";
import { makePhase, type Phase } from "./phases.ts";
import { groupLookups, userLookups } from "./provide.ts";
import { idsOf, ofCourse, pathTo, startRun, type Run } from "./run.ts";
import { deleteGroups, deleteUsers } from "./steps.ts";

const MAPPING = {
  ...same("externalId", "userName", "displayName"),
  ...same("name.formatted", "name.givenName", "name.familyName"),
  'emails[type eq "other"].value': 'emails[type eq "work"].value',
};

export const authentik: IdentityProvider = {
  name: "authentik",
  headers: {
    "User-Agent": "authentik@2026.8.0",
    Accept: "application/scim+json",
    "Content-Type": "application/scim+json",
  },
  dialects: ["current", "with-id"],
  plan: planAuthentik,
  intend: intendAuthentik,
};

interface AuthentikRun extends Run {
  readonly intended: Intended;
  /** Until July 2026 the id came along when a group was replaced. */
  readonly withId: boolean;
  /** Most operations in one request, from the service provider's configuration. */
  maxOperations: number;
}

function planAuthentik(directory: Directory, client: Client, dialect: string): readonly Phase[] {
  const run: AuthentikRun = {
    ...startRun(client, directory),
    intended: intendAuthentik(directory),
    withId: dialect === "with-id",
    maxOperations: 0,
  };
  const { users, groups } = directory;
  return [
    makePhase("read the configuration", [run], readConfiguration),
    makePhase("discover users", [run], discoverUsers),
    makePhase("discover groups", [run], discoverGroups),
    makePhase("write users", users, (user) => writeUser(run, user)),
    makePhase("write groups", groups, (group) => writeGroup(run, group)),
    makePhase("change users", users.filter(isChanged), (user) => putUser(run, user, true)),
    makePhase("deactivate users", ofCourse(run, "disabled", "restored"), (user) =>
      putUser(run, user, false),
    ),
    makePhase("reactivate users", ofCourse(run, "restored"), (user) => putUser(run, user, true)),
    makePhase("replace groups", groups, (group) => replaceGroup(run, group)),
    makePhase("remove members", groups, (group) => removeMembers(run, group)),
    deleteUsers(run),
    makePhase("compare members", groups, (group) => compareMembers(run, group)),
    deleteGroups(run),
  ];
}

function intendAuthentik(directory: Directory): Intended {
  return intend(directory, {
    mapUser: (user) => mapAttributes(user.after, MAPPING),
    managers: false,
    leavers: "deleted",
    groups: "followed",
  });
}

async function readConfiguration(run: AuthentikRun): Promise<void> {
  const answer = await run.client.send({
    kind: "read configuration",
    method: "GET",
    path: "/ServiceProviderConfig",
    expect: [200],
    check: checkConfiguration,
  });
  const { patch, bulk } = answer?.body ?? {};
  // Without PATCH authentik takes to PUT for groups, which isn't played here.
  if (!isObject(patch) || patch["supported"] !== true) {
    throw new Stop("The configuration is missing or invalid, or offers no PATCH.");
  }
  const most = isObject(bulk) ? bulk["maxOperations"] : undefined;
  run.maxOperations = typeof most === "number" ? most : 0;
}

/** What it reads strictly. */
function checkConfiguration(body: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = ["patch", "bulk", "filter", "changePassword", "sort", "etag"].find((name) => {
    const feature = body[name];
    return !isObject(feature) || typeof feature["supported"] !== "boolean";
  });
  if (wrong !== undefined) return `${wrong}.supported is no boolean`;
  const { bulk, authenticationSchemes } = body;
  if (isObject(bulk) && !Number.isInteger(bulk["maxOperations"])) {
    return "bulk.maxOperations is no integer";
  }
  return Array.isArray(authenticationSchemes) ? undefined : "authenticationSchemes is no array";
}

async function discoverUsers(run: AuthentikRun): Promise<void> {
  for (const resource of await discoverAt(run, "/Users")) {
    const owner = findOwner(run.intended, resource);
    const present = knowUser(resource, false);
    if (owner !== undefined && present !== undefined) run.known.users.set(owner, present);
  }
}

async function discoverGroups(run: AuthentikRun): Promise<void> {
  for (const resource of await discoverAt(run, "/Groups")) {
    const owner = findOwner(run.intended, resource);
    const present = knowGroup(resource, false);
    if (owner !== undefined && present !== undefined) run.known.groups.set(owner, present);
  }
}

/** Pages without a count, each beginning behind what was seen. */
async function discoverAt(
  run: AuthentikRun,
  endpoint: "/Users" | "/Groups",
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found = await discover(run.client, {
    kind: `discover ${endpoint.slice(1).toLowerCase()}`,
    pathOf: (startIndex) => (startIndex === 1 ? endpoint : `${endpoint}?startIndex=${startIndex}`),
    advance: "seen",
  });
  return found ?? [];
}

/** Whom discovery has matched is sent as a whole, whoever isn't known is created. */
async function writeUser(run: AuthentikRun, user: DirectoryUser): Promise<void> {
  if (run.known.users.has(user.externalId)) {
    await putUser(run, user, isActive(user));
    return;
  }
  const body = userBody(mapAttributes(user.before, MAPPING), true);
  const resource = await createOrAdopt(run, "user", body, () =>
    userLookups(user, filterAt("/Users")),
  );
  const present = resource === undefined ? undefined : knowUser(resource, true);
  if (present !== undefined) run.known.users.set(user.externalId, present);
}

async function writeGroup(run: AuthentikRun, group: DirectoryGroup): Promise<void> {
  if (run.known.groups.has(group.externalId)) return;
  const body = groupBody(group.externalId, group.nameBefore);
  const resource = await createOrAdopt(run, "group", body, () =>
    groupLookups(group, filterAt("/Groups")),
  );
  const present = resource === undefined ? undefined : knowGroup(resource, true);
  if (present === undefined) return;
  run.known.groups.set(group.externalId, present);
  await patchMembers(run, group, { kind: "add members", added: idsOf(run, group.joined) });
}

/** Creates first and looks only after a conflict. */
async function createOrAdopt(
  run: AuthentikRun,
  noun: "user" | "group",
  body: Readonly<Record<string, unknown>>,
  lookups: () => Parameters<typeof findOrCreate>[1],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const path = noun === "user" ? "/Users" : "/Groups";
  const creation = { kind: `create ${noun}`, path, body };
  const answer = await run.client.send({
    ...creation,
    method: "POST",
    expect: [201, 409],
    findDone: () => findCreated(run.client, lookups()),
    check: (read) => (read["status"] === "409" ? undefined : checkId(read)),
  });
  if (answer?.status !== 409) return answer?.body;
  return (await findOrCreate(run.client, lookups(), creation))?.resource;
}

function filterAt(endpoint: "/Users" | "/Groups"): (filter: string) => string {
  return (filter) => `${endpoint}?${new URLSearchParams({ filter }).toString()}`;
}

async function putUser(run: AuthentikRun, user: DirectoryUser, active: boolean): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined) return;
  const wanted: Attributes = mapAttributes(user.after, MAPPING);
  await run.client.send({
    kind: "put user",
    method: "PUT",
    path: pathTo("/Users", present.id),
    body: userBody(wanted, active, present.id),
    expect: [200],
    check: checkId,
  });
}

async function replaceGroup(run: AuthentikRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined || present.displayName === group.nameAfter) return;
  const whole = groupBody(group.externalId, group.nameAfter);
  await run.client.send({
    kind: "replace group",
    method: "PATCH",
    path: pathTo("/Groups", present.id),
    body: replaceGroupBody(run.withId ? { ...whole, id: present.id } : whole),
    expect: [200, 204],
  });
}

/** Only half of who leaves: the rest is left for `compareMembers` to find. */
async function removeMembers(run: AuthentikRun, group: DirectoryGroup): Promise<void> {
  const leaving = leavingMembers(run.directory, group);
  const removed = idsOf(run, leaving.slice(0, Math.ceil(leaving.length / 2)));
  await patchMembers(run, group, { kind: "remove members", removed });
}

/** Needs the members in the group's own representation. */
async function compareMembers(run: AuthentikRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined) return;
  const answer = await run.client.send({
    kind: "read group",
    method: "GET",
    path: pathTo("/Groups", present.id),
    expect: [200],
    check: checkId,
  });
  if (answer === undefined) return;
  const members = new Set(readElements(answer.body, "members").map((one) => String(one["value"])));
  const wanted = idsOf(run, finalMembers(run.directory, group));
  await patchMembers(run, group, {
    kind: "correct members",
    added: wanted.filter((id) => !members.has(id)),
    removed: [...members].filter((id) => !wanted.includes(id)),
  });
}

async function patchMembers(
  run: AuthentikRun,
  group: DirectoryGroup,
  change: {
    readonly kind: string;
    readonly added?: readonly string[];
    readonly removed?: readonly string[];
  },
): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined) return;
  const { kind, added = [], removed = [] } = change;
  for (const body of memberBodies(added, removed, run.maxOperations)) {
    const path = pathTo("/Groups", present.id);
    await run.client.send({ kind, method: "PATCH", path, body, expect: [200, 204] });
  }
}

function isChanged(user: DirectoryUser): boolean {
  const before = mapAttributes(user.before, MAPPING);
  const after = mapAttributes(user.after, MAPPING);
  return Object.keys(MAPPING).some((path) => before[path] !== after[path]);
}

function isActive(user: DirectoryUser): boolean {
  return user.course === "steady" || user.course === "restored";
}
