/** The net effect of a batch of edits as statements: one atomic batch that the guard opens. */
import type { ResourceType } from "../../schema/attribute.ts";
import { standingKey } from "../scim/command.ts";
import type { StoredResource } from "../scim/resource.ts";
import { mayWrite } from "./claim.ts";
import type { DecideContext, Edit } from "./decide.ts";
import { lists, tables } from "./lists.ts";
import { literal, namesOfTypes, typesWithRows } from "./locate.ts";
import { writeLog } from "./log.ts";
import type { Typed, WriteCommand } from "./needs.ts";
import { FEW, deleteIndexRows, insertIndexRows, insertMemberRows } from "./row-writes.ts";
import { attributesOf, foldDocument, indexRows } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

export interface Done extends Typed {
  readonly edit: Edit;
}

/** What is deleted goes first: what takes its place may have its key. */
export function changesFor(
  done: readonly Done[],
  snapshot: Snapshot,
  types: readonly ResourceType[],
  context: DecideContext,
): Statement[] {
  const [first] = done;
  if (first === undefined) return [];
  const { tenant } = first.command.claim;
  const log = writeLog(tenant, done, snapshot, context);
  const net = netOf(snapshot, types);
  const queries = [
    guard(
      done.map(({ command }) => command),
      context.now,
      snapshot,
    ),
    ...deleteResources(tenant, net),
    ...deleteIndex(tenant, net),
    ...deleteMembers(tenant, snapshot, net),
    ...updateResources(tenant, net),
    ...bumpGroups(tenant, snapshot, types, context),
    ...insertResources(tenant, net),
    ...insertIndex(tenant, net),
    ...insertMembers(tenant, snapshot),
    ...snapshot.runs.write(tenant),
    ...log,
  ];
  return queries.map(statement);
}

export interface NetEdit {
  readonly type: ResourceType;
  readonly id: string;
  readonly before: StoredResource | undefined;
  readonly after: StoredResource | undefined;
}

function netOf(snapshot: Snapshot, types: readonly ResourceType[]): NetEdit[] {
  return [...snapshot.initial].flatMap(([id, before]) => {
    const after = snapshot.resources.get(id);
    const type = types.find(({ name }) => name === (after ?? before)?.type);
    return type === undefined ? [] : [{ type, id, before, after }];
  });
}

/**
 * Refuses the whole batch, by its CHECK, where the tenant has no writer's row, where its sequence isn't the one that was decided on,
 * and where a token doesn't stand when the batch is written, or its connection has another profile. (SQLite checks before it looks
 * for the conflict, so the condition is in the row that is offered for insertion.)
 */
export function guard(
  commands: readonly Pick<WriteCommand, "claim" | "profile">[],
  now: string,
  { writer, totals, lastId }: Pick<Snapshot, "writer" | "totals" | "lastId">,
): SQL {
  const unrepeated = new Map(commands.map((command) => [standingKey(command), command]));
  const tokens = [...unrepeated.values()].map(({ claim, profile }) =>
    mayWrite({ ...claim, at: now }, profile),
  );
  const tenant = commands[0]?.claim.tenant ?? "";
  return guardWhere(tenant, sql.join(tokens, sql` AND `), {
    sequence: writer.sequence,
    totals: JSON.stringify(totals),
    lastId,
    steps: commands.length,
  });
}

export interface Guarded {
  /** The sequence that was read, or is known. */
  readonly sequence: number;
  /** JSON object, as it is to be. */
  readonly totals: string;
  readonly lastId: string;
  /** By how much the sequence rises. */
  readonly steps: number;
}

/** The same for whoever writes without a token: `standing` is the condition under which it may. */
export function guardWhere(
  tenant: string,
  standing: SQL,
  { sequence, totals, lastId, steps }: Guarded,
): SQL {
  return sql`INSERT INTO writers (tenant_id, sequence, ok, totals, last_id) VALUES (${tenant}, 0,
      EXISTS (SELECT 1 FROM writers WHERE tenant_id = ${tenant} AND sequence = ${sequence}) AND ${standing},
      ${totals}, ${lastId})
    ON CONFLICT (tenant_id) DO UPDATE SET sequence = sequence + ${steps}, totals = excluded.totals, last_id = excluded.last_id`;
}

export function deleteResources(tenant: string, net: readonly NetEdit[]): SQL[] {
  const gone = net.filter(({ before, after }) => before !== undefined && after === undefined);
  return tables(gone.map(({ type, id }) => [type.name, id])).map(
    (table) =>
      sql`DELETE FROM resources WHERE tenant_id = ${tenant} AND (type, id) IN (SELECT * FROM ${table})`,
  );
}

export function insertResources(tenant: string, net: readonly NetEdit[]): SQL[] {
  const rows = net.flatMap(({ type, id, before, after }) => {
    if (before !== undefined || after === undefined) return [];
    const { version, created, lastModified, document } = after;
    const texts = [JSON.stringify(document), JSON.stringify(foldDocument(type, document))];
    return [[type.name, id, version, created, lastModified, ...texts]];
  });
  return tables(rows).map(
    (
      table,
    ) => sql`INSERT INTO resources (tenant_id, type, id, version, created, last_modified, document, folded)
      SELECT ${tenant}, column1, column2, column3, column4, column5, column6, jsonb(column7) FROM ${table}`,
  );
}

function updateResources(tenant: string, net: readonly NetEdit[]): SQL[] {
  return net.flatMap(({ type, id, before, after }) => {
    if (before === undefined || after === undefined) return [];
    const document = JSON.stringify(after.document);
    const folded = JSON.stringify(foldDocument(type, after.document));
    return [
      sql`UPDATE resources SET version = ${after.version}, last_modified = ${after.lastModified}, document = ${document}, folded = jsonb(${folded})
        WHERE tenant_id = ${tenant} AND type = ${literal(type.name)} AND id = ${id}`,
    ];
  });
}

/** A resource that is deleted leaves its groups in the same batch, and each of them has a new version. */
function bumpGroups(
  tenant: string,
  { bumped }: Snapshot,
  types: readonly ResourceType[],
  { now }: DecideContext,
): SQL[] {
  return lists([...bumped]).map(
    (list) => sql`UPDATE resources SET version = version + 1, last_modified = ${now}
      WHERE tenant_id = ${tenant} AND type IN (${namesOfTypes(typesWithRows(types))}) AND id IN (SELECT value FROM json_each(${list}))`,
  );
}

/** Only the index rows that differ: the old ones are derived from the old document and deleted by their full key. */
function indexChange(net: readonly NetEdit[], side: "gone" | "come"): string[][] {
  return net.flatMap(({ type, id, before, after }) => {
    const rowsOf = (resource: StoredResource | undefined): Map<string, string[]> => {
      const rows =
        resource === undefined ? [] : indexRows(type, id, attributesOf(resource.document));
      return new Map(
        rows.map(({ attribute, value, holder }) => [
          JSON.stringify([attribute, value]),
          [type.name, attribute, value, holder, id],
        ]),
      );
    };
    const [old, now] = [rowsOf(before), rowsOf(after)];
    const [these, others] = side === "gone" ? [old, now] : [now, old];
    return [...these].flatMap(([key, row]) => (others.has(key) ? [] : [row]));
  });
}

export function deleteIndex(tenant: string, net: readonly NetEdit[]): SQL[] {
  return deleteIndexRows(
    tenant,
    indexChange(net, "gone").map((row) => row.slice(0, 4)),
  );
}

export function insertIndex(tenant: string, net: readonly NetEdit[]): SQL[] {
  return insertIndexRows(tenant, indexChange(net, "come"));
}

/** Single memberships that ended, and all of a group that is no more. */
function deleteMembers(tenant: string, snapshot: Snapshot, net: readonly NetEdit[]): SQL[] {
  const groups = net.filter(({ before, after }) => before !== undefined && after === undefined);
  const whole = groups.filter(({ type }) =>
    type.schema.attributes.some(({ stored }) => stored === "rows"),
  );
  const pairs = memberChange(snapshot).filter(({ isThere, wasThere }) => wasThere && !isThere);
  return [
    ...endMembers(tenant, pairs),
    ...lists(whole.map(({ id }) => id)).map(
      (list) =>
        sql`DELETE FROM members WHERE tenant_id = ${tenant} AND group_id IN (SELECT value FROM json_each(${list}))`,
    ),
  ];
}

/** Most ids that one statement names one by one, which reads two rows each; in a JSON list each takes four. */
const MOST_NAMED = 90;

function endMembers(tenant: string, pairs: readonly Membership[]): SQL[] {
  const groups = [...new Set(pairs.map(({ group }) => group))];
  const named = groups.flatMap((group) => {
    const ids = pairs.filter((pair) => pair.group === group).map(({ id }) => id);
    return chunksOf(ids, MOST_NAMED).map((chunk) => ({ group, chunk }));
  });
  if (named.length <= FEW) {
    return named.map(({ group, chunk }) => {
      const ids = sql.join(
        chunk.map((id) => sql`${id}`),
        sql`, `,
      );
      return sql`DELETE FROM members WHERE tenant_id = ${tenant} AND group_id = ${group} AND member_id IN (${ids})`;
    });
  }
  return tables(pairs.map(({ group, id }) => [group, id])).map(
    (table) =>
      sql`DELETE FROM members WHERE tenant_id = ${tenant} AND (group_id, member_id) IN (SELECT * FROM ${table})`,
  );
}

function chunksOf<Value>(values: readonly Value[], length: number): (readonly Value[])[] {
  const starts = Array.from({ length: Math.ceil(values.length / length) }, (_, i) => i * length);
  return starts.map((start) => values.slice(start, start + length));
}

function insertMembers(tenant: string, snapshot: Snapshot): SQL[] {
  const added = memberChange(snapshot).filter(({ isThere, wasThere }) => isThere && !wasThere);
  const typeOf = ({ group, id }: Membership): string =>
    snapshot.members.get(group)?.get(id)?.type ?? "";
  return insertMemberRows(
    tenant,
    added.map((one) => [one.group, one.id, typeOf(one)]),
  );
}

interface Membership {
  readonly group: string;
  readonly id: string;
  readonly wasThere: boolean;
  readonly isThere: boolean;
}

/** A group that is no more holds nobody, also where it came and went in this very batch. */
function memberChange({ touched, members, initial, resources }: Snapshot): Membership[] {
  const isGone = (group: string): boolean => initial.has(group) && !resources.has(group);
  return [...touched].flatMap(([group, ids]) =>
    [...ids].map(([id, wasThere]) => ({
      group,
      id,
      wasThere,
      isThere: !isGone(group) && (members.get(group)?.has(id) ?? false),
    })),
  );
}
