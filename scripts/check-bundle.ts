/**
 * Bundles the Worker as a deployment would, once for each entry, and holds its size against a budget. It names what grew since
 * `bundle-sizes.json`; `npm run check:bundle -- --update` writes that list anew.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { grown, inputsOf, largest } from "./bundle/inputs.ts";
import type { Inputs } from "./bundle/inputs.ts";
import { watchLifetime } from "./local/lifetime.ts";
import { run } from "./local/processes.ts";
import { isObject, parseObject, stateFiles } from "./local/state.ts";
import { wrangler } from "./local/wrangler.ts";

interface Variant {
  readonly name: string;
  readonly entry: string;
  /** All that is uploaded, minified and gzipped. */
  readonly budgetKib: number;
}

interface Bundle {
  readonly kib: number;
  readonly inputs: Inputs;
}

const VARIANTS: readonly Variant[] = Object.freeze([
  // The reasons are in DECISIONS.md, "The bundle".
  { name: "D1 only, without the console", entry: "worker/index-headless.ts", budgetKib: 103 },
  { name: "D1 with the console", entry: "worker/index.ts", budgetKib: 149 },
  { name: "everything", entry: "worker/index-libsql.ts", budgetKib: 165 },
]);
const SIZES = fileURLToPath(new URL("bundle-sizes.json", import.meta.url));
const SHOWN = 15;

const signal = watchLifetime();
const kept = parseObject(readFileSync(SIZES, "utf8")) ?? {};
const sizes: Record<string, Inputs> = {};
const bundles = await Promise.all(
  VARIANTS.map(async (variant) => ({ variant, bundle: await bundleOf(variant.entry) })),
);
for (const { variant, bundle } of bundles) {
  sizes[variant.name] = largest(bundle.inputs);
  judge(variant, bundle, keptSizes(variant.name));
}
if (process.argv.includes("--update")) {
  writeFileSync(SIZES, `${JSON.stringify(sizes, undefined, 2)}\n`);
}

async function bundleOf(entry: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bundle-"));
  try {
    const options = ["--dry-run", "--minify", `--outdir=${folder}`, "--metafile"];
    await run(wrangler(stateFiles(folder), ["deploy", entry, ...options]), signal);
    const names = readdirSync(folder).filter((name) =>
      /\.(?:m?js|wasm|txt|html|sql|bin)$/.test(name),
    );
    const bytes = names.map((name) => gzipSync(readFileSync(join(folder, name))).length);
    const metafile = parseObject(readFileSync(join(folder, "bundle-meta.json"), "utf8"));
    return {
      kib: bytes.reduce((sum, each) => sum + each, 0) / 1024,
      inputs: inputsOf(metafile ?? {}),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function judge({ name, budgetKib }: Variant, { kib, inputs }: Bundle, before: Inputs): void {
  if (kib === 0 || Object.keys(inputs).length === 0) {
    console.error(`${name}: saw no bundle`);
    process.exitCode = 1;
    return;
  }
  console.log(`${name}: ${kib.toFixed(1)} KiB gzipped, budget ${budgetKib} KiB`);
  for (const growth of grown(before, inputs).slice(0, SHOWN)) {
    const was = growth.before === undefined ? "new" : `was ${kibOf(growth.before)}`;
    console.log(`  ${kibOf(growth.now).padStart(6)} KiB (${was})  ${growth.path}`);
  }
  if (kib <= budgetKib) return;
  process.exitCode = 1;
  console.error("  over budget; the largest inputs, minified, before gzip:");
  for (const [path, bytes] of Object.entries(largest(inputs)).slice(0, SHOWN)) {
    console.error(`  ${kibOf(bytes).padStart(6)} KiB  ${path}`);
  }
}

function keptSizes(name: string): Inputs {
  const inputs = kept[name];
  if (!isObject(inputs)) return {};
  const numbers = Object.entries(inputs).map(([path, bytes]) => [path, Number(bytes)] as const);
  return Object.fromEntries(numbers);
}

function kibOf(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
