/** Laws of the parser, the printer and the order of texts. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { printFilter } from "../../worker/parse/filter.ts";
import { parseFilter, parseValuePath } from "../../worker/parse/filter-parser.ts";
import { afterPrefix } from "../../worker/plan/where.ts";
import { ScimError } from "../../worker/scim/fault.ts";
import { compareText, fold, foldDateTime, isDateTime } from "../../worker/scim/fold.ts";
import { anyText, syntax } from "../support/arbitrary-filter.ts";
import { DB } from "../support/database.ts";

const numRuns = Number(env.LAWS_RUNS);
/** The same cases in every run: a law that fails, fails for everybody. */
const seed = 7644;

/** A value, or the fault with which a text was refused; anything else that is thrown goes on. */
function outcomeOf(parse: () => unknown): "parsed" | "refused" {
  try {
    parse();
    return "parsed";
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    expect(error.fault.kind).toBe("invalidFilter");
    return "refused";
  }
}

/** A valid filter with a piece of it cut out, put in or put elsewhere. */
const mutated = fc
  .tuple(syntax.map(printFilter), fc.nat(), fc.nat({ max: 6 }), fc.nat(), anyText)
  .map(([text, from, length, to, inserted]) => {
    const start = from % (text.length + 1);
    const cut = text.slice(0, start) + text.slice(start + length);
    const at = to % (cut.length + 1);
    const piece = to % 3 === 0 ? inserted : to % 3 === 1 ? text.slice(start, start + length) : "";
    return cut.slice(0, at) + piece + cut.slice(at);
  });

const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

describe("the parser", () => {
  it("reads what the printer prints", () => {
    fc.assert(
      fc.property(syntax, (filter) => {
        const text = printFilter(filter);
        fc.pre(text.length <= PROVIDER.maxFilterLength);
        const isTooLarge = outcomeOf(() => parseFilter(text)) === "refused";
        if (isTooLarge)
          expect(text.match(/ (pr|[a-z]{2}) ?/g)?.length).toBeGreaterThan(PROVIDER.maxFilterTerms);
        else expect(parseFilter(text)).toStrictEqual(filter);
      }),
      { numRuns, seed },
    );
  });

  it("gives a filter or a fault for any text", () => {
    const seen = { parsed: 0, refused: 0 };
    const anything = fc.oneof(mutated, anyText, anyUnits, fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(anything, (text) => {
        const outcome = outcomeOf(() => parseFilter(text));
        outcomeOf(() => parseValuePath(text));
        seen[outcome] += 1;
        if (outcome === "refused") return;
        const filter = parseFilter(text);
        expect(parseFilter(printFilter(filter))).toStrictEqual(filter);
      }),
      { numRuns: numRuns * 2, seed },
    );
    expect(seen.parsed).toBeGreaterThan(numRuns / 20);
    expect(seen.refused).toBeGreaterThan(numRuns / 2);
  });

  it("tells the position of a fault within the text", () => {
    fc.assert(
      fc.property(mutated, (text) => {
        try {
          parseFilter(text);
        } catch (error) {
          const position = /^At position (\d+) of the filter: expected .+, found (.+)\.$/s.exec(
            (error as Error).message,
          );
          if (position === null) {
            expect(String(error)).toMatch(/more than|deeper than|longer than/);
            return;
          }
          const [, at, found] = position;
          expect(Number(at)).toBeGreaterThanOrEqual(1);
          const rest = text.slice(Number(at) - 1, Number(at) + 19);
          expect(found).toBe(rest === "" ? "the end" : `'${rest}'`);
        }
      }),
      { numRuns, seed },
    );
  });
});

/** Code points around the edges of the planes and of the surrogates. */
const edgy = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(
        "a",
        "b",
        "\uD7FF",
        "\uE000",
        "\uFFFE",
        "\uFFFF",
        "\u{10000}",
        "\u{10FFFE}",
        "\u{10FFFF}",
        "\u0001",
      ),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
    maxLength: 6,
  })
  .filter((text) => text.isWellFormed() && !text.includes("\0"));

describe("afterPrefix", () => {
  it("is after every text with the prefix", () => {
    fc.assert(
      fc.property(edgy, edgy, (prefix, rest) => {
        const next = afterPrefix(prefix);
        if (next === undefined) {
          expect(prefix).toMatch(/^\u{10FFFF}*$/u);
          return;
        }
        expect(next.isWellFormed()).toBe(true);
        expect(compareText(prefix + rest, next)).toBeLessThan(0);
        expect(compareText(prefix, prefix + rest)).toBeLessThanOrEqual(0);
      }),
      { numRuns: numRuns * 2, seed },
    );
  });

  it("has nothing else before it", () => {
    let between = 0;
    const near = fc.tuple(edgy, edgy, fc.nat({ max: 6 }), edgy);
    fc.assert(
      fc.property(near, ([prefix, rest, kept, other]) => {
        const next = afterPrefix(prefix);
        for (const text of [
          Array.from(prefix).slice(0, kept).join("") + other,
          prefix + rest,
          next ?? rest,
        ]) {
          const isBefore = next === undefined || compareText(text, next) < 0;
          const isIn = compareText(prefix, text) <= 0 && isBefore;
          if (isIn) between += 1;
          expect(isIn).toBe(text.startsWith(prefix));
        }
      }),
      { numRuns: numRuns * 2, seed },
    );
    expect(between).toBeGreaterThan(numRuns);
  });

  it("takes a long prefix", () => {
    expect(afterPrefix("\u{10FFFF}".repeat(200_000))).toBeUndefined();
    expect(afterPrefix("x".repeat(300_000))).toBe(`${"x".repeat(299_999)}y`);
  });
});

describe("the order of texts", () => {
  it("is SQLite's", async () => {
    const pairs = fc.array(fc.tuple(edgy, fc.oneof(edgy, anyText)), {
      minLength: 100,
      maxLength: 100,
    });
    await fc.assert(
      fc.asyncProperty(pairs, async (list) => {
        const { results } = await DB.prepare(
          "SELECT (value ->> 0 > value ->> 1) - (value ->> 0 < value ->> 1) AS sign FROM json_each(?) ORDER BY key",
        )
          .bind(JSON.stringify(list))
          .all<{ sign: number }>();
        const ours = list.map(([left, right]) => Math.sign(compareText(left, right)));
        expect(ours).toStrictEqual(results.map(({ sign }) => sign));
      }),
      { numRuns: Math.ceil(numRuns / 50), seed },
    );
  });
});

describe("folding", () => {
  it("changes nothing more the second time, and is deaf to case", () => {
    fc.assert(
      fc.property(fc.oneof(edgy, anyText), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
        expect(fold(text.toLowerCase())).toBe(fold(text));
      }),
      { numRuns, seed },
    );
  });

  it("keeps a sigma the same wherever it stands", () => {
    const greek = fc.string({ unit: fc.constantFrom(...Array.from("ΑΣΔσςδ .-")), maxLength: 8 });
    fc.assert(
      fc.property(greek, greek, (prefix, rest) => {
        expect(fold(prefix + rest)).toBe(fold(prefix) + fold(rest));
      }),
      { numRuns, seed },
    );
  });

  it("orders dateTimes as time does", () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    const instant = fc.integer({
      min: Date.parse("0002-01-01T00:00:00Z"),
      max: Date.parse("9998-12-31T00:00:00Z"),
    });
    const written = (at: number, minutes: number): string => {
      const local = new Date(at + minutes * 60_000).toISOString().slice(0, -1);
      const size = Math.abs(minutes);
      const pad = (number: number): string => String(number).padStart(2, "0");
      return `${local}${minutes < 0 ? "-" : "+"}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
    };
    fc.assert(
      fc.property(
        instant,
        fc.oneof(instant, fc.integer({ min: -2, max: 2 })),
        offset,
        offset,
        (at, other, one, two) => {
          const later = Math.abs(other) <= 2 ? at + other : other;
          const [left, right] = [written(at, one), written(later, two)];
          expect(isDateTime(left)).toBe(true);
          expect(Math.sign(compareText(foldDateTime(left), foldDateTime(right)))).toBe(
            Math.sign(at - later),
          );
        },
      ),
      { numRuns, seed },
    );
  });
});
