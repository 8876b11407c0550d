/** The state of the server that a run means to reach: data for `compare`. */
import type { Attributes } from "./attributes.ts";
import type { Directory } from "./directory.ts";

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
  readonly users: readonly IntendedUser[];
  readonly groups: readonly IntendedGroup[];
  /** externalIds of what was deleted. */
  readonly deleted: readonly string[];
}

/** For an IdP that maps every attribute and deletes who has gone; who is deleted is nobody's member any more. */
export function intendWhole(directory: Directory): Intended {
  const staying = directory.users.filter((user) => user.course !== "deleted");
  const names = new Map(staying.map((user) => [user.index, user.externalId]));
  const groups = directory.groups.filter((group) => !group.deleted);
  return {
    prefix: directory.prefix,
    users: staying.map((user) => ({
      externalId: user.externalId,
      attributes: user.after,
      active: user.course !== "disabled",
      manager: user.managerAfter === undefined ? undefined : names.get(user.managerAfter),
    })),
    groups: groups.map((group) => {
      const left = new Set(group.left);
      const present = group.joined.filter((member) => !left.has(member));
      return {
        externalId: group.externalId,
        displayName: group.nameAfter,
        members: present.flatMap((member) => names.get(member) ?? []),
      };
    }),
    deleted: [
      ...directory.users.filter((user) => user.course === "deleted"),
      ...directory.groups.filter((group) => group.deleted),
    ].map((one) => one.externalId),
  };
}
