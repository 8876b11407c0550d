/** An edit as statements: one atomic batch that the guard opens. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { JsonObject } from "../scim/json.ts";
import type { StoredResource } from "../scim/resource.ts";
import { mayWrite } from "./claim.ts";
import type { DecideContext, Edit } from "./decide.ts";
import { diff } from "./diff.ts";
import { literal, typesWithRows } from "./locate.ts";
import type { WriteCommand } from "./needs.ts";
import { attributesOf, foldDocument, indexRows } from "./rows.ts";
import type { IndexRow } from "./rows.ts";
import { planPosition } from "./positions.ts";
import type { State, WriterState } from "./state.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

/** At most this many ids of members are written into the activity log; the number is there whatever it is. */
const MOST_LOGGED_MEMBERS = 100;

/** A tenant without a writer's row has no sequence that could be right: the guard refuses. */
const NO_WRITER: WriterState = Object.freeze({ sequence: -1, totals: {}, lastId: "" });

export function changesFor(
  command: WriteCommand,
  state: State,
  context: DecideContext,
  edit: Edit,
): Statement[] {
  const { tenant } = command.claim;
  const { type } = context;
  const writer = state.writer ?? NO_WRITER;
  const id = (edit.after ?? edit.before)?.id ?? "";
  const activityId = context.newId(edit.before === undefined ? id : writer.lastId);
  return [
    guard(command, writer, totalsAfter(writer, type, edit), activityId),
    ...writeResource(tenant, type, edit),
    ...writeIndex(tenant, type, edit, id),
    ...writeMembers(tenant, edit, state, id),
    ...leaveGroups(tenant, state, edit, context),
    ...planPosition(tenant, type, edit, state.run),
    writeActivity(command, context, edit, activityId),
    writeOutbox(command, writer, context, edit),
  ].map(statement);
}

/**
 * Refuses the whole batch, by its CHECK, where the tenant has no writer's row, where its sequence isn't the one that was read,
 * and where the token no longer stands. (SQLite checks before it looks for the conflict, so the condition is in the row
 * that is offered for insertion.)
 */
export function guard(
  { claim }: WriteCommand,
  writer: WriterState,
  totals: Readonly<Record<string, number>>,
  lastId: string,
): SQL {
  return sql`INSERT INTO writers (tenant_id, sequence, ok, totals, last_id) VALUES (${claim.tenant}, 0,
      EXISTS (SELECT 1 FROM writers WHERE tenant_id = ${claim.tenant} AND sequence = ${writer.sequence}) AND ${mayWrite(claim)},
      ${JSON.stringify(totals)}, ${lastId})
    ON CONFLICT (tenant_id) DO UPDATE SET sequence = sequence + 1, totals = excluded.totals, last_id = excluded.last_id`;
}

function totalsAfter(
  { totals }: WriterState,
  type: ResourceType,
  { before, after }: Edit,
): Readonly<Record<string, number>> {
  const step = Number(after !== undefined) - Number(before !== undefined);
  return { ...totals, [type.name]: (totals[type.name] ?? 0) + step };
}

function writeResource(tenant: string, type: ResourceType, { before, after }: Edit): SQL[] {
  const name = literal(type.name);
  if (after === undefined) {
    return [
      sql`DELETE FROM resources WHERE tenant_id = ${tenant} AND type = ${name} AND id = ${before?.id ?? ""}`,
    ];
  }
  const document = JSON.stringify(after.document);
  const folded = JSON.stringify(foldDocument(type, after.document));
  if (before === undefined) {
    return [
      sql`INSERT INTO resources (tenant_id, type, id, version, created, last_modified, document, folded)
        VALUES (${tenant}, ${name}, ${after.id}, ${after.version}, ${after.created}, ${after.lastModified}, ${document}, jsonb(${folded}))`,
    ];
  }
  return [
    sql`UPDATE resources SET version = ${after.version}, last_modified = ${after.lastModified}, document = ${document}, folded = jsonb(${folded})
      WHERE tenant_id = ${tenant} AND type = ${name} AND id = ${after.id}`,
  ];
}

/** Only the index rows that differ: the old ones are derived from the old document and deleted by their full key. */
function writeIndex(tenant: string, type: ResourceType, edit: Edit, id: string): SQL[] {
  const rowsOf = (resource: StoredResource | undefined): IndexRow[] =>
    resource === undefined ? [] : indexRows(type, id, attributesOf(resource.document));
  const [before, after] = [rowsOf(edit.before), rowsOf(edit.after)];
  const isIn = (rows: readonly IndexRow[], row: IndexRow): boolean =>
    rows.some(({ attribute, value }) => attribute === row.attribute && value === row.value);
  const gone = before.filter((row) => !isIn(after, row));
  const come = after.filter((row) => !isIn(before, row));
  const asJson = (rows: readonly IndexRow[]): string =>
    JSON.stringify(rows.map(({ attribute, value, holder }) => [attribute, value, holder]));
  const name = literal(type.name);
  const statements: SQL[] = [];
  if (gone.length > 0) {
    statements.push(sql`DELETE FROM resource_values WHERE tenant_id = ${tenant} AND type = ${name} AND (attribute, value, holder) IN
      (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(${asJson(gone)}))`);
  }
  if (come.length > 0) {
    statements.push(sql`INSERT INTO resource_values (tenant_id, type, attribute, value, holder, resource_id)
      SELECT ${tenant}, ${name}, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), ${id}
      FROM json_each(${asJson(come)})`);
  }
  return statements;
}

function writeMembers(tenant: string, edit: Edit, state: State, id: string): SQL[] {
  const { added, removed } = edit.members;
  const statements: SQL[] = [];
  if (edit.after === undefined) {
    statements.push(sql`DELETE FROM members WHERE tenant_id = ${tenant} AND group_id = ${id}`);
  }
  if (removed.length > 0) {
    statements.push(sql`DELETE FROM members WHERE tenant_id = ${tenant} AND group_id = ${id}
      AND member_id IN (SELECT value FROM json_each(${JSON.stringify(removed)}))`);
  }
  if (added.length > 0) {
    const rows = added.map((member) => [member, state.mentioned.get(member)?.type ?? ""]);
    statements.push(sql`INSERT INTO members (tenant_id, group_id, member_id, member_type)
      SELECT ${tenant}, ${id}, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(${JSON.stringify(rows)})`);
  }
  return statements;
}

/** A resource that is deleted leaves its groups in the same batch, and each of them has a new version. */
function leaveGroups(
  tenant: string,
  { holding }: State,
  edit: Edit,
  context: DecideContext,
): SQL[] {
  if (edit.after !== undefined || holding.length === 0) return [];
  return [
    sql`DELETE FROM members INDEXED BY members_by_member WHERE tenant_id = ${tenant} AND member_id = ${edit.before?.id ?? ""}`,
    sql`UPDATE resources SET version = version + 1, last_modified = ${context.now}
      WHERE tenant_id = ${tenant} AND type IN (${typesWithRows(context.types)})
        AND id IN (SELECT value FROM json_each(${JSON.stringify(holding)}))`,
  ];
}

function writeActivity(
  command: WriteCommand,
  { now, type }: DecideContext,
  edit: Edit,
  activityId: string,
): SQL {
  const { claim, tokenId, provider, change, quirks } = command;
  const id = (edit.after ?? edit.before)?.id ?? "";
  return sql`INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes)
    VALUES (${claim.tenant}, ${activityId}, ${now}, ${tokenId}, ${provider}, ${change.kind}, ${type.name}, ${id}, 'success',
      ${JSON.stringify(quirks)}, ${JSON.stringify(changesOf(edit))})`;
}

function changesOf({ before, after, members }: Edit): readonly object[] {
  const attributes = (resource: StoredResource | undefined): JsonObject =>
    resource === undefined ? {} : attributesOf(resource.document);
  const { added, removed } = members;
  const isMoved = added.length > 0 || removed.length > 0;
  return [
    ...diff(attributes(before), attributes(after)),
    ...(isMoved ? [{ path: ["members"], added: logged(added), removed: logged(removed) }] : []),
  ];
}

function logged(ids: readonly string[]): { count: number; ids: readonly string[] } {
  return { count: ids.length, ids: ids.slice(0, MOST_LOGGED_MEMBERS) };
}

function writeOutbox(
  { claim, change, provider }: WriteCommand,
  writer: WriterState,
  { now, type }: DecideContext,
  edit: Edit,
): SQL {
  const { id, version } = edit.after ?? edit.before ?? { id: "", version: 0 };
  const event = { kind: change.kind, type: type.name, id, version, provider, at: now };
  return sql`INSERT INTO outbox (tenant_id, sequence, event) VALUES (${claim.tenant}, ${writer.sequence + 1}, ${JSON.stringify(event)})`;
}
