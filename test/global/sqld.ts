/**
 * Real libSQL servers for a project's tests, migrated: a shard and the main database, which is one for each runtime.
 * They end with the run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrateLibsql } from "../../scripts/local/libsql.ts";
import { startSqld } from "../../scripts/local/sqld.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly libsqlMains: readonly string[];
    readonly libsqlShard: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-sqld-"));
  const { signal } = new AbortController();
  const { isolate, maxWorkers } = project.config;
  const { testFiles } = await project.globTestFiles();
  const runtimes = isolate ? testFiles : testFiles.slice(0, maxWorkers);
  const names = ["shard", ...runtimes.map((_, index) => `main-${index}`)];
  const servers = await Promise.all(names.map((name) => startSqld(join(folder, name), signal)));
  const urls = servers.map(({ url }) => url);
  await Promise.all(urls.map((url) => migrateLibsql({ url })));
  const [shard = "", ...rest] = urls;
  project.provide("libsqlMains", rest);
  project.provide("libsqlShard", shard);
  return async () => {
    await Promise.all(servers.map(({ running }) => running.stop()));
    await rm(folder, { recursive: true });
  };
}
