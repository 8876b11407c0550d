/** The one door to the database under test, D1 or libSQL: as D1 has it, so that the same files run on both. */
import { env } from "cloudflare:workers";
import { openD1Store } from "../../worker/execute/store-d1.ts";
import { openLibsqlStore } from "../../worker/execute/store-libsql.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { makeStores } from "../../worker/execute/stores.ts";
import type { Stores } from "../../worker/execute/stores.ts";
import type { Parameter, Statement } from "../../worker/plan/statement.ts";

/** The store that the Worker under test has. */
export const openStore: OpenStore =
  env.STORE === "libsql"
    ? (cost) => openLibsqlStore({ url: env.LIBSQL_URL }, cost)
    : (cost) => openD1Store(env.DB, cost);

/** The stores of a Worker whose every call counts for `cost` too. */
export function storesOf(open: OpenStore = openStore): Stores {
  return makeStores({ main: open, shards: new Map() });
}

export interface Prepared {
  readonly statement: Statement;
  bind(...params: readonly Parameter[]): Prepared;
  run(): Promise<void>;
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as D1 has it: who asks knows the row
  all<Row = Record<string, unknown>>(): Promise<{ results: Row[] }>;
  first(column: string): Promise<unknown>;
  first<Row = Record<string, unknown>>(): Promise<Row | null>;
}

/** SQL straight to the tables, beside the Worker. */
export const DB = databaseOf(openStore);

export function databaseOf(open: OpenStore) {
  return {
    prepare: (sql: string): Prepared => prepared(open, { sql, params: [] }),
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as D1 has it: who asks knows the row
    batch: async <Row = Record<string, unknown>>(
      all: readonly Prepared[],
    ): Promise<{ results: Row[] }[]> => {
      const answers = await open(noCost()).batch(all.map(({ statement }) => statement));
      return answers.map((rows) => ({ results: [...rows] as Row[] }));
    },
  };
}

function prepared(open: OpenStore, statement: Statement): Prepared {
  const rows = () => open(noCost()).query(statement);
  return {
    statement,
    bind: (...params) => prepared(open, { sql: statement.sql, params }),
    run: async () => void (await rows()),
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as D1 has it: who asks knows the row
    all: async <Row>() => ({ results: [...(await rows())] as Row[] }),
    first: async (column?: string) => {
      const [row] = await rows();
      return column === undefined ? (row ?? null) : (row?.[column] ?? null);
    },
  };
}
