/** The store on libSQL: sqld or Turso over HTTP, by the Hrana protocol. Each call is one request. */
import { createClient } from "@libsql/client/http";
import type { ResultSet, Value } from "@libsql/client/http";
import { isList, isObject } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import type { Statement } from "../plan/statement.ts";
import { namedError } from "./store.ts";
import type { Cost, Row, Store } from "./store.ts";

export interface LibsqlDatabase {
  /** `libsql:`, `https:` or `http:`. */
  readonly url: string;
  readonly authToken?: string | undefined;
}

export function openLibsqlStore({ url, authToken }: LibsqlDatabase, cost: Cost): Store {
  const client = createClient({
    url,
    ...(authToken !== undefined && { authToken }),
    fetch: (request: Request) => fetchCounted(request, cost),
  });
  return {
    async query(statement) {
      const result = await client.execute(argumentsOf(statement));
      cost.statements += 1;
      return rowsOf(result);
    },
    async batch(statements) {
      // Who reads only takes no lock: a read doesn't wait for another's write.
      const mode = statements.every(isRead) ? "read" : "write";
      try {
        const results = await client.batch(statements.map(argumentsOf), mode);
        cost.statements += statements.length;
        return results.map(rowsOf);
      } catch (error) {
        throw namedError(error);
      }
    },
  };
}

function argumentsOf({ sql, params }: Statement): {
  sql: string;
  args: Statement["params"][number][];
} {
  // Half a character (a lone surrogate) is refused on the wire; D1 takes it for U+FFFD.
  const args = params.map((value) => (typeof value === "string" ? value.toWellFormed() : value));
  return { sql, args };
}

/** Values are no part of the text, so a word in it is a keyword, or at worst a name that takes the lock for nothing. */
function isRead({ sql }: Statement): boolean {
  return !/\b(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP)\b/i.test(sql);
}

/** The client's rows are lists as well as objects. */
function rowsOf({ columns, rows }: ResultSet): readonly Row[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column, valueOf(row[column])])),
  );
}

/** Bytes become hex: no statement selects any, but a column of them must not break a row. */
function valueOf(value: Value | undefined): Row[string] {
  if (value instanceof ArrayBuffer) {
    const pairs = Array.from(new Uint8Array(value), (byte) => byte.toString(16).padStart(2, "0"));
    return pairs.join("");
  }
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/** What each statement cost is on the wire, and the client passes it over. */
async function fetchCounted(request: Request, cost: Cost): Promise<Response> {
  cost.roundTrips += 1;
  const response = await fetch(request);
  if (!response.ok) return response;
  const body: Json = await response.json();
  for (const result of resultsIn(body)) {
    cost.rowsRead += countIn(result, "rows_read");
    cost.rowsWritten += countIn(result, "rows_written");
  }
  // The client would parse it once more.
  return Object.defineProperty(response, "json", { value: () => Promise.resolve(body) });
}

/** The statements' results in the answer to a pipeline: of an `execute` one, of a `batch` one for each step. */
function resultsIn(body: Json): readonly Json[] {
  return listAt(body, "results").flatMap((answer) => {
    const result = at(at(answer, "response"), "result");
    return [result, ...listAt(result, "step_results")];
  });
}

function countIn(result: Json, name: string): number {
  const count = at(result, name);
  return typeof count === "number" ? count : 0;
}

function listAt(value: Json, name: string): readonly Json[] {
  const list = at(value, name);
  return isList(list) ? list : [];
}

function at(value: Json, name: string): Json {
  return isObject(value) ? (value[name] ?? null) : null;
}
