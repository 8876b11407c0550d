/** Migrations one by one over a database with data in it, and the Worker of each older version on the newer schema. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { hashToken, makeToken } from "../../worker/auth/bearer.ts";
import { brokenRules } from "../support/migration-rules.ts";
import { clientOf, ORIGIN, user } from "../support/tenant.ts";
import { verifyAll } from "../support/transfer.ts";

/** What the Worker of each version wrote: one file for each migration, with rows of all that is new in it. */
const STAGES = import.meta.glob(["./stages/*.sql"], {
  eager: true,
  query: "?raw",
  import: "default",
});
const TOKEN = makeToken("staged", new Uint8Array(32));

/** Table -> columns. */
type Tables = ReadonlyMap<string, readonly string[]>;

interface Stage {
  readonly name: string;
  readonly tables: Tables;
  /** Table -> the rows of all stages so far, by this stage's columns. */
  readonly rows: ReadonlyMap<string, readonly object[]>;
}

const stages: Stage[] = [];
/** What each later stage made of the rows of each earlier one: stage, earlier stage, table, rows. */
const kept: { stage: string; earlier: string; table: string; rows: readonly object[] }[] = [];
/** Inserts by the columns of an earlier stage. */
const inserts: { stage: string; earlier: string; table: string; count: number }[] = [];

async function readTables(): Promise<Tables> {
  const { results } = await env.DB.prepare(
    `SELECT m.name AS name, json_group_array(c.name) AS columns FROM sqlite_master m, pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'd1_%' AND m.name NOT LIKE '_cf_%'
     GROUP BY m.name ORDER BY m.name`,
  ).all<{ name: string; columns: string }>();
  return new Map(results.map(({ name, columns }) => [name, JSON.parse(columns) as string[]]));
}

/** JSONB comes as bytes; its JSON is what has to stay. */
function shown(column: string): string {
  return column === "folded" ? "json(folded) AS folded" : column;
}

async function readRows(table: string, columns: readonly string[]): Promise<object[]> {
  const { results } = await env.DB.prepare(
    `SELECT ${columns.map(shown).join(", ")} FROM ${table} WHERE tenant_id LIKE 'staged%' ORDER BY ${columns.filter((name) => name !== "folded").join(", ")}`,
  ).all();
  return results;
}

async function readAll(tables: Tables): Promise<Map<string, object[]>> {
  const all = new Map<string, object[]>();
  for (const [table, columns] of tables) all.set(table, await readRows(table, columns));
  return all;
}

/** The rows of the stages again, under another tenant's id, by the column list of an older version. */
async function insertAs(
  table: string,
  columns: readonly string[],
  tenant: string,
): Promise<number> {
  const values = columns.map((name) => (name === "tenant_id" ? "? || tenant_id" : name));
  const { meta } = await env.DB.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM ${table} WHERE tenant_id LIKE 'staged%'`,
  )
    .bind(tenant)
    .run();
  return meta.changes;
}

beforeAll(async () => {
  await reset();
  const hash = await hashToken(TOKEN);
  for (const [index, { name }] of env.MIGRATIONS.entries()) {
    await applyD1Migrations(env.DB, env.MIGRATIONS.slice(0, index + 1));
    for (const earlier of stages) {
      for (const [table, columns] of earlier.tables) {
        kept.push({
          stage: name,
          earlier: earlier.name,
          table,
          rows: await readRows(table, columns),
        });
        const count = await insertAs(table, columns, `${stages.indexOf(earlier)}-${index}-`);
        inserts.push({ stage: name, earlier: earlier.name, table, count });
      }
    }
    const stage = STAGES[`./stages/${name}`];
    const text = typeof stage === "string" ? stage : "";
    for (const query of text
      .replaceAll("{hash}", hash)
      .split(/;\n/)
      .filter((one) => one.trim() !== "")) {
      await env.DB.prepare(query).run();
    }
    const tables = await readTables();
    stages.push({ name, tables, rows: await readAll(tables) });
  }
});

it("has rows of every stage, in every table and every column of it", () => {
  expect(Object.keys(STAGES)).toHaveLength(env.MIGRATIONS.length);
  expect(stages.length).toBeGreaterThanOrEqual(5);
  for (const { name, tables, rows } of stages) {
    for (const [table, columns] of tables) {
      for (const column of columns) {
        const filled = rows
          .get(table)
          ?.filter((row) => new Map(Object.entries(row)).get(column) !== null);
        expect(
          filled?.length,
          `${name}: ${table}.${column} has a value in test/execute/stages`,
        ).toBeGreaterThan(0);
      }
    }
  }
});

it("keeps every row as it was, whatever migration comes after it", () => {
  expect(kept.length).toBeGreaterThan(40);
  for (const { stage, earlier, table, rows } of kept) {
    const before = stages.find(({ name }) => name === earlier)?.rows.get(table) ?? [];
    // Rows of the stages between the two are there as well.
    expect(rows, `${table} of ${earlier} after ${stage}`).toEqual(
      expect.arrayContaining([...before]),
    );
    expect(before.length).toBeGreaterThan(0);
  }
});

it("takes what the Worker of each older version inserts", () => {
  expect(inserts.length).toBe(kept.length);
  for (const { stage, earlier, table, count } of inserts) {
    expect(count, `${table} by ${earlier} on ${stage}`).toBeGreaterThan(0);
  }
});

it("serves what the first version wrote", async () => {
  const client = clientOf("staged", TOKEN, `${ORIGIN}/staged/api/scim/v2`);
  const found = await client.get('/Users?filter=emails.value eq "ADA@x.test"');
  expect(found.body.totalResults).toBe(1);
  const [ada] = found.body.Resources;
  expect(ada).toMatchObject({ userName: "Ada@x.test", groups: [{ display: "All" }] });
  const patched = await client.patch(`/Users/${ada.id}`, [
    { op: "replace", path: "title", value: "Dr" },
  ]);
  expect([patched.status, patched.body.meta.version]).toEqual([200, 'W/"3"']);
  expect((await client.post("/Users", user("BEA@x.test"))).status).toBe(409);
  expect((await client.post("/Users", user("Cleo@x.test"))).status).toBe(201);
  expect(await verifyAll("staged")).toEqual([]);
});

describe("no migration breaks the Worker of the version before", () => {
  it("as far as its SQL tells", () => {
    expect(brokenRules(env.MIGRATIONS)).toEqual([]);
  });

  it.each([
    "DROP TABLE `members`;",
    "ALTER TABLE `members` DROP COLUMN `member_type`;",
    "ALTER TABLE members DROP member_type",
    "DROP INDEX `members_by_member`",
    "ALTER TABLE `members` RENAME TO `memberships`;",
    "ALTER TABLE members RENAME COLUMN member_type TO type",
    "CREATE TABLE `__new_members` (`tenant_id` text)",
    "ALTER TABLE `members` ADD `since` text NOT NULL;",
    "alter table members add column since text not null",
    "CREATE UNIQUE INDEX `one_group` ON `members` (`tenant_id`,`member_id`);",
    "CREATE TRIGGER t BEFORE INSERT ON members BEGIN SELECT 1; END",
  ])("and it would be seen: %s", (query) => {
    const first = { name: "0000", queries: ["CREATE TABLE `members` (`tenant_id` text)"] };
    expect(brokenRules([first, { name: "0001", queries: [query] }])).toHaveLength(1);
  });

  it.each([
    "ALTER TABLE `members` ADD `since` text;",
    "ALTER TABLE `members` ADD `since` text DEFAULT '' NOT NULL;",
    "CREATE INDEX `by_since` ON `members` (`since`)",
    "UPDATE members SET since = '' -- never DROP TABLE",
  ])("and what may be is let be: %s", (query) => {
    const first = { name: "0000", queries: ["CREATE TABLE `members` (`tenant_id` text)"] };
    const made = "CREATE TABLE a (b text NOT NULL); ";
    expect(
      brokenRules([
        first,
        { name: "0001", queries: [query, made, "CREATE UNIQUE INDEX c ON a (b)"] },
      ]),
    ).toEqual([]);
  });

  it("and no migration at all is no success", () => {
    expect(() => brokenRules([])).toThrow(/nothing was checked/);
    expect(() => brokenRules([{ name: "0000", queries: [] }])).toThrow(/nothing was checked/);
  });
});
