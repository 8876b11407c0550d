/** The runs of a type's resources in the order of their ids, by which a deep startIndex is found. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { Edit } from "./decide.ts";
import { literal } from "./locate.ts";
import type { Run } from "./state.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

/** Resources in one run: a page is found by reading the runs before it and skipping within its own. */
const RUN_LENGTH = 400;

/** The row of the run that a created or deleted resource belongs to; ids ascend, so new ones go to the last run. */
export function planPosition(
  tenant: string,
  type: ResourceType,
  { before, after }: Edit,
  run: Run | undefined,
): SQL[] {
  const name = literal(type.name);
  if (before === undefined && after !== undefined) {
    const isFull = run !== undefined && run.count >= RUN_LENGTH;
    const firstId = run === undefined ? "" : isFull ? after.id : run.firstId;
    return [
      sql`INSERT INTO positions (tenant_id, type, first_id, count) VALUES (${tenant}, ${name}, ${firstId}, 1)
        ON CONFLICT (tenant_id, type, first_id) DO UPDATE SET count = count + 1`,
    ];
  }
  if (after !== undefined || run === undefined) return [];
  const where = sql`WHERE tenant_id = ${tenant} AND type = ${name} AND first_id = ${run.firstId}`;
  return [
    run.count <= 1
      ? sql`DELETE FROM positions ${where}`
      : sql`UPDATE positions SET count = count - 1 ${where}`,
  ];
}
