/** Enforces ARCHITECTURE section 1, "Who may import whom", on worker/ and schema/. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { judgeFile } from "./imports/judge.ts";
import type { Finding, Table } from "./imports/judge.ts";
import { PROJECT } from "./local/settings.ts";

const ROOMS = ["schema", "scim", "auth", "parse", "plan", "execute", "render"] as const;
const DOORS = ["http", "admin", "console", "events"] as const;
const HONO = ["hono", "hono/*"];
/** The concrete drivers and the Durable Object class: wired in index.ts, unknown to everybody else. */
const CONCRETE = [/^worker\/execute\/store-[^/]+\.ts$/, /^worker\/execute\/tenant-writer\.ts$/];

export const TABLE: Table = Object.freeze({
  schema: {
    values: [],
    types: [],
    packages: [{ packages: ["drizzle-orm", "drizzle-orm/sqlite-core"], in: ["schema/tables.ts"] }],
  },
  scim: { values: [], types: ["schema"], packages: [] },
  auth: {
    values: ["scim"],
    types: [],
    packages: [
      {
        packages: ["jose"],
        in: ["worker/auth/jwt.ts", "worker/auth/assertion.ts", "worker/auth/issuer-keys.ts"],
      },
    ],
  },
  parse: {
    values: ["schema", "scim"],
    types: [],
    packages: [{ packages: ["valibot"], in: ["worker/parse"] }],
  },
  plan: {
    values: ["schema", "scim"],
    types: ["parse"],
    packages: [{ packages: ["drizzle-orm/sql/sql"], in: ["worker/plan/statement.ts"] }],
    banned: ["Date", "crypto", "Math.random", "performance", "globalThis"],
  },
  execute: {
    values: ["scim", "plan"],
    types: ["parse"],
    packages: [
      { packages: ["cloudflare:workers"], in: ["worker/execute/tenant-writer.ts"] },
      { packages: ["@libsql/client/http"], in: ["worker/execute/store-libsql.ts"] },
    ],
  },
  render: { values: ["schema", "scim"], types: ["parse"], packages: [] },
  http: {
    values: [...ROOMS, ...DOORS],
    types: [],
    never: CONCRETE,
    packages: [{ packages: HONO, in: ["worker/http"] }],
  },
  admin: {
    values: [...ROOMS, ...DOORS],
    types: [],
    never: CONCRETE,
    packages: [
      {
        packages: [...HONO, "valibot", "hono-openapi", "@valibot/to-json-schema"],
        in: ["worker/admin"],
      },
    ],
  },
  console: {
    values: [...ROOMS, ...DOORS],
    types: [],
    never: CONCRETE,
    packages: [{ packages: [...HONO, "oauth4webapi", "jose"], in: ["worker/console"] }],
  },
  events: {
    values: [...ROOMS, ...DOORS],
    types: [],
    never: CONCRETE,
    packages: [{ packages: ["jose"], in: ["worker/events"] }],
  },
  "environment.ts": { values: [...ROOMS, ...DOORS], types: [], packages: [] },
  "index.ts": { values: ["environment.ts", "console"], types: [], packages: [] },
  "index-libsql.ts": { values: ["environment.ts", "console", "execute"], types: [], packages: [] },
  "index-headless.ts": { values: ["environment.ts"], types: [], packages: [] },
});

const LONG = 300;

if (import.meta.main) checkImports();

function checkImports(): void {
  const files = ["worker", "schema"].flatMap(sourcesIn);
  const findings: Finding[] = [];
  let imports = 0;
  for (const file of files) {
    const source = readFileSync(join(PROJECT, file), "utf8");
    const verdict = judgeFile(TABLE, file, source);
    imports += verdict.imports;
    findings.push(...verdict.findings);
    const lines = source.trimEnd().split("\n").length;
    if (lines > LONG)
      console.warn(`warning: ${file} has ${lines} lines; past ${LONG} it has two jobs`);
  }
  for (const { file, line, rule } of findings) console.error(`${file}:${line} ${rule}`);
  console.log(`${files.length} files, ${imports} imports, ${findings.length} findings`);
  if (files.length === 0 || imports === 0) console.error("saw nothing: is this the right folder?");
  if (files.length === 0 || imports === 0 || findings.length > 0) process.exitCode = 1;
}

function sourcesIn(folder: string): readonly string[] {
  const entries = readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}
