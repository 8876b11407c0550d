/** Rows on their way to the engine, as tables of `column1`, `column2` ... that a statement reads. */
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

/** Statements end at 100 parameters, and bind a few beside a table's. */
const MOST_PARAMETERS = 90;
/** Characters in one JSON list, as far as one row isn't longer by itself; bound texts end at 2 MB. */
const LONGEST_LIST = 400_000;

export type ListedRow = readonly (string | number | null)[];

/**
 * Rows of equal length as few tables. A row of parameters costs nothing to read, one of a JSON list counts as a row read; so few rows
 * travel as parameters, many as JSON lists, and a row that is too long for a list by itself.
 */
export function tables(rows: readonly ListedRow[]): SQL[] {
  const [first] = rows;
  if (first === undefined) return [];
  const width = first.length;
  if (rows.length * width <= MOST_PARAMETERS) return [valuesOf(rows)];
  const long = rows.filter(isLong);
  const short = long.length === 0 ? rows : rows.filter((row) => !isLong(row));
  return [
    ...lists(short).map((list) => listOf(list, width)),
    ...long.map((row) => valuesOf([row])),
  ];
}

function isLong(row: ListedRow): boolean {
  return row.reduce<number>((length, cell) => length + String(cell).length, 0) > LONGEST_LIST;
}

function valuesOf(rows: readonly ListedRow[]): SQL {
  const tuples = rows.map(
    (row) =>
      sql`(${sql.join(
        row.map((cell) => sql`${cell}`),
        sql`,`,
      )})`,
  );
  return sql`(VALUES ${sql.join(tuples, sql`, `)})`;
}

function listOf(list: string, width: number): SQL {
  const columns = Array.from({ length: width }, (_, index) =>
    sql.raw(`json_extract(value, '$[${index}]') AS column${index + 1}`),
  );
  return sql`(SELECT ${sql.join(columns, sql`, `)} FROM json_each(${list}))`;
}

/** Values as JSON lists, each short enough for one parameter. */
export function lists(values: readonly unknown[]): string[] {
  const chunks: string[] = [];
  let chunk: string[] = [];
  let length = 0;
  for (const value of values) {
    const text = JSON.stringify(value);
    if (length + text.length > LONGEST_LIST && chunk.length > 0) {
      chunks.push(`[${chunk.join(",")}]`);
      chunk = [];
      length = 0;
    }
    chunk.push(text);
    length += text.length;
  }
  return chunk.length === 0 ? chunks : [...chunks, `[${chunk.join(",")}]`];
}

/** The rows, each once. */
export function unrepeated<Cells extends ListedRow>(rows: readonly Cells[]): Cells[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
