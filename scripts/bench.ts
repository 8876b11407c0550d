/**
 * `npm run bench`: what the pure core costs, and what requests cost the processes that answer them. Ratios within one run are what
 * counts, not the times themselves.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawChart } from "./bench/chart.ts";
import { benchCore } from "./bench/core.ts";
import { benchHttp } from "./bench/http.ts";
import { readOptions } from "./bench/options.ts";
import type { Options } from "./bench/options.ts";
import { printResults, replaceTables } from "./bench/report.ts";
import { targetsOf } from "./bench/results.ts";
import type { Results } from "./bench/results.ts";
import { watchLifetime } from "./local/lifetime.ts";
import { PROJECT, Refusal } from "./local/settings.ts";

const PAGE = join(PROJECT, "docs/performance.md");

try {
  await bench(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

async function bench(options: Options): Promise<void> {
  if (options.parts.includes("core")) await benchCore();
  if (!options.parts.includes("http")) return;
  const results = await benchHttp(options, watchLifetime(), (line) => {
    console.error(line);
  });
  console.log(printResults(results));
  if (options.write) await writeResults(results);
}

async function writeResults(results: Results): Promise<void> {
  const all = { ...results, targets: targetsOf(results) };
  await writeFile(join(PROJECT, "docs/performance.json"), `${JSON.stringify(all, undefined, 2)}\n`);
  await writeFile(join(PROJECT, "docs/performance.svg"), drawChart(results));
  await writeFile(PAGE, replaceTables(await readFile(PAGE, "utf8"), printResults(results)));
}
