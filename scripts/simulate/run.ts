/** What the steps of one run share. */
import type { Client } from "./client.ts";
import type { Directory, DirectoryUser } from "./directory.ts";
import type { Known } from "./matching.ts";

export interface Run {
  readonly client: Client;
  readonly directory: Directory;
  readonly known: Known;
}

export function startRun(client: Client, directory: Directory): Run {
  return { client, directory, known: { users: new Map(), groups: new Map() } };
}

export function ofCourse(
  run: Run,
  ...courses: readonly DirectoryUser["course"][]
): readonly DirectoryUser[] {
  return run.directory.users.filter((user) => courses.includes(user.course));
}

/** The server's id of the user with this index. */
export function idOf(run: Run, index: number): string | undefined {
  const user = run.directory.users[index];
  return user === undefined ? undefined : run.known.users.get(user.externalId)?.id;
}

export function idsOf(run: Run, indexes: readonly number[]): readonly string[] {
  return indexes.flatMap((index) => idOf(run, index) ?? []);
}

/** "/Users/{id}" */
export function pathTo(endpoint: "/Users" | "/Groups", id: string): string {
  return `${endpoint}/${encodeURIComponent(id)}`;
}
