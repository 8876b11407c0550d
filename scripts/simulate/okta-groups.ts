/** Group push of Okta: single changes by PATCH for catalogue apps, the whole group by PUT for those of the wizard. */
import type { DirectoryGroup } from "./directory.ts";
import { finalMembers, leavingMembers } from "./intended.ts";
import type { KnownGroup } from "./matching.ts";
import {
  changeMembersBody,
  nameBody,
  putGroupBody,
  setMembersBody,
  type Member,
} from "./okta-bodies.ts";
import type { PatchBody } from "./patch-op.ts";
import { makePhase, type Phase } from "./phases.ts";
import { idsOf, pathTo, type Run } from "./run.ts";
import { cutMembers, growingLists, type MemberChunk } from "./steps.ts";

export interface OktaRun extends Run {
  readonly app: "oin" | "wizard";
}

/** Who leaves goes in the same request as who comes. */
interface Move extends MemberChunk {
  readonly joining: readonly number[];
}

const ADDED_TOGETHER: readonly number[] = [1, 5, 20];
const REMOVED_TOGETHER: readonly number[] = [3, 1, 8];
/** Every third group is pushed as a whole in the end, and every empty one. */
const PUSHED_NOW = 3;

/** The first members, all but the latecomer. */
export function fillGroups(run: OktaRun): Phase {
  const { groups } = run.directory;
  const first = (group: DirectoryGroup): readonly number[] => {
    const late = latecomers(run, group);
    return group.joined.filter((member) => !late.includes(member));
  };
  if (run.app === "oin") {
    return makePhase("add members", cutMembers(groups, first, ADDED_TOGETHER), (chunk) =>
      patchMembers(run, { ...chunk, users: [], joining: chunk.users }, "add members"),
    );
  }
  return makePhase("add members", groups, async (group) => {
    const present = run.known.groups.get(group.externalId);
    // What an earlier run has filled gets its final members further on.
    if (present?.created !== true) return;
    for (const members of growingLists(first(group), ADDED_TOGETHER)) {
      await putGroup(run, present, members, "add members");
    }
  });
}

/** New names, moves from one group to another, and "Push now". */
export function changeGroups(run: OktaRun): readonly Phase[] {
  const { directory, app } = run;
  const { groups } = directory;
  const pushed = groups.filter(
    (group) => group.index % PUSHED_NOW === 0 || finalMembers(directory, group).length === 0,
  );
  return [
    makePhase("rename groups", groups, (group) => renameGroup(run, group)),
    app === "oin"
      ? makePhase("move members", cutMoves(run), (move) => patchMembers(run, move, "move members"))
      : makePhase("move members", groups, (group) => putFinal(run, group, "move members")),
    makePhase("push groups now", pushed, (group) => pushNow(run, group)),
  ];
}

function cutMoves(run: OktaRun): readonly Move[] {
  return run.directory.groups.flatMap((group) => {
    const leaving = (one: DirectoryGroup) => leavingMembers(run.directory, one);
    const [first = { group, users: [], index: 0 }, ...others] = cutMembers(
      [group],
      leaving,
      REMOVED_TOGETHER,
    );
    return [
      { ...first, joining: latecomers(run, group) },
      ...others.map((chunk) => ({ ...chunk, joining: [] })),
    ];
  });
}

/** The last of those who stay; nobody for a group that nobody stays in. */
function latecomers(run: OktaRun, group: DirectoryGroup): readonly number[] {
  return finalMembers(run.directory, group).slice(-1);
}

async function renameGroup(run: OktaRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined || present.displayName === group.nameAfter) return;
  present.displayName = group.nameAfter;
  if (run.app === "oin") await pushName(run, present, "rename group");
  else await putFinal(run, group, "rename group");
}

async function patchMembers(run: OktaRun, move: Move, kind: string): Promise<void> {
  const present = run.known.groups.get(move.group.externalId);
  const body = changeMembersBody(membersOf(run, move.joining), idsOf(run, move.users));
  if (present === undefined || body === undefined) return;
  await pushName(run, present, "push group name");
  await patchGroup(run, present, kind, body);
}

async function pushNow(run: OktaRun, group: DirectoryGroup): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined) return;
  if (run.app === "wizard") {
    await putFinal(run, group, "push group now");
    return;
  }
  const members = membersOf(run, finalMembers(run.directory, group));
  await pushName(run, present, "push group name");
  await patchGroup(run, present, "push group now", setMembersBody(members));
}

async function pushName(run: OktaRun, present: KnownGroup, kind: string): Promise<void> {
  await patchGroup(run, present, kind, nameBody(present.id, present.displayName));
}

async function patchGroup(
  run: OktaRun,
  present: KnownGroup,
  kind: string,
  body: PatchBody,
): Promise<void> {
  const path = pathTo("/Groups", present.id);
  await run.client.send({ kind, method: "PATCH", path, body, expect: [200, 204] });
}

async function putFinal(run: OktaRun, group: DirectoryGroup, kind: string): Promise<void> {
  const present = run.known.groups.get(group.externalId);
  if (present === undefined) return;
  await putGroup(run, present, finalMembers(run.directory, group), kind);
}

async function putGroup(
  run: OktaRun,
  present: KnownGroup,
  members: readonly number[],
  kind: string,
): Promise<void> {
  await run.client.send({
    kind,
    method: "PUT",
    path: pathTo("/Groups", present.id),
    body: putGroupBody(present.id, present.displayName, membersOf(run, members)),
    expect: [200],
  });
}

function membersOf(run: OktaRun, indexes: readonly number[]): readonly Member[] {
  return indexes.flatMap((index) => {
    const user = run.directory.users[index];
    const present = user === undefined ? undefined : run.known.users.get(user.externalId);
    if (present === undefined) return [];
    return [{ value: present.id, display: present.attributes["userName"] ?? "" }];
  });
}
