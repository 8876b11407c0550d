/** One step of an audit: a page of one part of a tenant's rows, looked at and, where asked for, mended. */
import type { ResourceType } from "../../schema/attribute.ts";
import { guardWhere } from "../plan/changes.ts";
import { number, text } from "../plan/decode.ts";
import { statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import { GuardFailed } from "../execute/store.ts";
import type { Row, Store } from "../execute/store.ts";
import { besideWriter } from "./beside-writer.ts";
import type { Beside } from "./beside-writer.ts";
import { tenantStands } from "./in-tenant.ts";
import { printCursor, readCursor, startAfter } from "./transfer-cursor.ts";
import type { Cursor } from "./transfer-cursor.ts";
import { Moved, openReader } from "./verify-audit.ts";
import type { Audit, Finding, Reader, Repair } from "./verify-audit.ts";
import { auditMembers } from "./verify-members.ts";
import { auditPositions } from "./verify-positions.ts";
import { auditResources } from "./verify-resources.ts";
import { auditValues } from "./verify-values.ts";
import { auditTotals, auditWriter } from "./verify-writer.ts";

/** In this order a repair mends each by what was mended before: stale index rows go before missing ones come. */
const PARTS = Object.freeze([
  "writer",
  "values",
  "resources",
  "members",
  "positions",
  "totals",
] as const);
type Part = (typeof PARTS)[number];

const KEYS = Object.freeze({
  writer: 0,
  values: 4,
  resources: 2,
  members: 2,
  positions: 2,
  totals: 0,
});

export interface VerifyRequest extends Beside {
  /** Undefined: from the beginning. */
  readonly cursor: string | undefined;
  readonly repair: boolean;
  readonly types: readonly ResourceType[];
  /** The audit log's entry of what is mended. */
  readonly entry: (detail: object) => Statement;
}

export interface VerifyStep {
  readonly part: Part;
  /** Rows that were looked at. */
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** Null after the last step. */
  readonly next: string | null;
}

/** @throws ProblemError 400 no such cursor; 404 no tenant; 503 others write all the time */
export async function verifyStep(store: Store, request: VerifyRequest): Promise<VerifyStep> {
  const cursor = readCursor(PARTS, KEYS, request.cursor);
  return besideWriter(request, async () => {
    try {
      return await attempt(store, request, cursor);
    } catch (error) {
      if (error instanceof Moved || error instanceof GuardFailed) return undefined;
      throw error;
    }
  });
}

async function attempt(
  store: Store,
  { tenant, repair, types, entry }: VerifyRequest,
  cursor: Cursor<Part>,
): Promise<VerifyStep> {
  const reader = openReader(store, tenant);
  const audit = await auditPart(reader, tenant, cursor, types);
  const isMended = repair && audit.findings.some((finding) => finding.repair === "possible");
  if (isMended) {
    const mended = planMend(tenant, reader.writer(), audit.repair);
    await store.batch([...mended, entry({ part: cursor.part, findings: audit.findings.length })]);
  }
  const next =
    audit.last === null
      ? startAfter(PARTS, KEYS, cursor.part)
      : { part: cursor.part, key: audit.last };
  return {
    part: cursor.part,
    checked: audit.checked,
    findings: audit.findings.map((finding) =>
      isMended && finding.repair === "possible" ? { ...finding, repair: "done" } : finding,
    ),
    next: next && printCursor(next),
  };
}

function auditPart(
  reader: Reader,
  tenant: string,
  { part, key }: Cursor<Part>,
  types: readonly ResourceType[],
): Promise<Audit> {
  switch (part) {
    case "writer":
      return auditWriter(reader, tenant, types);
    case "values":
      return auditValues(reader, tenant, key, types);
    case "resources":
      return auditResources(reader, tenant, key, types);
    case "members":
      return auditMembers(reader, tenant, key, types);
    case "positions":
      return auditPositions(reader, tenant, key, types);
    case "totals":
      return auditTotals(reader, tenant);
  }
}

/** GuardFailed where somebody wrote since the page was read. */
function planMend(
  tenant: string,
  writer: Row | undefined,
  { kind, queries, totals }: Repair,
): Statement[] {
  const guard = guardWhere(tenant, tenantStands(tenant), {
    sequence: number(writer?.["sequence"]),
    totals: totals ?? text(writer?.["totals"]),
    lastId: text(writer?.["last_id"]),
    steps: 1,
  });
  return (kind === "guarded" ? [guard, ...queries] : queries).map(statement);
}
