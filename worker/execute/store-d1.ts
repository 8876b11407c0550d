/** The store on Cloudflare D1. Every read goes to the primary: an IdP reads straight after it writes. */
import type { Statement } from "../plan/statement.ts";
import { namedError } from "./store.ts";
import type { Cost, Row, Store } from "./store.ts";

export function openD1Store(database: D1Database, cost: Cost): Store {
  const session = database.withSession("first-primary");
  const prepare = (statement: Statement): D1PreparedStatement =>
    session.prepare(statement.sql).bind(...statement.params);
  const count = (results: readonly D1Result<Row>[]): void => {
    for (const result of results) {
      cost.statements += 1;
      cost.rowsRead += result.meta.rows_read;
      cost.rowsWritten += result.meta.rows_written;
    }
  };
  return {
    async query(statement) {
      cost.roundTrips += 1;
      const result = await prepare(statement).all<Row>();
      count([result]);
      return result.results;
    },
    async batch(statements) {
      cost.roundTrips += 1;
      try {
        const results = await session.batch<Row>(statements.map(prepare));
        count(results);
        return results.map((result) => result.results);
      } catch (error) {
        throw namedError(error);
      }
    },
  };
}
