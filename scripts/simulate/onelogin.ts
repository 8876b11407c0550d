/**
 * OneLogin: users come from an editable JSON template by POST and PUT, memberships one by one by PATCH. The odd ends of its
 * URLs and an empty User-Agent are recorded (github.com/goauthentik/authentik/issues/11249); how it removes a member isn't,
 * and stands here in the RFC's form.
 */
import { ENTERPRISE_USER, markPrimary, writeAttributes, type Attributes } from "./attributes.ts";
import { CORE_GROUP, CORE_USER } from "./attributes.ts";
import type { Client } from "./client.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { intend, leavingMembers } from "./intended.ts";
import { differs, mapAttributes, same } from "./mapping.ts";
import { checkId, type KnownUser } from "./matching.ts";
import { patchBody } from "./patch-op.ts";
import { makePhase, type Phase } from "./phases.ts";
import { groupLookups, provideGroup, provideUser, userLookups } from "./provide.ts";
import { idsOf, ofCourse, pathTo, startRun, type Run } from "./run.ts";
import { cutMembers, deleteUsers, type MemberChunk } from "./steps.ts";

/** The template of OneLogin's knowledge base: no externalId, so that the userName says whose a user is. */
const MAPPING = same(
  "userName",
  "name.givenName",
  "name.familyName",
  "title",
  'emails[type eq "work"].value',
  `${ENTERPRISE_USER}:department`,
);

/** Which URNs the administrator's template begins with. */
type Template = "draft" | "ietf";

const SCHEMAS: Readonly<Record<Template, readonly string[]>> = {
  draft: ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"],
  ietf: [CORE_USER, ENTERPRISE_USER],
};

export const onelogin: IdentityProvider = {
  name: "onelogin",
  headers: { "User-Agent": "", "Content-Type": "application/scim+json" },
  dialects: ["draft", "ietf"],
  plan: planOnelogin,
  intend: (directory) =>
    intend(directory, {
      mapUser: (user) => mapAttributes(user.after, MAPPING),
      managers: false,
      leavers: "deleted",
      groups: "kept",
    }),
};

interface OneloginRun extends Run {
  readonly template: Template;
}

function planOnelogin(directory: Directory, client: Client, dialect: string): readonly Phase[] {
  const template = dialect === "ietf" ? "ietf" : "draft";
  const run: OneloginRun = { ...startRun(client, directory), template };
  const { users, groups } = directory;
  const leaving = (group: DirectoryGroup) => leavingMembers(directory, group);
  return [
    makePhase("match or create users", users, (user) => matchUser(run, user)),
    makePhase("match or create groups", groups, (group) => matchGroup(run, group)),
    makePhase(
      "add members",
      cutMembers(groups, (group) => group.joined, [1]),
      (chunk) => changeMember(run, chunk, "add member"),
    ),
    makePhase("change users", users, (user) => changeUser(run, user)),
    makePhase("suspend users", ofCourse(run, "disabled", "restored"), (user) =>
      setActive(run, user, false),
    ),
    makePhase("reactivate users", ofCourse(run, "steady", "restored"), (user) =>
      setActive(run, user, true),
    ),
    makePhase("remove members", cutMembers(groups, leaving, [1]), (chunk) =>
      changeMember(run, chunk, "remove member"),
    ),
    deleteUsers(run),
  ];
}

/** Blanks as "+", and an "&" that nothing follows. */
function filterAt(endpoint: "/Users" | "/Groups"): (filter: string) => string {
  return (filter) => `${endpoint}?filter=${encodeURIComponent(filter).replaceAll("%20", "+")}&`;
}

function matchUser(run: OneloginRun, user: DirectoryUser): Promise<void> {
  return provideUser(run, user, userLookups(user, filterAt("/Users")), {
    kind: "create user",
    path: "/Users?",
    body: fillTemplate(run.template, mapAttributes(user.before, MAPPING), true),
  });
}

function matchGroup(run: OneloginRun, group: DirectoryGroup): Promise<void> {
  return provideGroup(run, group, groupLookups(group, filterAt("/Groups")), {
    kind: "create group",
    path: "/Groups?",
    body: { schemas: [CORE_GROUP], displayName: group.nameBefore },
  });
}

/** A parameter without a value leaves an empty string behind, names of nobody the blank between them. */
export function fillTemplate(
  template: Template,
  attributes: Attributes,
  active: boolean,
): Readonly<Record<string, unknown>> {
  const resource = writeAttributes({ title: "", ...attributes });
  return {
    schemas: SCHEMAS[template],
    ...resource,
    emails: markPrimary(resource["emails"]),
    active,
    [ENTERPRISE_USER]: {
      department: attributes[`${ENTERPRISE_USER}:department`] ?? "",
      manager: { value: "", displayName: " " },
    },
  };
}

async function changeUser(run: OneloginRun, user: DirectoryUser): Promise<void> {
  const present = run.known.users.get(user.externalId);
  const wanted = mapAttributes(user.after, MAPPING);
  if (present === undefined || !differs(MAPPING, present.attributes, wanted)) return;
  await putUser(run, "put user", present, { wanted, active: present.active });
}

async function setActive(run: OneloginRun, user: DirectoryUser, active: boolean): Promise<void> {
  const present = run.known.users.get(user.externalId);
  if (present === undefined || present.active === active) return;
  const kind = active ? "reactivate user" : "suspend user";
  await putUser(run, kind, present, { wanted: mapAttributes(user.after, MAPPING), active });
}

async function putUser(
  run: OneloginRun,
  kind: string,
  present: KnownUser,
  state: { readonly wanted: Attributes; readonly active: boolean },
): Promise<void> {
  const { wanted, active } = state;
  const answer = await run.client.send({
    kind,
    method: "PUT",
    path: `${pathTo("/Users", present.id)}?`,
    body: fillTemplate(run.template, wanted, active),
    expect: [200],
    check: checkId,
  });
  if (answer === undefined) return;
  present.attributes = wanted;
  present.active = active;
}

async function changeMember(run: OneloginRun, chunk: MemberChunk, kind: string): Promise<void> {
  const present = run.known.groups.get(chunk.group.externalId);
  const [id] = idsOf(run, chunk.users);
  if (present === undefined || id === undefined) return;
  const operation =
    kind === "add member"
      ? { op: "add", path: "members", value: [{ value: id }] }
      : { op: "remove", path: `members[value eq "${id}"]` };
  await run.client.send({
    kind,
    method: "PATCH",
    path: `${pathTo("/Groups", present.id)}?`,
    body: patchBody([operation]),
    expect: [200, 204],
  });
}
