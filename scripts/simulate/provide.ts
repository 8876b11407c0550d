/** Makes sure that somebody or a group is on the server, and remembers under which id. */
import type { Call } from "./client.ts";
import type { DirectoryGroup, DirectoryUser } from "./directory.ts";
import { findOrCreate, knowGroup, knowUser, type Lookup } from "./matching.ts";
import type { Run } from "./run.ts";

export type Creation = Pick<Call, "kind" | "path" | "body" | "check">;

export async function provideUser(
  run: Run,
  user: DirectoryUser,
  lookups: readonly Lookup[],
  creation: Creation,
): Promise<void> {
  const provided = await findOrCreate(run.client, lookups, creation);
  if (provided === undefined) return;
  const present = knowUser(provided.resource, provided.created);
  if (present !== undefined) run.known.users.set(user.externalId, present);
}

export async function provideGroup(
  run: Run,
  group: DirectoryGroup,
  lookups: readonly Lookup[],
  creation: Creation,
): Promise<void> {
  const provided = await findOrCreate(run.client, lookups, creation);
  if (provided === undefined) return;
  const present = knowGroup(provided.resource, provided.created);
  if (present !== undefined) run.known.groups.set(group.externalId, present);
}

/** By userName: the one of today, and where an earlier run has renamed the user, the one of then. */
export function userLookups(
  user: Pick<DirectoryUser, "before" | "after">,
  pathOf: Lookup["pathOf"],
): readonly Lookup[] {
  const names = [user.before, user.after].flatMap(({ userName }) => userName ?? []);
  return [...new Set(names)].map((value) => {
    return { kind: "lookup user", attribute: "userName", value, pathOf };
  });
}

export function groupLookups(
  group: Pick<DirectoryGroup, "nameBefore" | "nameAfter">,
  pathOf: Lookup["pathOf"],
): readonly Lookup[] {
  return [...new Set([group.nameBefore, group.nameAfter])].map((value) => {
    return { kind: "lookup group", attribute: "displayName", value, pathOf };
  });
}
