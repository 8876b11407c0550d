/** How rows travel: few as parameters, many as JSON lists that the engine's limits hold. */
import { expect, it } from "vitest";
import { lists, tables } from "../../worker/plan/lists.ts";
import { statement } from "../../worker/plan/statement.ts";

const row = (index: number): [string, number] => [`id ${index}`, index];
const rowsOf = (count: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => row(index));

it("few rows are parameters", () => {
  const [table, ...more] = tables(rowsOf(2)).map(statement);
  expect(more).toEqual([]);
  expect(table).toEqual({ sql: "(VALUES (?,?), (?,?))", params: ["id 0", 0, "id 1", 1] });
});

it("no rows are no table", () => {
  expect(tables([])).toEqual([]);
  expect(lists([])).toEqual([]);
});

it.each([46, 1000, 100_000])("%d rows are lists, each below the engine's largest text", (count) => {
  const made = tables(rowsOf(count)).map(statement);
  const texts = made.flatMap(({ params }) => params.map(String));
  expect(made.every(({ params }) => params.length === 1)).toBe(true);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(500_000);
  expect(texts.flatMap((text): unknown[] => JSON.parse(text))).toEqual(rowsOf(count));
});

it("a row that is too long for a list goes by itself", () => {
  const long: [string, number] = ["x".repeat(900_000), 1];
  const made = tables([...rowsOf(100), long]).map(statement);
  expect(made.map(({ params }) => params.length)).toEqual([1, 2]);
  expect(made[1]?.params).toEqual(long);
});
