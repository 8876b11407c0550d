/** SQL text with its parameters: the only thing that a store accepts. Only `sql` templates make it. */
import type { SQL } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";

export { sql } from "drizzle-orm";
export type { SQL } from "drizzle-orm";

export type Parameter = string | number | null;

export interface Statement {
  readonly sql: string;
  readonly params: readonly Parameter[];
}

const DIALECT = new SQLiteSyncDialect();

export function statement(query: SQL): Statement {
  const { sql: text, params } = DIALECT.sqlToQuery(query);
  return { sql: text, params: params as Parameter[] };
}

/** A row of a statement's answer. */
export type Row = Readonly<Record<string, string | number | null>>;
