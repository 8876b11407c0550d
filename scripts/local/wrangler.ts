/** wrangler's commands, offline and quiet, with everything that it would share between two starts kept apart. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./processes.ts";
import type { Command } from "./processes.ts";
import { PROJECT, needsLibsql } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { readText, writePrivate } from "./state.ts";
import type { StateFiles } from "./state.ts";

const WRANGLER = fileURLToPath(
  new URL("bin/wrangler.js", import.meta.resolve("wrangler/package.json")),
);
const CONFIG = join(PROJECT, "wrangler.toml");
const MIGRATIONS = join(PROJECT, "schema/migrations");

export const OFFLINE = Object.freeze({
  CI: "1",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  // Each would cost a network call or, for the first, 35 times the latency of a Durable Object's call.
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
});

/** A wrangler command; its registry of running Workers lies in the state folder, as two starts have Workers of one name. */
export function wrangler(files: StateFiles, args: readonly string[], config = CONFIG): Command {
  return {
    args: [WRANGLER, ...args, "--config", config],
    env: { ...OFFLINE, WRANGLER_REGISTRY_PATH: join(files.folder, "registry") },
  };
}

/** Brings the local D1 of a binding to the newest migration; asks wrangler only where something is new. */
export async function migrateD1(
  files: StateFiles,
  binding: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted = fingerprint();
  const migrated = join(
    files.folder,
    binding === "DB" ? "migrated.json" : `migrated-${binding}.json`,
  );
  const database = join(files.folder, "v3/d1");
  if (existsSync(database) && (await readText(migrated)) === wanted) return;
  const args = ["d1", "migrations", "apply", binding, "--local", "--persist-to", files.folder];
  await run(wrangler(files, args), signal);
  await writePrivate(migrated, wanted);
}

/** The script to run where it isn't the configuration's: with libSQL. */
export function entryOf(settings: Settings): readonly string[] {
  return needsLibsql(settings) ? ["worker/index-libsql.ts"] : [];
}

/** Bundles the Worker as a deployment would, into this folder. */
export async function build(
  files: StateFiles,
  signal: AbortSignal,
  { entry = [], config = CONFIG }: { entry?: readonly string[]; config?: string } = {},
): Promise<void> {
  const args = ["deploy", ...entry, "--dry-run", "--outdir", files.build];
  await run(wrangler(files, args, config), signal);
}

function fingerprint(): string {
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  const digests = names.toSorted().map((name) => {
    const digest = createHash("sha256").update(readFileSync(join(MIGRATIONS, name)));
    return [name, digest.digest("hex")];
  });
  return `${JSON.stringify(Object.fromEntries(digests), undefined, 2)}\n`;
}
