/** Two real libSQL servers for a project's tests, migrated: the main database and a shard. They end with the run. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrateLibsql } from "../../scripts/local/libsql.ts";
import { startSqld } from "../../scripts/local/sqld.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly libsqlMain: string;
    readonly libsqlShard: string;
  }
}

export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-sqld-"));
  const { signal } = new AbortController();
  const servers = await Promise.all(
    ["main", "shard"].map((name) => startSqld(join(folder, name), signal)),
  );
  const [main = "", shard = ""] = servers.map(({ url }) => url);
  await Promise.all([main, shard].map((url) => migrateLibsql({ url })));
  provide("libsqlMain", main);
  provide("libsqlShard", shard);
  return async () => {
    await Promise.all(servers.map(({ running }) => running.stop()));
    await rm(folder, { recursive: true });
  };
}
