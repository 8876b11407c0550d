/** `npm run simulate -- --idp entra --users N --groups M`: an IdP's traffic against a SCIM server (CONTRACT, "Commands"). */
import { writeFile } from "node:fs/promises";
import { Refusal } from "./local/settings.ts";
import { openConnection, type Connection } from "./simulate/connection.ts";
import { parseOptions, readLocalTarget, usage, type Options } from "./simulate/options.ts";
import { openProgress } from "./simulate/progress.ts";
import { renderSummary, succeeded } from "./simulate/report.ts";
import { simulate } from "./simulate/simulate.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(usage());
  else await run(options);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

async function run(options: Options): Promise<void> {
  const { target, close } = await connect(options);
  try {
    process.stdout.write(`${options.idp.name} to ${target.base}\n`);
    const summary = await simulate(options, target, openProgress(process.stderr));
    if (options.json !== undefined) {
      await writeFile(options.json, `${JSON.stringify(summary, undefined, 2)}\n`);
    }
    process.stdout.write(renderSummary(summary));
    if (!succeeded(summary)) process.exitCode = 1;
  } finally {
    await close();
  }
}

async function connect(options: Options): Promise<Connection> {
  if (options.connection !== undefined) return openConnection(process.env, options.connection);
  const target = options.target ?? (await readLocalTarget(process.env));
  return { target, close: () => Promise.resolve() };
}
