/** The tree that the parser makes: values, lists, value paths, and what it leaves of a PATCH path. */
import { describe, expect, it } from "vitest";
import { mapFilter, printFilter } from "../../worker/parse/filter.ts";
import type { CompareValue, Filter } from "../../worker/parse/filter.ts";
import { parseFilter, parseValuePath } from "../../worker/parse/filter-parser.ts";

function at(name: string, sub?: string): { urn: undefined; name: string; sub: string | undefined } {
  return { urn: undefined, name, sub };
}

function present(name: string): Filter {
  return { kind: "present", path: at(name) };
}

describe("compare values", () => {
  it.each<[string, CompareValue]>([
    ["0", 0],
    ["-0", 0],
    ["-0.0e5", 0],
    ["42", 42],
    ["-1.5", -1.5],
    ["1e3", 1000],
    ["1E-2", 0.01],
    ["2.5e+1", 25],
    ["9007199254740991", 9_007_199_254_740_991],
    ["1e-999", 0],
    ["true", true],
    ["false", false],
    ["null", null],
    ['""', ""],
    ['"\\u00e9\\n\\/"', "é\n/"],
    ['"true"', "true"],
  ])("%s", (text, value) => {
    const filter = parseFilter(`a eq ${text}`);
    expect(filter).toStrictEqual({ kind: "compare", path: at("a"), operator: "eq", value });
    expect(parseFilter(printFilter(filter))).toStrictEqual(filter);
  });
});

describe("lists", () => {
  it("are as long as they are written, and nest as they are grouped", () => {
    const [a, b, c, d] = [present("a"), present("b"), present("c"), present("d")];
    expect(parseFilter("a pr and b pr and c pr")).toStrictEqual({
      kind: "and",
      filters: [a, b, c],
    });
    expect(parseFilter("a pr or b pr and c pr or d pr")).toStrictEqual({
      kind: "or",
      filters: [a, { kind: "and", filters: [b, c] }, d],
    });
    expect(parseFilter("a pr and (b pr and c pr)")).toStrictEqual({
      kind: "and",
      filters: [a, { kind: "and", filters: [b, c] }],
    });
    expect(parseFilter("not (a pr) or ((b pr))")).toStrictEqual({
      kind: "or",
      filters: [{ kind: "not", filter: a }, b],
    });
  });
});

describe("paths", () => {
  it("keep the URN, the name and the sub-attribute as written", () => {
    expect(parseFilter("urn:X:2.0:User:Name.familyName pr")).toStrictEqual({
      kind: "present",
      path: { urn: "urn:X:2.0:User", name: "Name", sub: "familyName" },
    });
    expect(parseFilter("members.$ref pr")).toStrictEqual({
      kind: "present",
      path: at("members", "$ref"),
    });
  });
});

describe("value paths", () => {
  it("of a PATCH path leave what follows the bracket", () => {
    const filter: Filter = {
      kind: "valuePath",
      path: at("emails"),
      filter: { kind: "compare", path: at("type"), operator: "eq", value: "a]b" },
    };
    expect(parseValuePath('emails[type eq "a]b"]')).toStrictEqual({ filter, rest: "" });
    expect(parseValuePath('emails[type eq "a]b"].value')).toStrictEqual({ filter, rest: ".value" });
    expect(parseValuePath('emails[type eq "a]b"] x')).toStrictEqual({ filter, rest: " x" });
  });

  it.each([
    ["emails", "At position 7 of the filter: expected '[', found the end."],
    ["[type pr]", "At position 1 of the filter: expected an attribute path, found '[type pr]'."],
    ["emails[type pr", "At position 15 of the filter: expected 'and', 'or' or ']', found the end."],
  ])("refuses %s", (text, message) => {
    expect(() => parseValuePath(text)).toThrow(message);
  });
});

describe("mapFilter", () => {
  it("rewrites every path and keeps the form of the tree", () => {
    const filter = parseFilter("a pr and not (b eq 1 or c[d pr])");
    const seen: string[] = [];
    const mapped = mapFilter(filter, (leaf) => {
      seen.push(printFilter(leaf));
      return leaf.kind === "present" ? present("z") : leaf;
    });
    expect(seen).toStrictEqual(["a pr", "b eq 1", "c[d pr]"]);
    expect(printFilter(mapped)).toBe("z pr and not (b eq 1 or c[d pr])");
  });
});
