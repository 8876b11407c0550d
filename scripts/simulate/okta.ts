/**
 * Okta: imports what is there, matches by userName or creates, pushes profiles by PUT, and never deletes a user. An app of
 * the catalogue (OIN) has PATCH for everything else; one of the App Integration Wizard has PUT throughout.
 */
import { overlayAttributes, type Attributes } from "./attributes.ts";
import type { Client } from "./client.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";
import { discover } from "./discover.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { intend } from "./intended.ts";
import { differs, mapAttributes, same } from "./mapping.ts";
import { checkId, type KnownUser } from "./matching.ts";
import { ENTERPRISE_USER } from "./attributes.ts";
import { createGroupBody, createUserBody, replaceBody } from "./okta-bodies.ts";
import { changeGroups, fillGroups, type OktaRun } from "./okta-groups.ts";
import { makePhase, type Phase } from "./phases.ts";
import { groupLookups, provideGroup, provideUser, userLookups } from "./provide.ts";
import { startRandom } from "./random.ts";
import { ofCourse, pathTo, startRun } from "./run.ts";
import { deleteResource } from "./steps.ts";

const MAPPING = {
  ...same("externalId", "userName", "displayName", "name.givenName", "name.familyName", "title"),
  ...same('emails[type eq "work"].value'),
  ...same(`${ENTERPRISE_USER}:employeeNumber`, `${ENTERPRISE_USER}:department`),
  locale: "preferredLanguage",
};

export const okta: IdentityProvider = {
  name: "okta",
  headers: {
    "User-Agent": "Okta SCIM Client 1.0.0",
    Accept: "application/scim+json",
    "Accept-Charset": "utf-8",
    "Content-Type": "application/scim+json; charset=utf-8",
  },
  dialects: ["oin", "wizard"],
  plan: planOkta,
  intend: (directory) =>
    intend(directory, {
      mapUser: (user) => mapAttributes(user.after, MAPPING),
      managers: false,
      leavers: "deactivated",
      groups: "followed",
    }),
};

const COUNT = 100;
const PASSWORD_LENGTH = 8;

function planOkta(directory: Directory, client: Client, dialect: string): readonly Phase[] {
  const run: OktaRun = {
    ...startRun(client, directory),
    app: dialect === "wizard" ? "wizard" : "oin",
  };
  const { users, groups } = directory;
  const leaving = ofCourse(run, "disabled", "restored", "deleted");
  return [
    makePhase("import", ["/Users", "/Groups"] as const, (endpoint) => importAll(client, endpoint)),
    makePhase("match or create users", users, (user) => matchUser(run, user)),
    makePhase("match or create groups", groups, (group) => matchGroup(run, group)),
    fillGroups(run),
    makePhase("push profiles", users, (user) => pushProfile(run, user)),
    makePhase("sync passwords", users.filter(hasNewPassword), (user) => syncPassword(run, user)),
    ...changeGroups(run),
    makePhase("deactivate users", leaving, (user) => setActive(run, user, false)),
    makePhase("reactivate users", ofCourse(run, "steady", "restored"), (user) =>
      setActive(run, user, true),
    ),
    makePhase(
      "unlink groups",
      groups.filter((group) => group.deleted),
      (group) => deleteResource(client, "group", run.known.groups.get(group.externalId)?.id),
    ),
  ];
}

function importAll(client: Client, endpoint: "/Users" | "/Groups"): Promise<unknown> {
  return discover(client, {
    kind: `import ${endpoint.slice(1).toLowerCase()}`,
    pathOf: (startIndex) => `${endpoint}?startIndex=${startIndex}&count=${COUNT}`,
    advance: COUNT,
  });
}

function filterAt(endpoint: "/Users" | "/Groups"): (filter: string) => string {
  return (filter) => `${endpoint}?filter=${encodeURIComponent(filter)}&startIndex=1&count=${COUNT}`;
}

function matchUser(run: OktaRun, user: DirectoryUser): Promise<void> {
  const attributes = mapAttributes(user.before, MAPPING);
  return provideUser(run, user, userLookups(user, filterAt("/Users")), {
    kind: "create user",
    path: "/Users",
    body: createUserBody(attributes, makePassword(user, "first")),
    check: (body) => checkId(body) ?? checkPushed(body, attributes, true),
  });
}

function matchGroup(run: OktaRun, group: DirectoryGroup): Promise<void> {
  return provideGroup(run, group, groupLookups(group, filterAt("/Groups")), {
    kind: "create group",
    path: "/Groups",
    body: createGroupBody(group.nameBefore),
  });
}

async function pushProfile(run: OktaRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  const wanted = mapAttributes(user.after, MAPPING);
  if (present === undefined || !differs(MAPPING, present.attributes, wanted)) return;
  const change = (read: Readonly<Record<string, unknown>>) => overlayAttributes(read, wanted);
  if (await putUser(run, "push profile", present, change)) present.attributes = wanted;
}

async function setActive(run: OktaRun, user: DirectoryUser, active: boolean): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined || present.active === active) return;
  const kind = active ? "reactivate user" : "deactivate user";
  if (await replaceIn(run, kind, present, { active })) present.active = active;
}

async function syncPassword(run: OktaRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined) return;
  await replaceIn(run, "sync password", present, { password: makePassword(user, "second") });
}

/** A path-less PATCH for catalogue apps, the whole user again for those of the wizard. */
async function replaceIn(
  run: OktaRun,
  kind: string,
  present: KnownUser,
  value: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (run.app === "wizard") {
    return putUser(run, kind, present, (read) => ({ ...read, ...value }));
  }
  const active = typeof value["active"] === "boolean" ? value["active"] : present.active;
  const answer = await run.client.send({
    kind,
    method: "PATCH",
    path: pathTo("/Users", present.id),
    body: replaceBody(value),
    expect: [200, 204],
    check: (body) => (body["id"] === undefined ? undefined : checkPushed(body, {}, active)),
  });
  return answer !== undefined;
}

/** Sends the whole user back as it was read, id, groups and meta too, with the changes. */
async function putUser(
  run: OktaRun,
  kind: string,
  present: KnownUser,
  change: (read: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const path = pathTo("/Users", present.id);
  const read = await run.client.send({ kind: "read user", method: "GET", path, expect: [200] });
  if (read === undefined) return false;
  const answer = await run.client.send({
    kind,
    method: "PUT",
    path,
    body: change(read.body),
    expect: [200],
    check: checkId,
  });
  return answer !== undefined;
}

/** Okta pushes again and again what doesn't come back as it was sent: the userName in its case, active as it was set. */
function checkPushed(
  body: Readonly<Record<string, unknown>>,
  sent: Attributes,
  active: boolean,
): string | undefined {
  if (body["active"] !== active) return `active reads back ${JSON.stringify(body["active"])}`;
  const { userName } = sent;
  if (userName === undefined || body["userName"] === userName) return undefined;
  return `userName reads back ${JSON.stringify(body["userName"])}`;
}

function hasNewPassword(user: DirectoryUser): boolean {
  return user.index % 10 === 4;
}

/** Letters and digits only, as Okta makes them up. */
function makePassword(user: DirectoryUser, which: string): string {
  const random = startRandom(user.externalId, "password", which);
  return Array.from({ length: PASSWORD_LENGTH }, () => random.below(36).toString(36)).join("");
}
