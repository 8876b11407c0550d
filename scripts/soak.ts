/** `npm run soak -- --minutes 10`: IdPs write to several tenants while the emulation is killed again and again; nothing acknowledged may be lost. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchLifetime } from "./local/lifetime.ts";
import { freePort } from "./local/ports.ts";
import { Refusal } from "./local/settings.ts";
import { makeEmulation } from "./soak/emulation.ts";
import { parseSoakOptions, USAGE, type SoakOptions } from "./soak/options.ts";
import { problemsOf, renderFigures } from "./soak/report.ts";
import { soak } from "./soak/run.ts";
import { watched } from "./transfer/watched.ts";

try {
  const options = parseSoakOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

/** What the emulation printed stays with its state where something was wrong. */
async function run(options: SoakOptions): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), "rollcall-soak-"));
  const env = options.store === undefined ? {} : { STORE: options.store };
  const emulation = makeEmulation({ port: await freePort(), state }, env);
  watchLifetime().addEventListener("abort", () => {
    emulation.killNow();
    process.exit(1);
  });
  let succeeded = false;
  try {
    const figures = await watched((progress) => soak(options, emulation, progress));
    if (options.json !== undefined) {
      await writeFile(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
    }
    process.stdout.write(renderFigures(figures));
    succeeded = problemsOf(figures).length === 0;
  } finally {
    await emulation.kill();
    if (succeeded) await rm(state, { recursive: true, force: true });
    else process.stderr.write(`The state is kept: ${state}\n`);
  }
  if (!succeeded) process.exitCode = 1;
}
