/** `npm run serve`: the built Worker in Miniflare, without wrangler's dev proxy, on the same state as `npm start`. */
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runLocal } from "./local/run-local.ts";
import { OFFLINE, build, entryOf } from "./local/wrangler.ts";

const MINIFLARE = fileURLToPath(new URL("local/miniflare.ts", import.meta.url));

// It is for benchmarks and tests, which ask for more than an IdP may.
process.env["RATE_LIMIT_OPERATIONS"] ??= "0";

const code = await runLocal({
  async prepare(settings, files, signal) {
    await rm(files.build, { recursive: true, force: true });
    await build(files, signal, { entry: entryOf(settings) });
  },
  command: (settings, files) =>
    Promise.resolve({ args: [MINIFLARE, String(settings.port), files.folder], env: OFFLINE }),
});
process.exit(code);
