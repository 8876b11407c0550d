/** `npm start`: the Worker in `wrangler dev`, ready to try (CONTRACT, "Commands"). */
import { freePort } from "./local/ports.ts";
import { runLocal } from "./local/run-local.ts";
import { entryOf, wrangler } from "./local/wrangler.ts";

const code = await runLocal({
  prepare: () => Promise.resolve(),
  command: async (settings, files) =>
    wrangler(files, [
      "dev",
      ...entryOf(settings),
      "--ip=127.0.0.1",
      `--port=${settings.port}`,
      `--inspector-port=${await freePort()}`,
      `--persist-to=${files.folder}`,
      `--env-file=${files.variables}`,
      "--show-interactive-dev-session=false",
    ]),
});
process.exit(code);
