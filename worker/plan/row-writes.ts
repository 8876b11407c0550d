/** Rows that follow from resources (index rows, memberships, runs) as they are written, by whoever derived them. */
import { tables } from "./lists.ts";
import type { ListedRow } from "./lists.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

/** Each row: type, attribute, value, holder, resource. `conflict` says what becomes of one that is there already: it is refused. */
export function insertIndexRows(
  tenant: string,
  rows: readonly ListedRow[],
  conflict: SQL = sql``,
): SQL[] {
  return tables(rows).map(
    (
      table,
    ) => sql`INSERT INTO resource_values (tenant_id, type, attribute, value, holder, resource_id)
      SELECT ${tenant}, column1, column2, column3, column4, column5 FROM ${table} WHERE 1 ${conflict}`,
  );
}

/** Up to so many rows are deleted by a statement each, which reads one; in a list each takes three or four. */
export const FEW = 4;

/** Each row: type, attribute, value, holder. */
export function deleteIndexRows(tenant: string, rows: readonly ListedRow[]): SQL[] {
  if (rows.length <= FEW) {
    return rows.map(
      ([
        type,
        attribute,
        value,
        holder,
      ]) => sql`DELETE FROM resource_values WHERE tenant_id = ${tenant}
        AND type = ${type} AND attribute = ${attribute} AND value = ${value} AND holder = ${holder}`,
    );
  }
  return tables(rows).map(
    (table) => sql`DELETE FROM resource_values
      WHERE tenant_id = ${tenant} AND (type, attribute, value, holder) IN (SELECT * FROM ${table})`,
  );
}

/** Each row: group, member, the member's type. `conflict` as above. */
export function insertMemberRows(
  tenant: string,
  rows: readonly ListedRow[],
  conflict: SQL = sql``,
): SQL[] {
  return tables(rows).map(
    (table) => sql`INSERT INTO members (tenant_id, group_id, member_id, member_type)
      SELECT ${tenant}, column1, column2, column3 FROM ${table} WHERE 1 ${conflict}`,
  );
}

/** Each row: type, first id, count. */
export function writePositions(tenant: string, rows: readonly ListedRow[]): SQL[] {
  return tables(rows).map(
    (table) => sql`INSERT INTO positions (tenant_id, type, first_id, count)
      SELECT ${tenant}, column1, column2, column3 FROM ${table} WHERE 1
      ON CONFLICT (tenant_id, type, first_id) DO UPDATE SET count = excluded.count`,
  );
}
