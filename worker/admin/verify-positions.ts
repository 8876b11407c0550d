/** Audits the runs of `positions`: each has as many ids as it says, and every id is in one. */
import type { ResourceType } from "../../schema/attribute.ts";
import { number, text } from "../plan/decode.ts";
import { literal } from "../plan/locate.ts";
import { writePositions } from "../plan/row-writes.ts";
import { LONGEST_RUN, cutRuns } from "../plan/runs.ts";
import type { Run } from "../plan/runs.ts";
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Audit, Finding, Reader } from "./verify-audit.ts";

const RUNS = 20;
/** A run is cut when it is twice as long as the writer makes them; so far its ids are counted, and not on. */
const COUNTED = LONGEST_RUN + 1;
/** Ids of which runs are made anew in one step. */
const MOST_CUT = 4000;

interface Counted extends Run {
  /** Where the next run begins; undefined: this is the last. */
  readonly end: string | undefined;
  /** Ids that are there, `COUNTED` meaning that many or more. */
  readonly actual: number;
}

/** The key: a type, and ">" with the first id of the last run that was seen; "" before the type's first run. */
export async function auditPositions(
  reader: Reader,
  tenant: string,
  [name = "", mark = ""]: readonly string[],
  types: readonly ResourceType[],
): Promise<Audit> {
  const names = types.map((one) => one.name).toSorted();
  const type = name === "" ? names[0] : names.find((one) => one === name);
  if (type === undefined) {
    return { checked: 0, findings: [], repair: { kind: "guarded", queries: [] }, last: null };
  }
  const after = mark === "" ? undefined : mark.slice(1);
  const rows = await reader.read([planRuns(tenant, type, after), planHead(tenant, type)]);
  const runs = rows(0).map((row) => ({
    firstId: text(row["first_id"]),
    count: number(row["count"]),
    end: row["next"] === null ? undefined : text(row["next"]),
    actual: number(row["actual"]),
  }));
  const head = rows(1)[0];
  const orphans = after === undefined ? number(head?.["actual"]) : 0;
  const end = head?.["first_id"] === null ? undefined : text(head?.["first_id"]);
  const counted: Counted[] =
    orphans > 0 ? [{ firstId: "", count: 0, end, actual: orphans }, ...runs] : runs;
  // One that is too long is cut from its beginning, perhaps not to its end: the next step begins there.
  const long = counted.findIndex(({ actual }) => actual > LONGEST_RUN);
  const seen = long < 0 ? counted : counted.slice(0, long + 1);
  const wrong = seen.filter(isWrong);
  const lastRun = seen.at(-1);
  const following = names[names.indexOf(type) + 1];
  return {
    checked: seen.length,
    findings: wrong.map((run) => findingOf(type, run)),
    repair: { kind: "guarded", queries: await cutAnew(reader, tenant, type, wrong) },
    last:
      lastRun !== undefined
        ? [type, `>${lastRun.firstId}`]
        : following === undefined
          ? null
          : [following, ""],
  };
}

function isWrong({ count, actual }: Counted): boolean {
  return count !== actual || count < 1 || actual > LONGEST_RUN;
}

function findingOf(type: string, { firstId, count, actual }: Counted): Finding {
  const there = actual > LONGEST_RUN ? `more than ${LONGEST_RUN}` : String(actual);
  const problem = `the run says ${count} and holds ${there}`;
  const key = firstId === "" ? `${type} from the first` : `${type} from ${firstId}`;
  return { table: "positions", key, problem, repair: "possible" };
}

function planRuns(tenant: string, type: string, after: string | undefined): Statement {
  const begin = after === undefined ? sql`first_id >= ''` : sql`first_id > ${after}`;
  return statement(sql`WITH runs AS MATERIALIZED (
      SELECT first_id, count, lead(first_id) OVER (ORDER BY first_id) AS next FROM (SELECT first_id, count FROM positions
        WHERE tenant_id = ${tenant} AND type = ${literal(type)} AND ${begin}
        ORDER BY first_id LIMIT CAST(${RUNS + 1} AS INTEGER)))
    SELECT first_id, count, next, (SELECT count(*) FROM (SELECT 1 FROM resources r
        WHERE r.tenant_id = ${tenant} AND r.type = ${literal(type)} AND r.id >= runs.first_id AND r.id < coalesce(runs.next, '~')
        LIMIT CAST(${COUNTED} AS INTEGER))) AS actual
    FROM runs ORDER BY first_id LIMIT CAST(${RUNS} AS INTEGER)`);
}

/** The ids before the first run, which none counts. */
function planHead(tenant: string, type: string): Statement {
  return statement(sql`WITH head(first_id) AS MATERIALIZED (
      SELECT min(first_id) FROM positions WHERE tenant_id = ${tenant} AND type = ${literal(type)})
    SELECT first_id, (SELECT count(*) FROM (SELECT 1 FROM resources r
        WHERE r.tenant_id = ${tenant} AND r.type = ${literal(type)} AND r.id < coalesce(head.first_id, '~')
        LIMIT CAST(${COUNTED} AS INTEGER))) AS actual FROM head`);
}

/** The wrong runs made anew; of one that is too long, what is left stays one run, counted. */
async function cutAnew(
  reader: Reader,
  tenant: string,
  type: string,
  wrong: readonly Counted[],
): Promise<SQL[]> {
  if (wrong.length === 0) return [];
  const within = ({ firstId, end }: Pick<Counted, "firstId" | "end">): SQL =>
    sql`type = ${literal(type)} AND id >= ${firstId} AND ${end === undefined ? sql`1` : sql`id < ${end}`}`;
  const rows = await reader.read(
    wrong.map((run) =>
      statement(
        sql`SELECT id FROM resources WHERE tenant_id = ${tenant} AND ${within(run)} ORDER BY id LIMIT CAST(${MOST_CUT + 1} AS INTEGER)`,
      ),
    ),
  );
  return wrong.flatMap((run, index) => {
    const ids = rows(index).map((row) => text(row["id"]));
    const rest = ids[MOST_CUT];
    return [
      sql`DELETE FROM positions WHERE tenant_id = ${tenant} AND type = ${literal(type)} AND first_id = ${run.firstId}`,
      ...writePositions(
        tenant,
        cutRuns(run.firstId, ids.slice(0, MOST_CUT)).map(({ firstId, count }) => [
          type,
          firstId,
          count,
        ]),
      ),
      ...(rest === undefined
        ? []
        : [
            sql`INSERT INTO positions (tenant_id, type, first_id, count)
              SELECT ${tenant}, ${literal(type)}, ${rest}, count(*) FROM resources
              WHERE tenant_id = ${tenant} AND ${within({ firstId: rest, end: run.end })}`,
          ]),
    ];
  });
}
