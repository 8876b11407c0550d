/** Bundles the Worker as a deployment would and holds its size against a budget. */
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { watchLifetime } from "./local/lifetime.ts";
import { run } from "./local/processes.ts";
import { isObject, parseObject, stateFiles } from "./local/state.ts";
import { wrangler } from "./local/wrangler.ts";

/** All that is uploaded, minified and gzipped. */
const BUDGET_KIB = 150;
const LISTED = 15;

/** What is deployed on D1, and what is deployed with libSQL. */
const ENTRIES = ["worker/index.ts", "worker/index-libsql.ts"];

const signal = watchLifetime();
const folder = await mkdtemp(join(tmpdir(), "rollcall-bundle-"));
try {
  for (const entry of ENTRIES) {
    const output = join(folder, entry);
    const args = ["deploy", entry, "--dry-run", "--minify", `--outdir=${output}`, "--metafile"];
    await run(wrangler(stateFiles(folder), args), signal);
    judge(output);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function judge(output: string): void {
  const names = readdirSync(output).filter((name) =>
    /\.(?:m?js|wasm|txt|html|sql|bin)$/.test(name),
  );
  const sizes = names.map((name) => gzipSync(readFileSync(join(output, name))).length);
  const kib = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  if (kib === 0) {
    console.error("saw no bundle");
    process.exitCode = 1;
    return;
  }
  console.log(`${names.join(", ")}: ${kib.toFixed(1)} KiB gzipped, budget ${BUDGET_KIB} KiB`);
  if (kib <= BUDGET_KIB) return;
  process.exitCode = 1;
  console.error("over budget; the largest inputs, minified, before gzip:");
  for (const [path, bytes] of largestInputs(
    readFileSync(join(output, "bundle-meta.json"), "utf8"),
  )) {
    console.error(`${(bytes / 1024).toFixed(1).padStart(8)} KiB  ${path}`);
  }
}

/** esbuild's metafile: outputs, each with the bytes that every input gave to it. */
function largestInputs(metafile: string): readonly (readonly [string, number])[] {
  const outputs = Object.values(objectAt(parseObject(metafile), "outputs"));
  const inputs = outputs.flatMap((output) => Object.entries(objectAt(output, "inputs")));
  const sized = inputs.map(([path, input]) => [path, bytesOf(input)] as const);
  return sized.toSorted(([, a], [, b]) => b - a).slice(0, LISTED);
}

function objectAt(value: unknown, name: string): Record<string, unknown> {
  const inner = isObject(value) ? value[name] : undefined;
  return isObject(inner) ? inner : {};
}

function bytesOf(input: unknown): number {
  const bytes = isObject(input) ? input["bytesInOutput"] : 0;
  return typeof bytes === "number" ? bytes : 0;
}
