/** The local D1's file as a store, while no Worker runs: what the bench measures is written by the writer that it measures. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Row, Store } from "../../worker/execute/store.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import type { StateFiles } from "../local/state.ts";

const FOLDER = "v3/d1/miniflare-D1DatabaseObject";

export interface SeedStore extends Store {
  readonly close: () => void;
}

/** Opens the one database of this state. */
export function openSqliteStore(files: StateFiles): SeedStore {
  const folder = join(files.folder, FOLDER);
  const names = readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name));
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new Error(`${folder} holds ${names.length} databases`);
  const database = new DatabaseSync(join(folder, name));
  // Nothing is lost that can't be seeded again.
  database.exec("PRAGMA synchronous = OFF");
  const prepared = new Map<string, StatementSync>();
  const run = ({ sql, params }: Statement): Row[] => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known.all(...params).map(rowOf);
  };
  return {
    query: (statement) => Promise.resolve(run(statement)),
    batch(statements) {
      database.exec("BEGIN");
      const results = statements.map(run);
      database.exec("COMMIT");
      return Promise.resolve(results);
    },
    close() {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    },
  };
}

function rowOf(row: Readonly<Record<string, SQLOutputValue>>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueOf(value)]));
}

/** D1 knows no integers beyond a number's, and no statement of ours asks for a blob. */
function valueOf(value: SQLOutputValue): string | number | null {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) throw new TypeError("a blob isn't read");
  return value;
}
