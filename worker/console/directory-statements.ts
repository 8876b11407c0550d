/** What the pages of users and groups ask beyond the SCIM endpoints: members page by page, and who wrote a resource. */
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { displayOf } from "../plan/locate.ts";
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";

/** Members of a group in the order of their ids, one more than the page holds where there are more. */
export function planMembers(
  tenant: string,
  group: string,
  { after, count }: { readonly after: string; readonly count: number },
): Statement {
  return statement(sql`SELECT m.member_id, m.member_type, ${displayOf(RESOURCE_TYPES, "document")} AS display
    FROM members m LEFT JOIN resources x ON x.tenant_id = m.tenant_id AND x.type = m.member_type AND x.id = m.member_id
    WHERE m.tenant_id = ${tenant} AND m.group_id = ${group} AND m.member_id > ${after}
    ORDER BY m.member_id LIMIT CAST(${count + 1} AS INTEGER)`);
}

/** The number of members of each group, counted up to `most` + 1. */
export function planMemberCounts(
  tenant: string,
  groups: readonly string[],
  most: number,
): Statement {
  return statement(sql`SELECT j.value AS id, (SELECT count(*) FROM (
      SELECT 1 FROM members m WHERE m.tenant_id = ${tenant} AND m.group_id = j.value
      LIMIT CAST(${most + 1} AS INTEGER))) AS count
    FROM json_each(${JSON.stringify(groups)}) j`);
}

/** Name and type of resources of any type, by id; those that are no more are left out. */
export function planNames(tenant: string, ids: readonly string[]): Statement {
  const types = RESOURCE_TYPES.map(({ name }) => name);
  return statement(sql`SELECT x.id, x.type, ${displayOf(RESOURCE_TYPES, "document")} AS display
    FROM json_each(${JSON.stringify(ids)}) j
    CROSS JOIN resources x ON x.tenant_id = ${tenant} AND x.id = j.value
      AND x.type IN (SELECT value FROM json_each(${JSON.stringify(types)}))`);
}

/**
 * The entry of the change that a resource had at a time (ISO 8601 in UTC): its own, or that of the member that was deleted from it.
 * Ids of entries begin with their time (RFC 9562 section 5.7), so that one second of the log is read, however long it is.
 */
export function planEntryAt(tenant: string, resource: string, at: string): Statement {
  const time = Date.parse(at);
  return statement(sql`SELECT id, at, provider FROM activity
    WHERE tenant_id = ${tenant} AND id >= ${idAt(time)} AND id < ${idAt(time + 1000)}
      AND at = ${at} AND outcome = 'success' AND (resource_id = ${resource} OR operation = 'delete')
    ORDER BY resource_id = ${resource} DESC, id DESC LIMIT 1`);
}

function idAt(time: number): string {
  const hex = time.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
