/** Templates as text and parameters: what drizzle's own dialect makes of them. */
import { sql } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { expect, it } from "vitest";
import { statement } from "../../worker/plan/statement.ts";

const list = sql.join([sql`${1}`, sql`${null}`, sql.raw("'raw'")], sql`, `);
const TEMPLATES = {
  text: sql`SELECT 1`,
  parameters: sql`SELECT ${"a?"}, ${2}, ${null}`,
  nested: sql`SELECT * FROM (${sql`SELECT ${"inner"} AS x`}) WHERE y IN (${list})`,
  empty: sql`SELECT 1 ${sql``}`,
  names: sql`SELECT ${sql.identifier("tenant_id")} FROM ${sql.identifier("tenants")}`,
};

it.each(Object.entries(TEMPLATES))("%s", (_name, template) => {
  const { sql: text, params } = new SQLiteSyncDialect().sqlToQuery(template);
  expect(statement(template)).toEqual({ sql: text, params });
});

it.each([[undefined], [true], [{}], [["a"]]])("%j can't be bound", (value) => {
  expect(() => statement(sql`SELECT ${value}`)).toThrow(TypeError);
});
