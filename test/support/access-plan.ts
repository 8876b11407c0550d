/** How the engine reaches the tables of a statement: what of it isn't a search by the tenant. */
import { getTableConfig } from "drizzle-orm/sqlite-core";
import * as tables from "../../schema/tables.ts";

export const TABLES: ReadonlySet<string> = new Set(
  Object.values(tables).map((table) => getTableConfig(table).name),
);

export interface Access {
  readonly table: string;
  /** A line of EXPLAIN QUERY PLAN, such as `SEARCH r USING PRIMARY KEY (tenant_id=? AND id=?)`. */
  readonly line: string;
}

const WORDS =
  "on|where|set|select|values|cross|left|inner|join|indexed|not|order|group|limit|union|using|returning|as";
const NAMED = new RegExp(
  String.raw`\b(?:from|join|update)\s+"?([a-z_]+)"?(?:\s+(?:as\s+)?(?!(?:${WORDS})\b)([a-z]\w*))?`,
  "gi",
);

/** Names in a statement -> what each of its uses stands for: a table, or a common table expression. */
function usesIn(sql: string): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const [, source = "", alias] of sql.matchAll(NAMED)) {
    const name = alias ?? source;
    uses.set(name, [...(uses.get(name) ?? []), source]);
  }
  return uses;
}

/**
 * The accesses to tables, and those of them that aren't by the tenant first. One name may stand for a table in one part of a
 * statement and for a materialized page of it in another: then as many scans are the page's as there are such parts.
 */
export function judgePlan(
  sql: string,
  plan: readonly string[],
): { readonly accesses: readonly Access[]; readonly loose: readonly Access[] } {
  const uses = usesIn(sql);
  const accesses: Access[] = [];
  const loose: Access[] = [];
  const spared = new Map<string, number>();
  for (const line of plan) {
    const [, name = ""] = /^(?:SCAN|SEARCH) (\S+)/.exec(line) ?? [];
    const sources = uses.get(name) ?? [];
    const table = sources.find((source) => TABLES.has(source));
    if (table === undefined) continue;
    const others = sources.filter((source) => !TABLES.has(source)).length;
    const isByTenant = /^SEARCH \S+ (?:EXISTS )?USING .*\(tenant_id=\?/.test(line);
    const isSpared = !isByTenant && (spared.get(name) ?? 0) < others;
    if (isSpared) spared.set(name, (spared.get(name) ?? 0) + 1);
    else accesses.push({ table, line });
    if (!isByTenant && !isSpared) loose.push({ table, line });
  }
  return { accesses, loose };
}
