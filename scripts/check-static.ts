/** `npm run check:static`: every other `check:` of package.json, one on each core; ends with the first that fails, and what it said. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { watchLifetime } from "./local/lifetime.ts";
import { run } from "./local/processes.ts";
import { PROJECT } from "./local/settings.ts";
import { isObject, parseObject } from "./local/state.ts";

const SELF = "check:static";

const ending = new AbortController();
const signal = AbortSignal.any([watchLifetime(), ending.signal]);
const waiting = checksOf(readFileSync(join(PROJECT, "package.json"), "utf8"));
if (waiting.length === 0) throw new Error("package.json has no check to run");
try {
  await Promise.all(Array.from({ length: availableParallelism() }, workOff));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** In the order of package.json, which has the longest first. */
function checksOf(text: string): string[] {
  const scripts = parseObject(text)?.["scripts"];
  const names = isObject(scripts) ? Object.keys(scripts) : [];
  return names.filter((name) => name.startsWith("check:") && name !== SELF);
}

/** One after the other, as long as some wait; where one fails, all others end. */
async function workOff(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const started = Date.now();
    try {
      await run({ program: "npm", args: ["run", "--silent", name], env: {} }, signal);
    } catch (error) {
      ending.abort();
      throw error;
    }
    console.log(`ok    ${name} ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
}
