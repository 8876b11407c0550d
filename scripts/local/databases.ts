/** The databases of the local emulation: started where they are servers, migrated, and named to the Worker. */
import { migrateLibsql } from "./libsql.ts";
import type { LibsqlDatabase } from "./libsql.ts";
import { isUrl } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { startSqld } from "./sqld.ts";
import type { StateFiles } from "./state.ts";
import { migrateD1 } from "./wrangler.ts";

export interface Databases {
  /** What the Worker needs to find them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Resolves, to its exit code, when a server ends; never, where there is none. */
  readonly ended: Promise<number>;
  readonly stop: () => Promise<void>;
}

/** The main database and every shard, at the newest migration. */
export async function openDatabases(
  settings: Settings,
  files: StateFiles,
  signal: AbortSignal,
): Promise<Databases> {
  const main = await openMain(settings, files, signal);
  try {
    const authToken = settings.store.kind === "libsql" ? settings.store.authToken : undefined;
    for (const place of Object.values(settings.shards)) {
      // One after the other: two wranglers on one state are in each other's way.
      await (isUrl(place)
        ? migrateLibsql({ url: place, authToken })
        : migrateD1(files, place, signal));
    }
    const { shards } = settings;
    const isSharded = Object.keys(shards).length > 0;
    const variables = { ...main.variables, ...(isSharded && { SHARDS: JSON.stringify(shards) }) };
    return { ...main, variables };
  } catch (error) {
    await main.stop();
    throw error;
  }
}

const NEVER = new Promise<number>(() => undefined);

async function openMain(
  { store }: Settings,
  files: StateFiles,
  signal: AbortSignal,
): Promise<Databases> {
  switch (store.kind) {
    case "d1":
      await migrateD1(files, "DB", signal);
      return { variables: { STORE: "d1" }, ended: NEVER, stop: () => Promise.resolve() };
    case "libsql":
      await migrateLibsql(store);
      return { variables: variablesOf(store), ended: NEVER, stop: () => Promise.resolve() };
    case "sqld": {
      const { url, running } = await startSqld(files.sqld, signal);
      try {
        await migrateLibsql({ url });
      } catch (error) {
        await running.stop();
        throw error;
      }
      return { variables: variablesOf({ url }), ended: running.exited, stop: () => running.stop() };
    }
  }
}

function variablesOf({ url, authToken }: LibsqlDatabase): Readonly<Record<string, string>> {
  return {
    STORE: "libsql",
    LIBSQL_URL: url,
    ...(authToken !== undefined && { LIBSQL_AUTH_TOKEN: authToken }),
  };
}
