/** Every statement names the tenant of each table that it touches: tenant_id leads every key, and no row is anybody's. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import { PROJECT } from "./local/settings.ts";
import * as tables from "../schema/tables.ts";
import { EXCEPTIONS } from "./tenancy/exceptions.ts";
import { judgeSql } from "./tenancy/judge.ts";
import { sqlTemplatesIn } from "./tenancy/templates.ts";

const NAMES = new Set(Object.values(tables).map((table) => getTableConfig(table).name));

/** Fewer uses than this, and the check looked in the wrong place. */
const LEAST = 50;

let touched = 0;
const findings: string[] = [];
const used = new Set<number>();
for (const file of sourcesIn("worker")) {
  for (const { line, text } of sqlTemplatesIn(readFileSync(join(PROJECT, file), "utf8"))) {
    const verdict = judgeSql(text, NAMES);
    touched += verdict.touched;
    for (const { table } of verdict.unbound) {
      const index = EXCEPTIONS.findIndex((one) => one.file === file && one.table === table);
      if (index < 0) findings.push(`${file}:${line} ${table} is touched without its tenant`);
      else used.add(index);
    }
  }
}
for (const [index, { file, table }] of EXCEPTIONS.entries()) {
  if (!used.has(index)) findings.push(`${file}: the exception for ${table} isn't needed any more`);
}
for (const finding of findings) console.error(finding);
console.log(
  `${touched} uses of ${NAMES.size} tables, ${used.size} exceptions, ${findings.length} findings`,
);
if (touched < LEAST) console.error("saw hardly any statement: is this the right folder?");
if (touched < LEAST || findings.length > 0) process.exitCode = 1;

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}
