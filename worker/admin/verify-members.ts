/** Audits memberships: the group and the member are there, and the member is of the type that the row says. */
import type { ResourceType } from "../../schema/attribute.ts";
import { text } from "../plan/decode.ts";
import { namesOfTypes, typesWithRows } from "../plan/locate.ts";
import { insertMemberRows } from "../plan/row-writes.ts";
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import type { Row } from "../execute/store.ts";
import type { Audit, Finding, Reader } from "./verify-audit.ts";

const ROWS = 1000;

export async function auditMembers(
  reader: Reader,
  tenant: string,
  key: readonly string[],
  types: readonly ResourceType[],
): Promise<Audit> {
  const rows = (await reader.read([planMembers(tenant, key, types)]))(0);
  const last = rows.at(-1);
  const mistyped = rows.filter((row) => row["type"] !== null && row["type"] !== row["member_type"]);
  return {
    checked: rows.length,
    findings: rows.flatMap(judgeRow),
    repair: {
      kind: "guarded",
      queries: insertMemberRows(
        tenant,
        mistyped.map((row) => [...keyOf(row), text(row["type"])]),
        sql`ON CONFLICT (tenant_id, group_id, member_id) DO UPDATE SET member_type = excluded.member_type`,
      ),
    },
    last: last === undefined ? null : keyOf(last),
  };
}

function keyOf(row: Row): string[] {
  return [text(row["group_id"]), text(row["member_id"])];
}

function planMembers(
  tenant: string,
  [group = "", member = ""]: readonly string[],
  types: readonly ResourceType[],
): Statement {
  return statement(sql`WITH page AS MATERIALIZED (SELECT group_id, member_id, member_type FROM members
      WHERE tenant_id = ${tenant} AND (group_id, member_id) > (${group}, ${member})
      ORDER BY group_id, member_id LIMIT CAST(${ROWS} AS INTEGER))
    SELECT m.group_id, m.member_id, m.member_type,
      (SELECT g.type FROM resources g WHERE g.tenant_id = ${tenant} AND g.type IN (${namesOfTypes(typesWithRows(types))}) AND g.id = m.group_id) AS holder,
      (SELECT x.type FROM resources x WHERE x.tenant_id = ${tenant} AND x.type IN (${namesOfTypes(types)}) AND x.id = m.member_id) AS type
    FROM page m ORDER BY m.group_id, m.member_id`);
}

/** Nobody can tell whether it is the membership that is too much or the resource that is missing. */
function judgeRow(row: Row): Finding[] {
  const [group = "", member = ""] = keyOf(row);
  const key = `${member} in ${group}`;
  const [said, there] = [text(row["member_type"]), text(row["type"])];
  const finding = (problem: string, repair: Finding["repair"]): Finding[] => [
    { table: "members", key, problem, repair },
  ];
  return [
    ...(row["holder"] === null ? finding("there is no such group", "none") : []),
    ...(row["type"] === null ? finding("there is no such member", "none") : []),
    ...(row["type"] !== null && said !== there
      ? finding(`member_type is ${said}, the member a ${there}`, "possible")
      : []),
  ];
}
