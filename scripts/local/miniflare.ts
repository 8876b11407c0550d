/** Runs a built Worker in Miniflare: arguments are the port, the state folder, and its configuration where it isn't Rollcall's. */
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { parseEnv } from "node:util";
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import type { V4ModuleDefinition } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { PROJECT } from "./settings.ts";
import { isObject, stateFiles } from "./state.ts";

/** wrangler's rules for what is no script. */
const TYPES: Readonly<Record<string, "Text" | "Data" | "CompiledWasm">> = Object.freeze({
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
  ".bin": "Data",
  ".wasm": "CompiledWasm",
});

const [port = "", state = "", path = join(PROJECT, "wrangler.toml")] = process.argv.slice(2);
const files = stateFiles(state);
const config: unknown = unstable_readConfig({ config: path });
const name = isObject(config) ? config["name"] : undefined;
if (typeof name !== "string") throw new Error(`${path} names no Worker.`);
const { modulesRules: _rules, ...options } = unstable_getMiniflareWorkerOptions(path).workerOptions;
const variables: Record<string, string> = {};
for (const [variable, value = ""] of Object.entries(
  parseEnv(await readFile(files.variables, "utf8")),
)) {
  variables[variable] = value;
}

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    ...options,
    // Name, ids and folder as wrangler dev has them: `npm start` and `npm run serve` share their data.
    name,
    resourcePersistencePath: join(files.folder, "v3"),
    bindings: Object.assign({}, options["bindings"], variables),
    rootPath: files.build,
    modulesRoot: files.build,
    modules: await builtModules(files.build),
    host: "127.0.0.1",
    port: Number(port),
    cf: false,
    log: new Log(LogLevel.WARN),
    logRequests: false,
  }),
);
process.once("SIGTERM", () => {
  void miniflare.dispose();
});
await miniflare.ready;

/** The bundle first, by whichever entry point it was made, then what it imports as text or data. */
async function builtModules(folder: string): Promise<V4ModuleDefinition[]> {
  const names = await readdir(folder);
  const bundle = names.find((file) => extname(file) === ".js");
  if (bundle === undefined) throw new Error(`${folder} holds no bundle.`);
  const others = names.flatMap((file) => {
    const type = TYPES[extname(file)];
    return type === undefined ? [] : [{ type, path: join(folder, file) }];
  });
  return [{ type: "ESModule", path: join(folder, bundle) }, ...others];
}
