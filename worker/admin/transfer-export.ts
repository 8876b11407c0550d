/** Pages of a tenant's export, in the order of the keys: bounded in rows and in bytes, whatever the tenant's size. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Row, Store } from "../execute/store.ts";
import { totalsIn } from "../plan/decode.ts";
import { readObject } from "../scim/json.ts";
import { executeInTenant } from "./in-tenant.ts";
import { ProblemError } from "./problem.ts";
import { numberOf, textOf } from "./row.ts";
import { printCursor, readCursor, startAfter } from "./transfer-cursor.ts";
import type { Cursor } from "./transfer-cursor.ts";
import { KINDS, lineOf } from "./transfer-lines.ts";
import type { Kind, Line } from "./transfer-lines.ts";

const KEYS = Object.freeze({ connection: 1, client: 1, resource: 2, member: 2 });

/** Most rows of one page, and the bytes of documents after which it ends. */
const ROWS = 500;
export const PAGE_BYTES = 1_000_000;

export interface ExportPage {
  readonly tenant: {
    readonly id: string;
    readonly displayName: string;
    /** Resources of each type, as the writer counts them. */
    readonly totals: Readonly<Record<string, number>>;
  };
  /** The tenant's write sequence when the page was read: where it is the same on two pages, nothing was written between them. */
  readonly sequence: number;
  readonly lines: readonly Line[];
  /** Null after the last page. */
  readonly next: string | null;
}

/** @throws ProblemError 404 there is no such tenant; 409 a row of it can't be read */
export async function readExportPage(
  store: Store,
  tenant: string,
  text: string | undefined,
): Promise<ExportPage> {
  const cursor = readCursor(KINDS, KEYS, text);
  const rows = await executeInTenant(store, tenant, [
    planState(tenant),
    planExportPage(tenant, cursor),
  ]);
  const [state] = rows(0);
  if (state === undefined) {
    throw new ProblemError(409, "the tenant has no row in writers: verify can repair it");
  }
  const page = rows(1);
  const last = page.at(-1);
  const next =
    last === undefined
      ? startAfter(KINDS, KEYS, cursor.part)
      : { part: cursor.part, key: keyOf(cursor.part, last) };
  return {
    tenant: {
      id: tenant,
      displayName: textOf(state, "display_name"),
      totals: totalsIn(readObject(textOf(state, "totals"))),
    },
    sequence: numberOf(state, "sequence"),
    lines: page.map((row) => lineOf(cursor.part, row)),
    next: next && printCursor(next),
  };
}

function planState(tenant: string): Statement {
  return statement(sql`SELECT n.display_name, w.sequence, w.totals
    FROM tenants n CROSS JOIN writers w ON w.tenant_id = n.tenant_id WHERE n.tenant_id = ${tenant}`);
}

function keyOf(part: Kind, row: Row): string[] {
  switch (part) {
    case "connection":
      return [textOf(row, "scheme")];
    case "client":
      return [textOf(row, "client_id")];
    case "resource":
      return [textOf(row, "type"), textOf(row, "id")];
    case "member":
      return [textOf(row, "group_id"), textOf(row, "member_id")];
  }
}

function planExportPage(tenant: string, { part, key }: Cursor<Kind>): Statement {
  const [first = "", second = ""] = key;
  const most = sql`LIMIT CAST(${ROWS} AS INTEGER)`;
  switch (part) {
    case "connection":
      return statement(sql`SELECT scheme, display_name, enabled, type, profile, properties, created, last_modified
        FROM sso_providers WHERE tenant_id = ${tenant} AND scheme > ${first} ORDER BY scheme ${most}`);
    case "client":
      return statement(sql`SELECT client_id, provider, display_name, created, created_by
        FROM oauth_clients WHERE tenant_id = ${tenant} AND client_id > ${first} ORDER BY client_id ${most}`);
    case "resource": {
      const page = resourcePage(tenant, [first, second], ROWS);
      return statement(sql`WITH ${page} SELECT r.type, r.id, r.version, r.created, r.last_modified, r.document
        FROM ${sizedRows(tenant)}`);
    }
    case "member":
      return statement(sql`SELECT group_id, member_id, member_type FROM members
        WHERE tenant_id = ${tenant} AND (group_id, member_id) > (${first}, ${second})
        ORDER BY group_id, member_id ${most}`);
  }
}

/** The table `page(type, id, size, bytes)`: the next resources, each with the bytes of its document, and of all up to it. */
export function resourcePage(
  tenant: string,
  [type, id]: readonly [string, string],
  rows: number,
): SQL {
  return sql`page AS MATERIALIZED (SELECT type, id, size, sum(size) OVER (ORDER BY type, id) AS bytes
    FROM (SELECT type, id, octet_length(document) AS size FROM resources
      WHERE tenant_id = ${tenant} AND (type, id) > (${type}, ${id}) ORDER BY type, id LIMIT CAST(${rows} AS INTEGER)))`;
}

/** Those resources `r` of the table `page` that begin within the bytes of an answer, in their order: one at the least. */
export function sizedRows(tenant: string): SQL {
  return sql`page CROSS JOIN resources r ON r.tenant_id = ${tenant} AND r.type = page.type AND r.id = page.id
    WHERE page.bytes - page.size < ${PAGE_BYTES} ORDER BY page.type, page.id`;
}
