import { DB } from "./database.ts";
/** All that the database holds, as text: for tests of what must not be there, or must not change. */

export type Dump = Readonly<Record<string, readonly string[]>>;

/** The rows of every table, each as JSON; bytes as the characters of their values. */
export async function dumpTables(): Promise<Dump> {
  const { results } = await DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
  ).all<{ name: string }>();
  if (results.length < 10) throw new Error("saw too few tables");
  const dumps = await DB.batch(results.map(({ name }) => DB.prepare(`SELECT * FROM "${name}"`)));
  return Object.fromEntries(
    results.map(({ name }, index) => [name, (dumps[index]?.results ?? []).map(textOf)]),
  );
}

function textOf(row: unknown): string {
  return JSON.stringify(row, (_name, value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number")
      ? String.fromCharCode(...value.map(Number))
      : value,
  );
}
