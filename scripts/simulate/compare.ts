/** What was meant against what a server has. */
import { readAttributes, readElements, readManager } from "./attributes.ts";
import { findOwner, type Intended, type IntendedGroup, type IntendedUser } from "./intended.ts";

type Resource = Readonly<Record<string, unknown>>;

export interface Found {
  readonly users: readonly Resource[];
  readonly groups: readonly Resource[];
}

export interface Difference {
  /** "user <externalId>", "group <externalId>" or a path of the server. */
  readonly of: string;
  readonly attribute: string;
  readonly wanted: string;
  readonly found: string;
}

const MULTI_VALUED: readonly string[] = ["emails", "phoneNumbers", "addresses", "photos"];

/** Every difference; `found` may hold resources of others, which are left out. */
export function compare(intended: Intended, found: Found): readonly Difference[] {
  const users = groupByOwner(found.users, intended);
  const groups = groupByOwner(found.groups, intended);
  const names = new Map<string, string>();
  for (const [externalId, resources] of users) {
    for (const resource of resources) names.set(text(resource["id"]), externalId);
  }
  const differences: Difference[] = [];
  for (const user of intended.users) {
    const of = `user ${user.externalId}`;
    const resources = users.get(user.externalId) ?? [];
    differences.push(...comparePresence(of, resources));
    const [resource] = resources;
    if (resource !== undefined) differences.push(...compareUser(user, resource, names));
  }
  for (const group of intended.groups) {
    const of = `group ${group.externalId}`;
    const resources = groups.get(group.externalId) ?? [];
    differences.push(...comparePresence(of, resources));
    const [resource] = resources;
    if (resource !== undefined) differences.push(...compareGroup(group, resource, names));
  }
  differences.push(...findUnwanted("user", intended, intended.users, users));
  differences.push(...findUnwanted("group", intended, intended.groups, groups));
  return differences;
}

function comparePresence(of: string, resources: readonly Resource[]): readonly Difference[] {
  if (resources.length === 1) return [];
  return [{ of, attribute: "resource", wanted: "1", found: String(resources.length) }];
}

function compareUser(
  user: IntendedUser,
  resource: Resource,
  names: ReadonlyMap<string, string>,
): readonly Difference[] {
  const of = `user ${user.externalId}`;
  const manager = readManager(resource);
  const pairs: [attribute: string, wanted: string, found: string][] = [
    ["active", String(user.active), show(resource["active"])],
    [
      "manager",
      user.manager ?? "none",
      manager === undefined ? "none" : (names.get(manager) ?? manager),
    ],
  ];
  const found = readAttributes(resource);
  for (const path of new Set([...Object.keys(user.attributes), ...Object.keys(found)])) {
    pairs.push([path, show(user.attributes[path]), show(found[path])]);
  }
  for (const name of MULTI_VALUED) {
    const types = new Set(
      Object.keys(user.attributes).flatMap((path) =>
        path.startsWith(`${name}[`) ? path.slice(0, path.indexOf("]")) : [],
      ),
    );
    const elements = readElements(resource, name).length;
    pairs.push([`number of ${name}`, String(types.size), String(elements)]);
  }
  return pairs
    .filter(([, wanted, actual]) => wanted !== actual)
    .map(([attribute, wanted, actual]) => ({ of, attribute, wanted, found: actual }));
}

function compareGroup(
  group: IntendedGroup,
  resource: Resource,
  names: ReadonlyMap<string, string>,
): readonly Difference[] {
  const of = `group ${group.externalId}`;
  const differences: Difference[] = [];
  const wanted = JSON.stringify(group.displayName);
  const found = show(resource["displayName"]);
  if (wanted !== found) differences.push({ of, attribute: "displayName", wanted, found });
  const expected = new Set(group.members);
  const seen = new Map<string, number>();
  for (const member of readElements(resource, "members")) {
    const id = text(member["value"]);
    const name = names.get(id) ?? id;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  for (const [name, count] of seen) {
    const wantedCount = expected.has(name) ? 1 : 0;
    if (count === wantedCount) continue;
    differences.push(memberDifference(of, name, wantedCount, count));
  }
  for (const name of expected) {
    if (!seen.has(name)) differences.push(memberDifference(of, name, 1, 0));
  }
  return differences;
}

function memberDifference(of: string, name: string, wanted: number, found: number): Difference {
  return { of, attribute: `member ${name}`, wanted: String(wanted), found: String(found) };
}

function findUnwanted(
  noun: "user" | "group",
  intended: Intended,
  wanted: readonly { readonly externalId: string }[],
  found: ReadonlyMap<string, readonly Resource[]>,
): readonly Difference[] {
  const known = new Set(wanted.map((one) => one.externalId));
  const deleted = new Set(intended.deleted);
  return [...found.keys()]
    .filter((externalId) => !known.has(externalId))
    .map((externalId) => ({
      of: `${noun} ${externalId}`,
      attribute: "resource",
      wanted: deleted.has(externalId) ? "deleted" : "none",
      found: String(found.get(externalId)?.length ?? 0),
    }));
}

function groupByOwner(
  resources: readonly Resource[],
  intended: Intended,
): ReadonlyMap<string, readonly Resource[]> {
  const owned = Map.groupBy(resources, (resource) => findOwner(intended, resource) ?? "");
  owned.delete("");
  return owned;
}

function show(value: unknown): string {
  return value === undefined || value === null ? "none" : JSON.stringify(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
