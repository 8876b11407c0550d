/** Steps that IdPs share. */
import type { Client } from "./client.ts";
import type { DirectoryGroup } from "./directory.ts";
import { makePhase, type Phase } from "./phases.ts";
import { ofCourse, type Run } from "./run.ts";

/** Members who join or leave in one request. */
export interface MemberChunk {
  readonly group: DirectoryGroup;
  readonly users: readonly number[];
  readonly index: number;
}

/** Deletes and makes sure of it. */
export async function deleteResource(
  client: Client,
  noun: "user" | "group",
  id: string | undefined,
): Promise<void> {
  if (id === undefined) return;
  const path = `/${noun === "user" ? "Users" : "Groups"}/${encodeURIComponent(id)}`;
  const answer = await client.send({
    kind: `delete ${noun}`,
    method: "DELETE",
    path,
    expect: [204],
    expectRepeated: [404],
  });
  if (answer === undefined) return;
  await client.send({ kind: `read deleted ${noun}`, method: "GET", path, expect: [404] });
}

/** The users who leave for good. */
export function deleteUsers(run: Run): Phase {
  return makePhase("delete users", ofCourse(run, "deleted"), (user) =>
    deleteResource(run.client, "user", run.known.users.get(user.externalId)?.id),
  );
}

/** The groups that are given up. */
export function deleteGroups(run: Run): Phase {
  const given = run.directory.groups.filter((group) => group.deleted);
  return makePhase("delete groups", given, (group) =>
    deleteResource(run.client, "group", run.known.groups.get(group.externalId)?.id),
  );
}

/** Cuts the members of each group; the sizes take turns. */
export function cutMembers(
  groups: readonly DirectoryGroup[],
  membersOf: (group: DirectoryGroup) => readonly number[],
  sizes: readonly number[],
): readonly MemberChunk[] {
  return groups.flatMap((group) => {
    const members = membersOf(group);
    const chunks: MemberChunk[] = [];
    for (let start = 0; start < members.length;) {
      const size = sizes[chunks.length % sizes.length] ?? 1;
      chunks.push({ group, users: members.slice(start, start + size), index: chunks.length });
      start += size;
    }
    return chunks;
  });
}

/** A list that grows as members join: what an IdP sends that names all members each time. */
export function growingLists(
  members: readonly number[],
  sizes: readonly number[],
): readonly (readonly number[])[] {
  const lists: (readonly number[])[] = [];
  for (let end = 0; end < members.length;) {
    end += sizes[lists.length % sizes.length] ?? 1;
    lists.push(members.slice(0, end));
  }
  return lists;
}
