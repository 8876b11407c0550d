/** What a chunk of an import comes to, over what is there: new rows, rows that are there already, and what forbids it. Pure. */
import type { ResourceType } from "../../schema/attribute.ts";
import { rowsAttribute } from "../plan/members.ts";
import { attributesOf, indexRows } from "../plan/rows.ts";
import { cutRuns } from "../plan/runs.ts";
import { jsonEqual, readObject } from "../scim/json.ts";
import type { StoredResource } from "../scim/resource.ts";
import type { Row } from "../execute/store.ts";
import type { Chunk, UniqueValue } from "./import-needs.ts";
import { ProblemError } from "./problem.ts";
import { numberOf, textOf, textOrNull } from "./row.ts";
import { documentFault } from "./stored-document.ts";
import type { LineOf } from "./transfer-lines.ts";

/** A resource of the chunk with its type. */
export interface Imported {
  readonly type: ResourceType;
  readonly line: LineOf<"resource">;
}

/** A resource to be written, and the one in whose place it comes. */
export interface Placed {
  readonly type: ResourceType;
  readonly before: StoredResource | undefined;
  readonly after: StoredResource;
}

export interface RunCount {
  readonly type: string;
  readonly firstId: string;
  readonly count: number;
}

/** The rows of each of the needs, in their order. */
export interface Seen {
  readonly schemes: readonly Row[];
  readonly clients: readonly Row[];
  readonly resources: readonly Row[];
  readonly unique: readonly Row[];
  readonly members: readonly Row[];
  readonly runs: readonly Row[];
}

export interface Decision {
  readonly connections: readonly LineOf<"connection">[];
  readonly clients: readonly LineOf<"client">[];
  readonly resources: readonly Placed[];
  readonly members: readonly LineOf<"member">[];
  readonly runs: readonly RunCount[];
}

/** Most differences that one refusal lists. */
const MOST_TOLD = 5;

/** The ids of resources are UUIDv7, whose first 48 bits are milliseconds: the next id has to come after them. */
const DAY_MS = 86_400_000;

/** @throws ProblemError 400 two lines of a chunk are for one row */
export function checkKeys({ connections, clients, resources, members }: Chunk): void {
  const keys = [
    ...connections.map(({ scheme }) => `connection ${scheme}`),
    ...clients.map(({ clientId }) => `client ${clientId}`),
    ...resources.map(({ id }) => `resource ${id}`),
    ...members.map(({ group, member }) => `member ${pairOf(group, member)}`),
  ];
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new ProblemError(400, `lines: ${key} is there twice`);
    seen.add(key);
  }
}

/** Checks the resources of a chunk by themselves. @throws ProblemError 400 */
export function readResources(
  lines: readonly LineOf<"resource">[],
  types: readonly ResourceType[],
  now: Date,
): Imported[] {
  return lines.map((line) => {
    const type = types.find(({ name }) => name === line.type);
    if (type === undefined) throw new ProblemError(400, `there is no resource type "${line.type}"`);
    const made = Number.parseInt(line.id.replace("-", "").slice(0, 12), 16);
    const fault =
      made > now.getTime() + DAY_MS
        ? "its id is of the future"
        : documentFault(type, line.id, line.document);
    if (fault !== undefined) throw new ProblemError(400, `${line.type} ${line.id}: ${fault}`);
    return { type, line };
  });
}

/** The values of the resources that nobody else may have. */
export function uniqueValues(resources: readonly Imported[]): UniqueValue[] {
  return resources.flatMap(({ type, line }) =>
    indexRows(type, line.id, attributesOf(line.document))
      .filter(({ holder }) => holder === "")
      .map(({ attribute, value }): UniqueValue => [type.name, attribute, value]),
  );
}

/**
 * Connections and OAuth clients that are there stay as they are: they may have been set up anew. A resource that is there differently
 * is refused, or replaced. @throws ProblemError 409
 */
export function decideImport(
  chunk: Chunk,
  resources: readonly Imported[],
  seen: Seen,
  replace: boolean,
): Decision {
  const schemes = new Set(seen.schemes.map((row) => textOf(row, "scheme")));
  const clients = new Set(seen.clients.map((row) => textOf(row, "client_id")));
  const placed = placeResources(resources, seen.resources, replace);
  checkUnique(resources, seen.unique);
  return {
    connections: chunk.connections.filter(({ scheme }) => !schemes.has(scheme)),
    clients: chunk.clients.filter(({ clientId }) => !clients.has(clientId)),
    resources: placed,
    members: decideMembers(chunk, resources, seen.members),
    runs: countRuns(placed, seen.runs),
  };
}

function placeResources(
  resources: readonly Imported[],
  rows: readonly Row[],
  replace: boolean,
): Placed[] {
  const there = new Map(rows.map((row) => [textOf(row, "id"), storedIn(row)]));
  const placed = resources.flatMap(({ type, line }): Placed[] => {
    const { kind: _kind, ...after } = line;
    const before = there.get(line.id);
    return before !== undefined && isSame(before, after) ? [] : [{ type, before, after }];
  });
  const different = placed.filter(
    ({ before, after }) => before !== undefined && (!replace || before.type !== after.type),
  );
  if (different.length > 0) refuseDifferent(different);
  return placed;
}

function storedIn(row: Row): StoredResource {
  return {
    type: textOf(row, "type"),
    id: textOf(row, "id"),
    version: numberOf(row, "version"),
    created: textOf(row, "created"),
    lastModified: textOf(row, "last_modified"),
    document: readObject(textOf(row, "document")),
  };
}

function isSame(left: StoredResource, right: StoredResource): boolean {
  return (
    left.type === right.type &&
    left.version === right.version &&
    left.created === right.created &&
    left.lastModified === right.lastModified &&
    jsonEqual(left.document, right.document)
  );
}

function refuseDifferent(different: readonly Placed[]): never {
  const told = different.slice(0, MOST_TOLD).map(({ before, after }) => {
    const here = `${before?.type ?? ""} of version ${before?.version ?? 0}`;
    return `${after.id} is a ${here} here, a ${after.type} of version ${after.version} in the file`;
  });
  const more = different.length > MOST_TOLD ? `; and ${different.length - MOST_TOLD} more` : "";
  throw new ProblemError(409, `the tenant has other data: ${told.join("; ")}${more}`);
}

/** Whose value it is here doesn't matter where that resource is replaced by this very chunk. */
function checkUnique(resources: readonly Imported[], rows: readonly Row[]): void {
  const holders = new Map(
    rows.map((row) => {
      const parts = [textOf(row, "type"), textOf(row, "attribute"), textOf(row, "value")];
      return [JSON.stringify(parts), textOf(row, "resource_id")];
    }),
  );
  const ours = new Set(resources.map(({ line }) => line.id));
  for (const one of resources) {
    for (const parts of uniqueValues([one])) {
      const key = JSON.stringify(parts);
      const holder = holders.get(key);
      if (holder !== undefined && holder !== one.line.id && !isLeft(holder, key)) {
        const [type, attribute, value] = parts;
        const detail = `the ${attribute} "${value}" of ${type} ${one.line.id} is that of ${holder}`;
        throw new ProblemError(409, detail);
      }
      holders.set(key, one.line.id);
    }
  }
  function isLeft(holder: string, key: string): boolean {
    if (!ours.has(holder)) return false;
    const held = uniqueValues(resources.filter(({ line }) => line.id === holder));
    return !held.some((parts) => JSON.stringify(parts) === key);
  }
}

function decideMembers(
  chunk: Chunk,
  resources: readonly Imported[],
  rows: readonly Row[],
): LineOf<"member">[] {
  const types = new Map(resources.map(({ type, line }) => [line.id, type]));
  const there = new Map(
    rows.map((row) => [pairOf(textOf(row, "group_id"), textOf(row, "member_id")), row]),
  );
  return chunk.members.filter(({ group, member, type }) => {
    const row = there.get(pairOf(group, member)) ?? {};
    const holder = types.get(group);
    const hasGroup =
      row["has_group"] === 1 || (holder !== undefined && rowsAttribute(holder) !== undefined);
    const actual = textOrNull(row, "type") ?? types.get(member)?.name;
    const name = `the member ${member} of ${group}`;
    if (!hasGroup) throw new ProblemError(409, `${name}: there is no such group`);
    if (actual !== type) throw new ProblemError(409, `${name}: there is no such ${type}`);
    return row["held"] !== 1;
  });
}

function pairOf(group: string, member: string): string {
  return `${group} ${member}`;
}

/** The counts of the runs that the new resources fall into; runs that became too long are cut. */
function countRuns(placed: readonly Placed[], rows: readonly Row[]): RunCount[] {
  const fresh = placed.flatMap(({ before, after }) => (before === undefined ? [after] : []));
  const runs = Map.groupBy(rows, (row) => JSON.stringify([row["type"], row["first_id"]]));
  const touched = [...runs.values()].flatMap(([row]) => (row === undefined ? [] : [row]));
  return touched.flatMap((row, index) => {
    const [type, firstId] = [textOf(row, "type"), textOf(row, "first_id")];
    const next = touched[index + 1];
    const end = next?.["type"] === type ? textOf(next, "first_id") : undefined;
    const added = fresh
      .filter(
        (one) => one.type === type && one.id >= firstId && (end === undefined || one.id < end),
      )
      .map(({ id }) => id);
    const ids = (runs.get(JSON.stringify([type, firstId])) ?? []).flatMap(
      (one) => textOrNull(one, "id") ?? [],
    );
    const count = row["count"] === null ? 0 : numberOf(row, "count");
    const isCut = ids.length > 0 || count === 0;
    const counted = isCut
      ? cutRuns(firstId, [...ids, ...added].toSorted())
      : [{ firstId, count: count + added.length }];
    return counted.map((run) => ({ type, ...run }));
  });
}
