/** Audits the writer's own row: its sequence, the last id, and the totals. */
import type { ResourceType } from "../../schema/attribute.ts";
import { number, text, totalsIn } from "../plan/decode.ts";
import { literal } from "../plan/locate.ts";
import { sql, statement } from "../plan/statement.ts";
import type { SQL } from "../plan/statement.ts";
import { isUuid } from "../scim/ids.ts";
import { isObject, tryJson } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { tenantStands } from "./in-tenant.ts";
import type { Audit, Finding, Reader } from "./verify-audit.ts";

/** The next write gives out `sequence + 1` and an id after `last_id`: neither may be there already. */
export async function auditWriter(
  reader: Reader,
  tenant: string,
  types: readonly ResourceType[],
): Promise<Audit> {
  const rows = await reader.read([
    statement(sql`SELECT max(sequence) AS last FROM outbox WHERE tenant_id = ${tenant}`),
    ...types.map(({ name }) =>
      statement(sql`SELECT max(id) AS last FROM resources
        WHERE tenant_id = ${tenant} AND type = ${literal(name)}`),
    ),
  ]);
  const writer = reader.writer();
  const lastEvent = number(rows(0)[0]?.["last"]);
  const lastId = types
    .map((_type, index) => text(rows(index + 1)[0]?.["last"]))
    .reduce((last, id) => (id > last ? id : last), "");
  const problems = problemsOf(writer, lastEvent, lastId);
  const findings = problems.map((problem): Finding => ({
    table: "writers",
    key: tenant,
    problem,
    repair: "possible",
  }));
  const queries = findings.length === 0 ? [] : [mendWriter(tenant, writer, { lastEvent, lastId })];
  return { checked: 1, findings, repair: { kind: "bare", queries }, last: null };
}

function problemsOf(writer: Row | undefined, lastEvent: number, lastId: string): string[] {
  if (writer === undefined) return ["there is no row: nothing can be written"];
  const sequence = number(writer["sequence"]);
  const last = text(writer["last_id"]);
  return [
    ...(writer["kind"] === "integer" && sequence >= 0 ? [] : ["sequence is no whole number"]),
    ...(sequence < lastEvent ? [`sequence is ${sequence}, before the outbox's ${lastEvent}`] : []),
    ...(last === "" || isUuid(last) ? [] : ["last_id is no id"]),
    ...(last < lastId ? [`last_id is before the id ${lastId}`] : []),
  ];
}

interface Least {
  readonly lastEvent: number;
  readonly lastId: string;
}

/** Only ever upwards, and only where the row is still the one that was read. */
function mendWriter(tenant: string, writer: Row | undefined, { lastEvent, lastId }: Least): SQL {
  if (writer === undefined) {
    return sql`INSERT INTO writers (tenant_id, sequence, ok, totals, last_id)
      SELECT ${tenant}, ${lastEvent}, 1, '{}', ${lastId} WHERE ${tenantStands(tenant)} ON CONFLICT DO NOTHING`;
  }
  const known = Math.ceil(Math.max(0, number(writer["sequence"]) || 0));
  const last = text(writer["last_id"]);
  return sql`UPDATE writers SET sequence = ${Math.max(lastEvent, known) + 1},
      last_id = ${isUuid(last) && last > lastId ? last : lastId}
    WHERE tenant_id = ${tenant} AND sequence IS ${writer["sequence"] ?? null} AND ${tenantStands(tenant)}`;
}

/** The runs were audited before: what they hold together is what there is. */
export async function auditTotals(reader: Reader, tenant: string): Promise<Audit> {
  const rows = await reader.read([
    statement(
      sql`SELECT type, sum(count) AS held FROM positions WHERE tenant_id = ${tenant} GROUP BY type`,
    ),
  ]);
  const held: Record<string, number> = {};
  for (const row of rows(0)) held[text(row["type"])] = number(row["held"]);
  // Where they can't be read, each type that is there differs.
  const said = tryJson(text(reader.writer()?.["totals"]));
  const totals = totalsIn(isObject(said) ? said : {});
  const findings = [...new Set([...Object.keys(held), ...Object.keys(totals)])].flatMap(
    (type): Finding[] => {
      const [told, there] = [totals[type] ?? 0, held[type] ?? 0];
      const problem = `totals say ${told} of ${type}, the runs hold ${there}`;
      return told === there ? [] : [{ table: "writers", key: tenant, problem, repair: "possible" }];
    },
  );
  return {
    checked: 1,
    findings,
    repair: { kind: "guarded", queries: [], totals: JSON.stringify(held) },
    last: null,
  };
}
