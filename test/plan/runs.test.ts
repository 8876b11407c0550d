/** Where a page by index starts: the run of `positions` and the way within it, whatever the lengths of the runs. */
import { expect, it } from "vitest";
import { LONGEST_RUN, RUN_LENGTH, startTable } from "../../worker/plan/runs.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import { DB } from "../support/database.ts";

const FULL = RUN_LENGTH;
const LONG = LONGEST_RUN;

const LAYOUTS: Readonly<Record<string, readonly number[]>> = {
  "no run": [],
  "runs as the writer makes them": [FULL, FULL, FULL, 7],
  "runs that deletions left short": [3, 1, FULL, 20, 1, 90],
  "runs that imports made long": [LONG, LONG, LONG - 1, FULL + 1, 5],
  "long ones after short ones": [1, 1, FULL, LONG, LONG, 2],
};

const idOf = (index: number): string => `run-${index}`;

/** Rows of `start`: none where there are fewer resources. */
function startIn(counts: readonly number[], skip: number): readonly object[] {
  let rest = skip;
  for (const [index, count] of counts.entries()) {
    if (rest < count) return [{ first_id: idOf(index), rest }];
    rest -= count;
  }
  return [];
}

it.each(Object.entries(LAYOUTS))("%s", async (name, counts) => {
  const ends = counts.map((_, index) => counts.slice(0, index + 1).reduce((sum, one) => sum + one));
  const skips = [1, ...ends.flatMap((end) => [end - 1, end, end + 1]), 2 * LONG].filter(
    (skip) => skip > 0,
  );
  for (const [index, count] of counts.entries()) {
    await DB.prepare(
      "INSERT INTO positions (tenant_id, type, first_id, count) VALUES (?, 'User', ?, ?)",
    )
      .bind(name, idOf(index), count)
      .run();
  }
  for (const skip of skips) {
    const table = startTable(sql`${name}`, sql`'User'`, skip);
    const { sql: text, params } = statement(
      sql`WITH RECURSIVE ${table} one AS (SELECT 1) SELECT first_id, rest FROM start`,
    );
    const { results } = await DB.prepare(text)
      .bind(...params)
      .all();
    expect(results, `after ${skip}`).toEqual(startIn(counts, skip));
  }
});
