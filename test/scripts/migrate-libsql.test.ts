/** Migrations of a real sqld: each once, later ones on top, all or nothing. */
import { createClient } from "@libsql/client/web";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrateLibsql } from "../../scripts/local/libsql.ts";
import { PROJECT } from "../../scripts/local/settings.ts";
import { startSqld } from "../../scripts/local/sqld.ts";
import type { Sqld } from "../../scripts/local/sqld.ts";

let folder: string;
let migrations: string;
let sqld: Sqld;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-migrate-"));
  migrations = join(folder, "migrations");
  await cp(join(PROJECT, "schema/migrations"), migrations, { recursive: true });
  sqld = await startSqld(join(folder, "db"), new AbortController().signal);
});

afterAll(async () => {
  await sqld.running.stop();
  await rm(folder, { recursive: true });
});

async function read(sql: string): Promise<unknown[]> {
  const client = createClient({ url: sqld.url });
  const { rows } = await client.execute(sql);
  client.close();
  return rows.map((row) => ({ ...row }));
}

async function addMigration(name: string, sql: string): Promise<void> {
  const path = join(migrations, "meta/_journal.json");
  const journal = JSON.parse(await readFile(path, "utf8")) as { entries: { when: number }[] };
  const when = Math.max(...journal.entries.map((entry) => entry.when)) + 1;
  const entry = { idx: journal.entries.length, version: "6", when, tag: name, breakpoints: true };
  await writeFile(path, JSON.stringify({ ...journal, entries: [...journal.entries, entry] }));
  await writeFile(join(migrations, `${name}.sql`), sql);
}

const applied = (): Promise<unknown[]> => read("SELECT count(*) AS n FROM __drizzle_migrations");

it("applies each migration once, and later ones on top of what is there", async () => {
  await migrateLibsql(sqld, migrations);
  const [before] = (await applied()) as { n: number }[];
  await migrateLibsql(sqld, migrations);
  expect(await applied()).toEqual([before]);
  await addMigration("9000_later", "ALTER TABLE `tenants` ADD `later` text;");
  await migrateLibsql(sqld, migrations);
  await migrateLibsql(sqld, migrations);
  expect(await applied()).toEqual([{ n: (before?.n ?? 0) + 1 }]);
  expect(await read("SELECT later FROM tenants")).toEqual([]);
});

it("undoes a migration that fails half-way, and says so", async () => {
  const sql =
    "CREATE TABLE `half` (`a` text);\n--> statement-breakpoint\nALTER TABLE `nowhere` ADD `a` text;";
  await addMigration("9001_broken", sql);
  const before = await applied();
  await expect(migrateLibsql(sqld, migrations)).rejects.toThrow(/nowhere/);
  expect(await applied()).toEqual(before);
  expect(await read("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
});
