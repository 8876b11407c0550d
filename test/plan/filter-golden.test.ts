/**
 * Golden filters: text => canonical text => SQL => parameters, or the fault. To write the SQL anew after a change that is meant:
 * `UPDATE_GOLDEN=1 npx vitest run -u test/plan/filter-golden.test.ts`, and read the difference. What a person decided (the
 * canonical text, the quirks, the faults) is never written.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { printFilter } from "../../worker/parse/filter.ts";
import { parseFilter } from "../../worker/parse/filter-parser.ts";
import { ScimError } from "../../worker/scim/fault.ts";
import limits from "../golden/filters/limits.json";
import { answerOf, textOf, withLimits } from "../support/golden-filters.ts";
import type { Case, Golden, LimitCase } from "../support/golden-filters.ts";
import { DB } from "../support/database.ts";

declare global {
  interface ImportMeta {
    glob<Value>(
      pattern: string[],
      options: { eager: true; import: "default" },
    ): Record<string, Value>;
  }
}

const FILES = import.meta.glob<Golden>(["../golden/filters/*.json", "!**/limits.json"], {
  eager: true,
  import: "default",
});

/** Characters that editors don't show, or show as part of another. */
const INVISIBLE = /\p{Mn}|[\u2028\u2029\ud7ff\uffff\u{10ffff}]/gu;

function escapeUnits(text: string): string {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}

const isUpdate = env.UPDATE_GOLDEN === "1";

it("has the cases that it should have", () => {
  const cases = Object.values(FILES).flatMap((golden) => golden.cases);
  expect(Object.keys(FILES).length).toBeGreaterThanOrEqual(10);
  expect(cases.length).toBeGreaterThanOrEqual(500);
  expect(cases.filter(({ fault }) => fault === undefined).length).toBeGreaterThanOrEqual(300);
});

describe.each(Object.entries(FILES))("%s", (file, golden) => {
  it.skipIf(isUpdate).each([...golden.cases])("$name", (expected) => {
    expect(answerOf(expected)).toStrictEqual(expected);
  });

  it("has canonical texts that are their own", () => {
    for (const { canonical } of golden.cases) {
      if (canonical !== undefined) expect(printFilter(parseFilter(canonical))).toBe(canonical);
    }
  });

  it.skipIf(isUpdate)("has SQL that the engine takes", async () => {
    const statements = golden.cases.flatMap(({ sql = "", params = [] }) => {
      if (sql === "") return [];
      const [, table = "", condition = ""] = /^(operands\(list\) .*?\),)?(.*)$/.exec(sql) ?? [];
      const text = `WITH RECURSIVE ${table} one AS (SELECT 1) SELECT r.id FROM resources r WHERE r.tenant_id = 'nobody' AND ${condition}`;
      return [DB.prepare(text).bind(...params)];
    });
    const results = statements.length === 0 ? [] : await DB.batch(statements);
    expect(results).toHaveLength(golden.cases.filter(({ fault }) => fault === undefined).length);
  });

  if (!isUpdate) return;
  it("is written anew", async () => {
    const cases = golden.cases.map((old): Case => {
      const { sql, params = [], ...decided } = answerOf(old);
      const { sql: _sql, params: _params, ...before } = old;
      expect(decided).toStrictEqual(before);
      return sql === undefined ? decided : { ...decided, sql, params };
    });
    const text = JSON.stringify({ ...golden, cases }, undefined, 2).replaceAll(
      INVISIBLE,
      escapeUnits,
    );
    await expect(`${text}\n`).toMatchFileSnapshot(file);
  });
});

describe("limits.json", () => {
  it.each(limits.cases as LimitCase[])("$name", (expected) => {
    const text = textOf(expected);
    const { fault } = expected;
    if (fault === undefined) expect(parseFilter(text)).toBeDefined();
    else
      expect(() => parseFilter(text)).toThrow(
        new ScimError({ kind: "invalidFilter", detail: withLimits(fault.detail) }),
      );
  });
});
