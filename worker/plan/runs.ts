/** Runs of `positions`: the resources of a type in the order of their ids, in runs of up to 400 with their counts. */
import { isList, readJson } from "../scim/json.ts";
import { text } from "./decode.ts";
import { tables, unrepeated } from "./lists.ts";
import { writePositions } from "./row-writes.ts";
import { rowLimit, sql } from "./statement.ts";
import type { Row, SQL } from "./statement.ts";

/** Resources in one run as the writer makes them: a page is found by adding up the runs before it and skipping within its own. */
export const RUN_LENGTH = 400;
/** Most in one, where resources were imported among others. It must never become less than it ever was: lists trust in it. */
export const LONGEST_RUN = 2 * RUN_LENGTH;

/** Greater than every id: the run that it belongs to is a type's last, where new ids go. */
export const AFTER_ALL = "~";

/** The runs that hold these pairs of a type and an id. */
export function selectRuns(
  tenant: string,
  pairs: readonly (readonly [type: string, id: string])[],
): SQL[] {
  return tables(unrepeated(pairs)).map(
    (
      table,
    ) => sql`SELECT j.column1 AS type, j.column2 AS id, (SELECT json_array(p.first_id, p.count) FROM positions p
        WHERE p.tenant_id = ${tenant} AND p.type = j.column1 AND p.first_id <= j.column2 ORDER BY p.first_id DESC LIMIT 1) AS run
      FROM ${table} j`,
  );
}

/** A run of `positions`. */
export interface Run {
  readonly firstId: string;
  readonly count: number;
}

interface TouchedRun {
  readonly type: string;
  readonly firstId: string;
  /** 0: it isn't there. */
  readonly before: number;
  count: number;
}

/** The runs that a batch of changes touches. */
export class Runs {
  readonly #runs = new Map<string, TouchedRun>();
  readonly #last = new Map<string, TouchedRun>();
  readonly #byId = new Map<string, TouchedRun>();

  constructor(rows: readonly Row[]) {
    for (const row of rows) this.#read(text(row["type"]), text(row["id"]), row["run"] ?? null);
  }

  /** The last run of each type as the batch leaves it, as rows of `selectRuns`; not of a type whose last run is no more. */
  lastRows(): Row[] {
    return [...this.#last].flatMap(([type, { firstId, count }]) =>
      count > 0 ? [{ type, id: AFTER_ALL, run: JSON.stringify([firstId, count]) }] : [],
    );
  }

  #read(type: string, id: string, value: Row[string]): void {
    if (typeof value !== "string") return;
    const pair = readJson(value);
    const [firstId, count] = isList(pair) ? pair : [];
    const run = this.#runOf(type, typeof firstId === "string" ? firstId : "", Number(count));
    if (id === AFTER_ALL) this.#last.set(type, run);
    else this.#byId.set(id, run);
  }

  #runOf(type: string, firstId: string, count: number): TouchedRun {
    const key = JSON.stringify([type, firstId]);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const run = { type, firstId, before: count, count };
    this.#runs.set(key, run);
    return run;
  }

  /** A new id, which is greater than all others: it goes to the last run, or begins the next one. */
  add(type: string, id: string): void {
    const last = this.#last.get(type);
    const isOpen = last !== undefined && last.count < RUN_LENGTH;
    const run = isOpen ? last : this.#runOf(type, last === undefined ? "" : id, 0);
    run.count += 1;
    this.#last.set(type, run);
    this.#byId.set(id, run);
  }

  remove(id: string): void {
    const run = this.#byId.get(id);
    if (run !== undefined) run.count -= 1;
  }

  /** What the batch makes of them; a run that falls to 0 is no more. */
  write(tenant: string): SQL[] {
    const changed = [...this.#runs.values()].filter(({ before, count }) => before !== count);
    const left = changed.filter(({ count }) => count > 0);
    const gone = changed.filter(({ count }) => count <= 0);
    return [
      ...writePositions(
        tenant,
        left.map(({ type, firstId, count }) => [type, firstId, count]),
      ),
      ...tables(gone.map(({ type, firstId }) => [type, firstId])).map(
        (table) =>
          sql`DELETE FROM positions WHERE tenant_id = ${tenant} AND (type, first_id) IN (SELECT * FROM ${table})`,
      ),
    ];
  }
}

/**
 * The common table expression `start`, with a comma after it: the run in which the resource after `skip` others is, and how many of
 * its own are still to be skipped; no row where there are fewer. As many runs as lie before it where they are full are added up at once
 * (a row read each); where imports made longer ones that is too far, and as many are as must lie before it. Then it goes from run to
 * run (three each).
 */
export function startTable(tenant: SQL, type: SQL, skip: number): SQL {
  const runs = sql`positions p WHERE p.tenant_id = ${tenant} AND p.type = ${type}`;
  const leap = (
    length: number,
  ): SQL => sql`SELECT max(first_id) AS first_id, count, sum(count) AS total
      FROM (SELECT p.first_id, p.count FROM ${runs} ORDER BY p.first_id LIMIT ${rowLimit(Math.floor(skip / length) + 1)})`;
  const count = sql`json_extract(run, '$[1]')`;
  return sql`leap(first_id, count, total) AS (
      SELECT * FROM (${leap(RUN_LENGTH)}) WHERE total - count <= ${skip} UNION ALL ${leap(LONGEST_RUN)} LIMIT 1),
    walk(run, rest) AS (
      SELECT json_array(first_id, count), ${skip} - total + count FROM leap
      UNION ALL SELECT (SELECT json_array(p.first_id, p.count) FROM ${runs} AND p.first_id > json_extract(walk.run, '$[0]')
        ORDER BY p.first_id LIMIT 1), rest - ${count} FROM walk WHERE ${count} <= rest),
    start(first_id, rest) AS MATERIALIZED (SELECT json_extract(run, '$[0]'), CAST(rest AS INTEGER) FROM walk WHERE ${count} > rest),`;
}

/** The runs of these ascending ids made anew, of which the first begins at `firstId`; none where there are no ids. */
export function cutRuns(firstId: string, ids: readonly string[]): Run[] {
  const starts = Array.from(
    { length: Math.ceil(ids.length / RUN_LENGTH) },
    (_, i) => i * RUN_LENGTH,
  );
  return starts.map((start) => ({
    firstId: start === 0 ? firstId : (ids[start] ?? ""),
    count: Math.min(RUN_LENGTH, ids.length - start),
  }));
}
