/** Audits index rows: each is one that its resource's document has. */
import type { ResourceType } from "../../schema/attribute.ts";
import { text } from "../plan/decode.ts";
import { deleteIndexRows } from "../plan/row-writes.ts";
import { attributesOf, indexRows } from "../plan/rows.ts";
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import { isObject, tryJson } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { PAGE_BYTES } from "./transfer-export.ts";
import type { Audit, Finding, Reader } from "./verify-audit.ts";

const ROWS = 500;

export async function auditValues(
  reader: Reader,
  tenant: string,
  key: readonly string[],
  types: readonly ResourceType[],
): Promise<Audit> {
  const rows = (await reader.read([planValues(tenant, key)]))(0);
  const stale = rows.filter((row) => isStale(row, types));
  const last = rows.at(-1);
  return {
    checked: rows.length,
    findings: stale.map((row): Finding => {
      const [type = "", attribute = "", value = ""] = keyOf(row);
      const id = text(row["resource_id"]);
      const problem =
        row["document"] === null ? `it names ${id}, which isn't there` : `${id} has no such value`;
      const shown = `${type} ${attribute} ${JSON.stringify(value)}`;
      return { table: "resource_values", key: shown, problem, repair: "possible" };
    }),
    repair: { kind: "guarded", queries: deleteIndexRows(tenant, stale.map(keyOf)) },
    last: last === undefined ? null : keyOf(last),
  };
}

function keyOf(row: Row): string[] {
  return ["type", "attribute", "value", "holder"].map((column) => text(row[column]));
}

/** A page of rows with the document of each one's resource, as far as they fit into an answer. */
function planValues(tenant: string, key: readonly string[]): Statement {
  const [type = "", attribute = "", value = "", holder = ""] = key;
  const resource = sql`resources r ON r.tenant_id = ${tenant} AND r.type = p.type AND r.id = p.resource_id`;
  return statement(sql`WITH page AS MATERIALIZED (SELECT type, attribute, value, holder, resource_id FROM resource_values
      WHERE tenant_id = ${tenant} AND (type, attribute, value, holder) > (${type}, ${attribute}, ${value}, ${holder})
      ORDER BY type, attribute, value, holder LIMIT CAST(${ROWS} AS INTEGER)),
    sized AS MATERIALIZED (SELECT type, attribute, value, holder, resource_id, size, sum(size) OVER (ORDER BY type, attribute, value, holder) AS bytes
      FROM (SELECT p.*, coalesce(octet_length(r.document), 0) AS size FROM page p LEFT JOIN ${resource}))
    SELECT p.type, p.attribute, p.value, p.holder, p.resource_id, r.document FROM sized p LEFT JOIN ${resource}
    WHERE p.bytes - p.size < ${PAGE_BYTES} ORDER BY p.type, p.attribute, p.value, p.holder`);
}

/** A document that can't be read is told with its resource, and may be mended: its rows stay. */
function isStale(row: Row, types: readonly ResourceType[]): boolean {
  const type = types.find(({ name }) => name === row["type"]);
  if (type === undefined || typeof row["document"] !== "string") return true;
  const document = tryJson(row["document"]);
  if (!isObject(document)) return false;
  const key = JSON.stringify([row["attribute"], row["value"], row["holder"]]);
  return !indexRows(type, text(row["resource_id"]), attributesOf(document)).some(
    ({ attribute, value, holder }) => JSON.stringify([attribute, value, holder]) === key,
  );
}
