/** Audits resources: what their columns and documents say, their folded twins, and the index rows that they should have. */
import type { ResourceType } from "../../schema/attribute.ts";
import { number, text } from "../plan/decode.ts";
import { lists } from "../plan/lists.ts";
import { insertIndexRows } from "../plan/row-writes.ts";
import { attributesOf, foldDocument, indexRows } from "../plan/rows.ts";
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import { isUuid } from "../scim/ids.ts";
import { isObject, jsonEqual, tryJson } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { documentFault } from "./stored-document.ts";
import { resourcePage, sizedRows } from "./transfer-export.ts";
import { isInstant } from "./transfer-lines.ts";
import type { Audit, Finding, Reader } from "./verify-audit.ts";

const ROWS = 200;

/** A resource whose type is known and whose document can be read. */
interface Readable {
  readonly type: ResourceType;
  readonly id: string;
  readonly document: JsonObject;
  /** Undefined where it is no JSONB. */
  readonly folded: Json | undefined;
}

/** type, attribute, value, holder, id of the resource. */
type IndexKey = readonly [string, string, string, string, string];

export async function auditResources(
  reader: Reader,
  tenant: string,
  key: readonly string[],
  types: readonly ResourceType[],
): Promise<Audit> {
  const rows = (await reader.read([planResources(tenant, key)]))(0);
  const readable = rows.flatMap((row) => readRow(row, types) ?? []);
  const unfolded = readable.filter(
    ({ type, document, folded }) => !jsonEqual(foldDocument(type, document), folded),
  );
  const keys = readable.flatMap(({ type, id, document }) =>
    indexRows(type, id, attributesOf(document)).map(({ attribute, value, holder }): IndexKey => [
      type.name,
      attribute,
      value,
      holder,
      id,
    ]),
  );
  const held = await readHolders(reader, tenant, keys);
  const missing = keys.filter((_one, index) => held[index] === undefined);
  const last = rows.at(-1);
  return {
    checked: rows.length,
    findings: [
      ...rows.flatMap((row) => judgeRow(row, types)),
      ...unfolded.map(({ type, id }) => unfoldedFinding(type.name, id)),
      ...keys.flatMap((one, index) => judgeHolder(one, held[index])),
    ],
    repair: {
      kind: "guarded",
      queries: [
        ...unfolded.map((one) => foldAnew(tenant, one)),
        ...insertIndexRows(tenant, missing, sql`ON CONFLICT DO NOTHING`),
      ],
    },
    last: last === undefined ? null : [text(last["type"]), text(last["id"])],
  };
}

function planResources(tenant: string, [type = "", id = ""]: readonly string[]): Statement {
  return statement(sql`WITH ${resourcePage(tenant, [type, id], ROWS)}
    SELECT r.type, r.id, r.version, typeof(r.version) AS kind, r.created, r.last_modified, r.document,
      CASE WHEN json_valid(r.folded, 8) THEN json(r.folded) END AS folded
    FROM ${sizedRows(tenant)}`);
}

function readRow(row: Row, types: readonly ResourceType[]): Readable | undefined {
  const type = types.find(({ name }) => name === row["type"]);
  const document = jsonIn(row["document"]);
  if (type === undefined || !isObject(document)) return undefined;
  return { type, id: text(row["id"]), document, folded: jsonIn(row["folded"]) };
}

function jsonIn(value: Row[string] | undefined): Json | undefined {
  return typeof value === "string" ? tryJson(value) : undefined;
}

/** What nobody can derive anew. */
function judgeRow(row: Row, types: readonly ResourceType[]): Finding[] {
  const [name, id, version] = [text(row["type"]), text(row["id"]), number(row["version"])];
  const type = types.find((one) => one.name === name);
  const document = jsonIn(row["document"]);
  const fault =
    type === undefined
      ? "there is no such resource type"
      : isObject(document)
        ? documentFault(type, id, document)
        : "it is no JSON object";
  const problems = [
    ...(isUuid(id) ? [] : ["its id is no id"]),
    ...(row["kind"] === "integer" && version >= 1 ? [] : [`version is ${text(row["version"])}`]),
    ...(isInstant(text(row["created"])) ? [] : ["created is no time"]),
    ...(isInstant(text(row["last_modified"])) ? [] : ["last_modified is no time"]),
    ...(fault === undefined ? [] : [`document: ${fault}`]),
  ];
  return problems.map((problem) => ({
    table: "resources",
    key: `${name} ${id}`,
    problem,
    repair: "none",
  }));
}

function unfoldedFinding(type: string, id: string): Finding {
  const problem = "folded isn't its document folded";
  return { table: "resources", key: `${type} ${id}`, problem, repair: "possible" };
}

/** Which resource each index row names; undefined where there is no row. */
async function readHolders(
  reader: Reader,
  tenant: string,
  keys: readonly IndexKey[],
): Promise<readonly (string | undefined)[]> {
  const statements = lists(keys).map((list) =>
    statement(sql`SELECT v.resource_id FROM json_each(${list}) j
      LEFT JOIN resource_values v ON v.tenant_id = ${tenant} AND v.type = json_extract(j.value, '$[0]')
        AND v.attribute = json_extract(j.value, '$[1]') AND v.value = json_extract(j.value, '$[2]') AND v.holder = json_extract(j.value, '$[3]')
      ORDER BY j.key`),
  );
  const rows = await reader.read(statements);
  return statements
    .flatMap((_statement, index) => rows(index))
    .map((row) => (row["resource_id"] === null ? undefined : text(row["resource_id"])));
}

/** Rows that name another's are mended before, unless that other has the value too: then two have what only one may have. */
function judgeHolder(
  [type, attribute, value, , id]: IndexKey,
  held: string | undefined,
): Finding[] {
  if (held === id) return [];
  const key = `${type} ${attribute} ${JSON.stringify(value)}`;
  return held === undefined
    ? [{ table: "resource_values", key, problem: `there is no row for ${id}`, repair: "possible" }]
    : [{ table: "resource_values", key, problem: `it is ${held}'s and ${id}'s`, repair: "none" }];
}

function foldAnew(tenant: string, { type, id, document }: Readable): SQL {
  return sql`UPDATE resources SET folded = jsonb(${JSON.stringify(foldDocument(type, document))})
    WHERE tenant_id = ${tenant} AND type = ${type.name} AND id = ${id}`;
}
