/** `npm run migrate:libsql`: brings LIBSQL_URL, and every shard of SHARDS that is a URL, to the newest migration. */
import { migrateLibsql } from "./local/libsql.ts";
import { Refusal, isUrl, readSettings } from "./local/settings.ts";

try {
  const { store, shards } = readSettings({ ...process.env, STORE: "libsql" });
  if (store.kind !== "libsql") throw new Refusal("LIBSQL_URL is missing.", 2);
  for (const url of [store.url, ...Object.values(shards).filter(isUrl)]) {
    // One after the other: the first that fails is the one that is told.
    await migrateLibsql({ url, authToken: store.authToken });
    console.log(`${new URL(url).host} has the newest migration`);
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
