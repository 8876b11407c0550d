/** Imports a chunk of lines in one atomic batch that the tenant's guard opens: whoever else writes, nothing is lost and nothing written twice. */
import type { ResourceType } from "../../schema/attribute.ts";
import {
  deleteIndex,
  deleteResources,
  guardWhere,
  insertIndex,
  insertResources,
} from "../plan/changes.ts";
import { number, text, totalsIn } from "../plan/decode.ts";
import { tables } from "../plan/lists.ts";
import { insertMemberRows, writePositions } from "../plan/row-writes.ts";
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import { readObject } from "../scim/json.ts";
import { GuardFailed, UniqueViolation } from "../execute/store.ts";
import type { Row, Store } from "../execute/store.ts";
import { besideWriter } from "./beside-writer.ts";
import type { Beside } from "./beside-writer.ts";
import { checkKeys, decideImport, readResources, uniqueValues } from "./import-decide.ts";
import type { Decision } from "./import-decide.ts";
import { planImportNeeds, sortLines } from "./import-needs.ts";
import { executeInTenant, tenantStands } from "./in-tenant.ts";
import { ProblemError } from "./problem.ts";
import type { Line } from "./transfer-lines.ts";

export interface ImportRequest extends Beside {
  readonly lines: readonly Line[];
  /** Whether a resource that is there differently is replaced; else that is refused. */
  readonly replace: boolean;
  readonly types: readonly ResourceType[];
  readonly now: Date;
  /** The audit log's entry of what is written. */
  readonly entry: (detail: object) => Statement;
}

export interface Imported {
  /** Lines that were written. */
  readonly written: number;
  /** Lines that were there already. */
  readonly kept: number;
}

/**
 * The same chunk again changes nothing.
 * @throws ProblemError 400 a line can't be; 404 no tenant; 409 it doesn't fit to what is there; 503 others write all the time
 */
export async function importLines(store: Store, request: ImportRequest): Promise<Imported> {
  const { tenant, lines, types, now } = request;
  const chunk = sortLines(lines);
  checkKeys(chunk);
  const resources = readResources(chunk.resources, types, now);
  const needs = planImportNeeds(tenant, chunk, uniqueValues(resources), types);
  return besideWriter(request, () => attempt(store, request, { chunk, resources, needs }));
}

interface Prepared {
  readonly chunk: ReturnType<typeof sortLines>;
  readonly resources: ReturnType<typeof readResources>;
  readonly needs: readonly Statement[];
}

/** Undefined where another writer was there: what was read is stale, and nothing was written. */
async function attempt(
  store: Store,
  { tenant, lines, replace, entry }: ImportRequest,
  { chunk, resources, needs }: Prepared,
): Promise<Imported | undefined> {
  const rows = await executeInTenant(store, tenant, needs);
  const [writer] = rows(0);
  if (writer === undefined) {
    throw new ProblemError(409, "the tenant has no row in writers: verify can repair it");
  }
  const seen = {
    schemes: rows(1),
    clients: rows(2),
    resources: rows(3),
    unique: rows(4),
    members: rows(5),
    runs: rows(6),
  };
  const decision = decideImport(chunk, resources, seen, replace);
  const written = countOf(decision);
  const done = { written, kept: lines.length - written };
  if (written === 0) return done;
  const statements = planImport(tenant, decision, writer);
  const isDone = await isWritten(store, [...statements, entry({ ...done, replace })]);
  return isDone ? done : undefined;
}

function countOf({ connections, clients, resources, members }: Decision): number {
  return connections.length + clients.length + resources.length + members.length;
}

async function isWritten(store: Store, statements: readonly Statement[]): Promise<boolean> {
  try {
    await store.batch(statements);
    return true;
  } catch (error) {
    if (error instanceof GuardFailed || error instanceof UniqueViolation) return false;
    throw error;
  }
}

function planImport(tenant: string, decision: Decision, writer: Row): Statement[] {
  const { resources } = decision;
  const edits = resources.map(({ type, before, after }) => ({ type, id: after.id, before, after }));
  const replaced = edits.filter(({ before }) => before !== undefined);
  const lastId = resources.reduce(
    (last, { after }) => (after.id > last ? after.id : last),
    text(writer["last_id"]),
  );
  const queries = [
    guardWhere(tenant, tenantStands(tenant), {
      sequence: number(writer["sequence"]),
      totals: JSON.stringify(totalsWith(decision, text(writer["totals"]))),
      lastId,
      steps: 1,
    }),
    ...deleteResources(
      tenant,
      replaced.map((edit) => ({ ...edit, after: undefined })),
    ),
    ...deleteIndex(tenant, edits),
    ...insertResources(
      tenant,
      edits.map((edit) => ({ ...edit, before: undefined })),
    ),
    ...insertIndex(tenant, edits),
    // Counts as they are to be: the guard says that nobody else changed them.
    ...writePositions(
      tenant,
      decision.runs.map(({ type, firstId, count }) => [type, firstId, count]),
    ),
    ...insertMemberRows(
      tenant,
      decision.members.map(({ group, member, type }) => [group, member, type]),
    ),
    ...insertConnections(tenant, decision),
    ...insertClients(tenant, decision),
  ];
  return queries.map(statement);
}

function totalsWith({ resources }: Decision, before: string): Record<string, number> {
  const totals = totalsIn(readObject(before));
  for (const { type, before: old } of resources) {
    if (old === undefined) totals[type.name] = (totals[type.name] ?? 0) + 1;
  }
  return totals;
}

function insertConnections(tenant: string, { connections }: Decision): SQL[] {
  const rows = connections.map((one) => [
    one.scheme,
    one.displayName,
    one.enabled ? 1 : 0,
    one.type,
    one.profile,
    JSON.stringify(one.properties),
    one.created,
    one.lastModified,
  ]);
  return tables(rows).map(
    (table) => sql`INSERT INTO sso_providers
        (tenant_id, scheme, display_name, enabled, type, profile, properties, created, last_modified)
      SELECT ${tenant}, column1, column2, column3, column4, column5, column6, column7, column8 FROM ${table}`,
  );
}

function insertClients(tenant: string, { clients }: Decision): SQL[] {
  const rows = clients.map((one) => [
    one.clientId,
    one.provider,
    one.displayName,
    one.created,
    one.createdBy,
  ]);
  return tables(rows).map(
    (
      table,
    ) => sql`INSERT INTO oauth_clients (tenant_id, client_id, provider, display_name, created, created_by)
      SELECT ${tenant}, column1, column2, column3, column4, column5 FROM ${table}`,
  );
}
