/** The import table's rules on small made-up files. */
import { describe, expect, it } from "vitest";
import { TABLE } from "../../scripts/check-imports.ts";
import { judgeFile, roomOf } from "../../scripts/imports/judge.ts";
import { maskSource } from "../../scripts/imports/mask.ts";
import { scanImports, scanWords } from "../../scripts/imports/scan.ts";

function rulesOf(file: string, source: string): readonly string[] {
  return judgeFile(TABLE, file, source).findings.map(({ line, rule }) => `${line} ${rule}`);
}

describe("roomOf", () => {
  it.each([
    ["schema/user.ts", "schema"],
    ["worker/plan/where.ts", "plan"],
    ["worker/index.ts", "index.ts"],
    ["worker/attic/old/x.ts", "attic"],
  ])("%s is in %s", (file, room) => {
    expect(roomOf(file)).toBe(room);
  });
});

describe("maskSource", () => {
  it("keeps every offset and every line", () => {
    const source = 'a = "x\\"y"; // import\n/* import "z"\n */ b = `t${c ? `u${{}}` : "v"}w`;';
    const masked = maskSource(source);
    expect(masked).toHaveLength(source.length);
    expect(masked.split("\n")).toHaveLength(3);
    expect(masked.replaceAll(/\s+/g, " ")).toBe('a = " "; b = ` ${c ? ` ${{}}` : " "} `;');
  });

  it("tells a regular expression from a division", () => {
    expect(maskSource(`a = b / c / "x";`)).toBe(`a = b / c / " ";`);
    expect(maskSource(`return /["'/]/.test(x) / 2;`)).toBe(
      "return /      /.test(x) / 2;".replace("      ", "     "),
    );
    expect(maskSource(`f(/[/"]/g, "y")`)).toBe(`f(/    /g, " ")`);
  });
});

describe("scanImports", () => {
  it.each([
    [`import a from "x"`, "x", false],
    [`import * as a from 'x'`, "x", false],
    [`import {\n  a,\n  b as c,\n} from "x"`, "x", false],
    [`import type { A } from "x"`, "x", true],
    [`import type A from "x"`, "x", true],
    [`import type, { A } from "x"`, "x", false],
    [`import type from "x"`, "x", false],
    [`import { type A } from "x"`, "x", false],
    [`import "x"`, "x", false],
    [`export * from "x"`, "x", false],
    [`export * as a from "x"`, "x", false],
    [`export { a } from "x"`, "x", false],
    [`export type { A } from "x"`, "x", true],
    [`const a = await import("x")`, "x", false],
    [`const a = await import(name)`, "(computed)", false],
  ])("%s", (source, specifier, typeOnly) => {
    expect(scanImports(`\n${source};\n`)).toEqual([{ line: 2, specifier, typeOnly }]);
  });

  it.each([
    `// import "x"`,
    `/* import a from "x" */`,
    `const a = 'import b from "x"';`,
    "const a = `import b from 'x'`;",
    `export const from = "x";`,
    `export function importFrom(a = "x") {}`,
    `const url = import.meta.url;`,
    `export type A = "x" | "y";`,
  ])("nothing in %s", (source) => {
    expect(scanImports(source)).toEqual([]);
  });

  it("finds each of several", () => {
    const source = `import a from "x";\nimport type { B } from "y";\nexport const c = "z";\nexport { d } from "w";`;
    expect(scanImports(source).map(({ line, specifier }) => `${line} ${specifier}`)).toEqual([
      "1 x",
      "2 y",
      "4 w",
    ]);
  });
});

describe("scanWords", () => {
  it("sees them in code only, and not as a property of another thing", () => {
    const source =
      'now = new Date(); // Date\na.Date; "Date"; Dates; Math . random(); `${crypto}`;';
    expect(scanWords(source, ["Date", "Math.random", "crypto"])).toEqual([
      { line: 1, word: "Date" },
      { line: 2, word: "Math.random" },
      { line: 2, word: "crypto" },
    ]);
  });
});

describe("the table", () => {
  it.each([
    [
      "worker/parse/list-query.ts",
      `import { RESOURCE_TYPES } from "../../schema/resource-types.ts";`,
    ],
    ["worker/parse/validator.ts", `import * as v from "valibot";`],
    ["worker/plan/list.ts", `import type { Filter } from "../parse/filter.ts";`],
    ["worker/plan/statement.ts", `import { sql } from "drizzle-orm/sql/sql";`],
    ["worker/scim/fold.ts", `import type { Attribute } from "../../schema/attribute.ts";`],
    ["worker/execute/tenant-writer.ts", `import { DurableObject } from "cloudflare:workers";`],
    ["worker/execute/store-libsql.ts", `import { createClient } from "@libsql/client/http";`],
    [
      "worker/http/app.ts",
      `import { Hono } from "hono";\nimport { read } from "../execute/read.ts";`,
    ],
    ["worker/console/page.tsx", `import { jsx } from "hono/jsx";\nimport { SignJWT } from "jose";`],
    ["worker/environment.ts", `export { TenantWriter } from "./execute/tenant-writer.ts";`],
  ])("lets %s: %s", (file, source) => {
    expect(rulesOf(file, source)).toEqual([]);
  });

  it.each([
    ["schema/user.ts", `import "../worker/scim/urn.ts";`, "schema may not import scim"],
    ["schema/user.ts", `import { sql } from "drizzle-orm";`, "in schema/tables.ts only"],
    [
      "worker/plan/statement.ts",
      `import { sql } from "drizzle-orm";`,
      "plan may not import drizzle-orm",
    ],
    ["worker/scim/fold.ts", `import { x } from "../../schema/user.ts";`, "only types of schema"],
    [
      "worker/auth/jwt.ts",
      `import type { Store } from "../execute/store.ts";`,
      "auth may not import execute",
    ],
    [
      "worker/auth/bearer.ts",
      `import { jwtVerify } from "jose";`,
      "worker/auth/issuer-keys.ts only",
    ],
    ["worker/plan/list.ts", `import { parse } from "../parse/filter.ts";`, "only types of parse"],
    [
      "worker/plan/list.ts",
      `import { sql } from "drizzle-orm/sql/sql";`,
      "in worker/plan/statement.ts only",
    ],
    ["worker/plan/list.ts", `const now = Date.now();`, "plan may not use Date"],
    ["worker/plan/list.ts", `const id = Math.random();`, "plan may not use Math.random"],
    ["worker/execute/read.ts", `import "../render/list.ts";`, "execute may not import render"],
    [
      "worker/render/list.ts",
      `import type { Row } from "../plan/rows.ts";`,
      "render may not import plan",
    ],
    [
      "worker/http/app.ts",
      `import { D1Store } from "../execute/store-d1.ts";`,
      "may not import worker/execute/store-d1.ts",
    ],
    [
      "worker/http/app.ts",
      `import type { W } from "../execute/tenant-writer.ts";`,
      "may not import worker/execute/tenant-writer.ts",
    ],
    ["worker/http/app.ts", `import * as v from "valibot";`, "http may not import valibot"],
    ["worker/http/app.ts", `import { readFile } from "node:fs";`, "http may not import node:fs"],
    ["worker/http/app.ts", `import "../index.ts";`, "http may not import index.ts"],
    ["worker/http/app.ts", `import "../../package.json";`, "not package.json"],
    ["worker/http/app.ts", `import "../scim/urn";`, "by their full name"],
    ["worker/http/app.ts", `await import(name);`, "http may not import (computed)"],
    ["worker/index.ts", `import { Hono } from "hono";`, "index.ts may not import hono"],
    ["worker/attic/x.ts", "", "attic is no room of the table"],
  ])("refuses %s: %s", (file, source, rule) => {
    expect(rulesOf(file, source)).toEqual([expect.stringContaining(rule)]);
  });
});
