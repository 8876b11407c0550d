/** Writes docs/conformance.md from its data; with --check, fails where the page is stale or names a test that isn't there. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROVIDER } from "../schema/provider.ts";
import { faultsOf, printTable } from "./conformance-table/print.ts";
import type { ExampleFile } from "./conformance-table/print.ts";
import { SECTIONS } from "./conformance-table/sections.ts";
import { PROJECT } from "./local/settings.ts";
import { parseObject } from "./local/state.ts";

const PAGE = "docs/conformance.md";
const EXAMPLES = "test/rfc";

const conformance = { sections: SECTIONS, examples: readExamples(), supports: PROVIDER.supports };
const page = printTable(conformance);
const faults = faultsOf(conformance, (path) => existsSync(join(PROJECT, path)));
if (!process.argv.includes("--check")) {
  writeFileSync(join(PROJECT, PAGE), page);
} else if (page !== readPage()) {
  faults.push(`${PAGE} is stale: run node scripts/conformance-table.ts`);
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${PAGE}: ${SECTIONS.length} sections, ${conformance.examples.length} examples`);

function readPage(): string {
  const path = join(PROJECT, PAGE);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function readExamples(): ExampleFile[] {
  const names = readdirSync(join(PROJECT, EXAMPLES)).filter((name) => name.endsWith(".json"));
  return names.toSorted().map((name) => {
    const file = `${EXAMPLES}/${name}`;
    const { rfc, section } = parseObject(readFileSync(join(PROJECT, file), "utf8")) ?? {};
    return { file, rfc: String(rfc), section: String(section) };
  });
}
