/**
 * Keycloak with the plug-in keycloak-scim: imports the first page of what is there, creates the rest, and sends users and
 * groups as a whole with every event; by PUT, or by PATCH where the administrator has said so.
 */
import { readElements, type Attributes } from "./attributes.ts";
import type { Client } from "./client.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";
import { discover } from "./discover.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { finalMembers, findOwner, intend, type Intended } from "./intended.ts";
import { groupBody, patchGroupBody, patchUserBody, userBody } from "./keycloak-bodies.ts";
import { differs, mapAttributes, same } from "./mapping.ts";
import { checkId, checkList, knowGroup, knowUser } from "./matching.ts";
import { makePhase, type Phase } from "./phases.ts";
import { groupLookups, provideGroup, provideUser, userLookups } from "./provide.ts";
import { idsOf, ofCourse, pathTo, startRun, type Run } from "./run.ts";
import { deleteGroups, deleteUsers, growingLists } from "./steps.ts";

const MAPPING = {
  ...same("externalId", "userName", "name.givenName", "name.familyName"),
  displayName: "name.formatted",
  "emails[not (type pr)].value": 'emails[type eq "work"].value',
};

export const keycloak: IdentityProvider = {
  name: "keycloak",
  headers: {
    Accept: "application/scim+json",
    "Content-Type": "application/scim+json; charset=UTF-8",
  },
  dialects: ["put", "patch"],
  plan: planKeycloak,
  intend: intendKeycloak,
};

interface KeycloakRun extends Run {
  readonly intended: Intended;
  readonly dialect: string;
}

type Resource = Readonly<Record<string, unknown>>;

const JOINED_TOGETHER: readonly number[] = [1, 4, 15, 40];

function planKeycloak(directory: Directory, client: Client, dialect: string): readonly Phase[] {
  const run: KeycloakRun = {
    ...startRun(client, directory),
    intended: intendKeycloak(directory, dialect),
    dialect,
  };
  const { users, groups } = directory;
  return [
    makePhase("import users", [run], importUsers),
    makePhase("import groups", [run], importGroups),
    makePhase("create users", users, (user) => createUser(run, user)),
    makePhase("create groups", groups, (group) => createGroup(run, group)),
    makePhase("add members", groups, (group) => addMembers(run, group)),
    makePhase("change users", users, (user) => changeUser(run, user)),
    makePhase("disable users", ofCourse(run, "disabled", "restored"), (user) =>
      sendUser(run, "disable user", user, false),
    ),
    makePhase("enable users", ofCourse(run, "restored"), (user) =>
      sendUser(run, "enable user", user, true),
    ),
    makePhase("change groups", groups, (group) =>
      sendGroup(run, "change group", group, finalMembers(directory, group)),
    ),
    deleteUsers(run),
    deleteGroups(run),
  ];
}

function intendKeycloak(directory: Directory, dialect: string): Intended {
  return intend(directory, {
    mapUser: (user) => mapAfter(user, dialect),
    managers: false,
    leavers: "deleted",
    groups: "followed",
  });
}

/** A PATCH says nothing about names and addresses, so that a change of them never arrives. */
function mapAfter(user: DirectoryUser, dialect: string): Attributes {
  const after = mapAttributes(user.after, MAPPING);
  if (dialect !== "patch") return after;
  const { userName = "", displayName = "" } = after;
  return { ...mapAttributes(user.before, MAPPING), userName, displayName };
}

async function importUsers(run: KeycloakRun): Promise<void> {
  for (const resource of await importAll(run.client, "/Users")) {
    const owner = findOwner(run.intended, resource);
    const present = knowUser(resource, false);
    if (owner === undefined || present === undefined || checkUser(resource) !== undefined) continue;
    run.known.users.set(owner, present);
  }
}

async function importGroups(run: KeycloakRun): Promise<void> {
  for (const resource of await importAll(run.client, "/Groups")) {
    const owner = findOwner(run.intended, resource);
    const present = knowGroup(resource, false);
    if (owner === undefined || present === undefined || checkGroup(resource) !== undefined)
      continue;
    run.known.groups.set(owner, present);
  }
}

/** The plug-in reads one page and has the ids of an earlier run in its own database, which stand on the other pages here. */
async function importAll(
  client: Client,
  endpoint: "/Users" | "/Groups",
): Promise<readonly Resource[]> {
  const noun = endpoint.slice(1).toLowerCase();
  const answer = await client.send({
    kind: `import ${noun}`,
    method: "GET",
    path: endpoint,
    expect: [200],
    check: checkList,
  });
  if (answer === undefined) return [];
  const first = readElements(answer.body, "Resources");
  if (first.length >= Number(answer.body["totalResults"])) return first;
  const others = await discover(client, {
    kind: `recall ${noun}`,
    from: first.length + 1,
    pathOf: (startIndex) => `${endpoint}?startIndex=${startIndex}`,
    advance: "seen",
  });
  return [...first, ...(others ?? [])];
}

/** What the plug-in reads without asking whether it is there. */
function checkUser(body: Resource): string | undefined {
  const missing = ["userName", "displayName", "active"].find((name) => body[name] === undefined);
  return checkId(body) ?? (missing === undefined ? undefined : `the user has no ${missing}`);
}

function checkGroup(body: Resource): string | undefined {
  const named = body["displayName"] !== undefined;
  return checkId(body) ?? (named ? undefined : "the group has no displayName");
}

function filterAt(endpoint: "/Users" | "/Groups"): (filter: string) => string {
  return (filter) => `${endpoint}?filter=${encodeURIComponent(filter)}`;
}

async function createUser(run: KeycloakRun, user: DirectoryUser): Promise<void> {
  if (run.known.users.has(user.externalId)) return;
  await provideUser(run, user, userLookups(user, filterAt("/Users")), {
    kind: "create user",
    path: "/Users",
    body: userBody(mapAttributes(user.before, MAPPING), true),
    check: checkUser,
  });
}

/** Half of the groups come with their members from a synchronization, the others empty as they are made. */
async function createGroup(run: KeycloakRun, group: DirectoryGroup): Promise<void> {
  if (run.known.groups.has(group.externalId)) return;
  const { externalId, nameBefore: displayName } = group;
  const members = group.index % 2 === 0 ? idsOf(run, group.joined) : [];
  await provideGroup(run, group, groupLookups(group, filterAt("/Groups")), {
    kind: "create group",
    path: "/Groups",
    body: groupBody({ externalId, displayName, members }),
    check: checkGroup,
  });
}

async function addMembers(run: KeycloakRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present?.created !== true || group.index % 2 === 0) return;
  for (const members of growingLists(group.joined, JOINED_TOGETHER)) {
    await sendGroup(run, "add members", group, members);
  }
}

async function changeUser(run: KeycloakRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined) return;
  const wanted = mapAfter(user, run.dialect);
  const inactive = !present.active && user.course === "steady";
  if (!inactive && !differs(MAPPING, present.attributes, wanted)) return;
  await sendUser(run, "change user", user, present.active || inactive);
}

async function sendUser(
  run: KeycloakRun,
  kind: string,
  user: DirectoryUser,
  active: boolean,
): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined) return;
  const patches = run.dialect === "patch";
  const attributes = mapAttributes(user.after, MAPPING);
  const answer = await run.client.send({
    kind,
    method: patches ? "PATCH" : "PUT",
    path: pathTo("/Users", present.id),
    body: patches ? patchUserBody(attributes, active) : userBody(attributes, active, present.id),
    expect: [200, ...(patches ? [204] : [])],
  });
  if (answer !== undefined) present.active = active;
}

async function sendGroup(
  run: KeycloakRun,
  kind: string,
  group: DirectoryGroup,
  members: readonly number[],
): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined) return;
  const patches = run.dialect === "patch";
  const displayName = kind === "change group" ? group.nameAfter : present.displayName;
  const whole = { externalId: group.externalId, displayName, members: idsOf(run, members) };
  await run.client.send({
    kind,
    method: patches ? "PATCH" : "PUT",
    path: pathTo("/Groups", present.id),
    body: patches ? patchGroupBody(whole) : groupBody(whole, present.id),
    expect: [200, ...(patches ? [204] : [])],
  });
}
