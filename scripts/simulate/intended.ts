/** The state of the server that a run means to reach: data for `compare`. */
import type { Attributes } from "./attributes.ts";
import type { Directory, DirectoryGroup, DirectoryUser } from "./directory.ts";

export interface IntendedUser {
  readonly externalId: string;
  readonly attributes: Attributes;
  readonly active: boolean;
  /** externalId of the manager. */
  readonly manager: string | undefined;
}

export interface IntendedGroup {
  readonly externalId: string;
  readonly displayName: string;
  /** externalIds. */
  readonly members: readonly string[];
}

export interface Intended {
  readonly prefix: string;
  /** Whose a resource is that came without an externalId: userName of a user or displayName of a group to externalId. */
  readonly names: ReadonlyMap<string, string>;
  readonly users: readonly IntendedUser[];
  readonly groups: readonly IntendedGroup[];
  /** externalIds of what was deleted. */
  readonly deleted: readonly string[];
}

/** What an IdP makes of the directory. */
export interface Meaning {
  readonly mapUser: (user: DirectoryUser) => Attributes;
  readonly managers: boolean;
  /** Who has gone: deleted on the server, or there and not active. */
  readonly leavers: "deleted" | "deactivated";
  /** "kept": neither renamed nor deleted, once made. */
  readonly groups: "followed" | "kept";
}

/** For an IdP that maps every attribute and deletes who has gone. */
export function intendWhole(directory: Directory): Intended {
  return intend(directory, {
    mapUser: (user) => user.after,
    managers: true,
    leavers: "deleted",
    groups: "followed",
  });
}

/** Who has gone is nobody's member any more. */
export function intend(directory: Directory, meaning: Meaning): Intended {
  const staying = directory.users.filter((user) => user.course !== "deleted");
  const externalIds = new Map(staying.map((user) => [user.index, user.externalId]));
  const users = meaning.leavers === "deleted" ? staying : directory.users;
  const groups = directory.groups.filter((group) => meaning.groups === "kept" || !group.deleted);
  return {
    prefix: directory.prefix,
    names: nameOwners(directory),
    users: users.map((user) => ({
      externalId: user.externalId,
      attributes: meaning.mapUser(user),
      active: user.course !== "disabled" && user.course !== "deleted",
      manager:
        meaning.managers && user.managerAfter !== undefined
          ? externalIds.get(user.managerAfter)
          : undefined,
    })),
    groups: groups.map((group) => ({
      externalId: group.externalId,
      displayName: meaning.groups === "kept" ? group.nameBefore : group.nameAfter,
      members: finalMembers(directory, group).flatMap((member) => externalIds.get(member) ?? []),
    })),
    deleted: [
      ...directory.users.filter((user) => !users.includes(user)),
      ...directory.groups.filter((group) => !groups.includes(group)),
    ].map((one) => one.externalId),
  };
}

/** Indexes of the members at the end. */
export function finalMembers(directory: Directory, group: DirectoryGroup): readonly number[] {
  const gone = new Set(leavingMembers(directory, group));
  return group.joined.filter((member) => !gone.has(member));
}

/** Indexes of who leaves the group, or the company. */
export function leavingMembers(directory: Directory, group: DirectoryGroup): readonly number[] {
  const left = new Set(group.left);
  return group.joined.filter(
    (member) => left.has(member) || directory.users[member]?.course === "deleted",
  );
}

/** The externalId of whose resource this is; undefined for a stranger's. */
export function findOwner(
  intended: Pick<Intended, "prefix" | "names">,
  resource: Readonly<Record<string, unknown>>,
): string | undefined {
  const { externalId, userName, displayName } = resource;
  if (typeof externalId === "string") {
    return externalId.startsWith(intended.prefix) ? externalId : undefined;
  }
  const name = userName ?? displayName;
  return typeof name === "string" ? intended.names.get(name) : undefined;
}

/** Names before and after the changes. */
function nameOwners(directory: Directory): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { before, after, externalId } of directory.users) {
    for (const { userName } of [before, after]) {
      if (userName !== undefined) names.set(userName, externalId);
    }
  }
  for (const { nameBefore, nameAfter, externalId } of directory.groups) {
    for (const name of [nameBefore, nameAfter]) names.set(name, externalId);
  }
  return names;
}
