/** The check of tenants in SQL finds what it is for, and lets pass what is bound. */
import { describe, expect, it } from "vitest";
import { judgeSql } from "../../scripts/tenancy/judge.ts";
import { sqlTemplatesIn } from "../../scripts/tenancy/templates.ts";

const TABLES = new Set(["resources", "members", "tenants", "assertions"]);

/** The tables that are unbound in the templates of a source. */
function unboundIn(source: string): string[] {
  return sqlTemplatesIn(source).flatMap(({ text }) =>
    judgeSql(text, TABLES).unbound.map(({ table }) => table),
  );
}

const PASSES: readonly (readonly [string, string])[] = [
  ["a tenant", "SELECT id FROM resources WHERE tenant_id = ${tenant} AND id = ${id}"],
  ["a tenant that comes second", "SELECT 1 FROM resources WHERE ${tenant} = tenant_id"],
  ["an alias", "SELECT r.id FROM resources r WHERE r.tenant_id = ${tenant}"],
  ["an alias after AS", "UPDATE resources AS r SET version = 2 WHERE r.tenant_id = ${tenant}"],
  [
    "a join by the tenant",
    "SELECT 1 FROM resources r CROSS JOIN members m INDEXED BY x ON m.tenant_id = r.tenant_id WHERE r.tenant_id = ${tenant}",
  ],
  [
    "an alias that a nested query binds",
    "SELECT 1 FROM tenants n WHERE EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = n.tenant_id)",
  ],
  [
    "a condition in parentheses",
    "SELECT 1 FROM resources WHERE (tenant_id = ${tenant} AND id = ${id})",
  ],
  ["an insert", "INSERT INTO members (tenant_id, group_id) VALUES (${tenant}, ${id})"],
  [
    "an insert over lines",
    "INSERT INTO members (\n  tenant_id, group_id)\n SELECT tenant_id, id FROM resources WHERE tenant_id = ${tenant}",
  ],
  [
    "a deletion by keys that are another query's",
    "DELETE FROM members WHERE (tenant_id, group_id) IN (SELECT tenant_id, id FROM resources WHERE tenant_id = ${tenant})",
  ],
  ["what is no table of ours", "SELECT value FROM json_each(${list})"],
  ["a common table expression", "SELECT id FROM page WHERE id = ${id}"],
];

const FOUND: readonly (readonly [string, string, readonly string[]])[] = [
  ["no tenant", "SELECT id FROM resources WHERE id = ${id}", ["resources"]],
  ["no condition at all", "SELECT count(*) FROM members", ["members"]],
  ["lower case", "delete from members where group_id = ${id}", ["members"]],
  ["a tenant that is only read", "SELECT tenant_id FROM resources WHERE id = ${id}", ["resources"]],
  ["another table's tenant", "UPDATE members SET x = 1 WHERE m.tenant_id = ${t}", ["members"]],
  [
    "a join by id only",
    "SELECT 1 FROM resources r JOIN members m ON m.group_id = r.id WHERE r.tenant_id = ${tenant}",
    ["members"],
  ],
  [
    "a tenant that only the nested query names",
    "DELETE FROM members WHERE group_id IN (SELECT id FROM resources WHERE tenant_id = ${tenant})",
    ["members"],
  ],
  [
    "a nested query without one",
    "SELECT 1 FROM resources WHERE tenant_id = ${tenant} AND id IN (SELECT group_id FROM members)",
    ["members"],
  ],
  [
    "an insert whose first column is another",
    "INSERT INTO members (group_id, tenant_id) VALUES (${id}, ${tenant})",
    ["members"],
  ],
  ["an insert without columns", "INSERT INTO members VALUES (${tenant}, ${id})", ["members"]],
  ["a replacement", "INSERT OR REPLACE INTO members (group_id) VALUES (${id})", ["members"]],
  ["what follows another template's FROM", "members m WHERE m.group_id = ${id}", ["members"]],
];

describe("a statement", () => {
  it.each(PASSES)("passes with %s", (_name, text) => {
    expect(unboundIn(`const query = sql\`${text}\`;`)).toEqual([]);
  });

  it.each(FOUND)("is found with %s", (_name, text, tables) => {
    expect(unboundIn(`const query = sql\`${text}\`;`)).toEqual(tables);
  });

  it("counts each use of a table", () => {
    const text = "SELECT 1 FROM resources r, x JOIN members m ON m.tenant_id = r.tenant_id";
    expect(judgeSql(text, TABLES).touched).toBe(2);
  });
});

describe("the templates of a source", () => {
  it("have their line, and a ? for each value", () => {
    const source = "// one\nconst a = sql`SELECT ${x}\n  FROM y`;\nconst b = sql`z`;";
    expect(sqlTemplatesIn(source)).toEqual([
      { line: 2, text: "SELECT ?\n  FROM y" },
      { line: 4, text: "z" },
    ]);
  });

  it("are found inside the values of others, and don't count for them", () => {
    const source =
      "sql`SELECT 1 FROM resources WHERE ${on ? sql`tenant_id = ${t}` : sql`EXISTS (SELECT 1 FROM members)`}`";
    expect(sqlTemplatesIn(source).map(({ text }) => text)).toEqual([
      "SELECT 1 FROM resources WHERE ?",
      "tenant_id = ?",
      "EXISTS (SELECT 1 FROM members)",
    ]);
    expect(unboundIn(source)).toEqual(["resources", "members"]);
  });

  it("end where they end: braces, strings in backticks and escapes stand in values", () => {
    const source =
      "sql`a ${f({ b: `}${c}`, g: '}' })} \\` d`; const e = `no sql`; other`f`; // sql`h`";
    expect(sqlTemplatesIn(source).map(({ text }) => text)).toEqual(["a ? \\` d"]);
  });

  it("are no words that end alike", () => {
    expect(sqlTemplatesIn("mysql`FROM members`; $sql`FROM members`")).toEqual([]);
  });
});
