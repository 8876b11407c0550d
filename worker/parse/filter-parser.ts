/** Text to filter: the whole grammar of RFC 7644 section 3.4.2.2, with positions in every fault. */
import { PROVIDER } from "../../schema/provider.ts";
import { readAttributePath } from "../scim/attribute-path.ts";
import type { AttributePath } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { readJson } from "../scim/json.ts";
import { COMPARE_OPERATORS } from "./filter.ts";
import { Leniency } from "./quirks.ts";
import type { CompareOperator, CompareValue, Filter } from "./filter.ts";

/** @throws invalidFilter with the position (from 1) and what was expected there */
export function parseFilter(text: string, leniency = new Leniency()): Filter {
  if (text.length > PROVIDER.maxFilterLength) {
    refuse("invalidFilter", `The filter is longer than ${PROVIDER.maxFilterLength} characters.`);
  }
  const cursor = new Cursor(text, leniency);
  cursor.skipBlanks();
  const filter = parseOr(cursor, 0);
  cursor.skipBlanks();
  if (!cursor.atEnd()) cursor.fail("'and', 'or' or the end of the filter");
  return filter;
}

/** The value path at the start of a PATCH path: `emails[type eq "work"]`, and what follows the bracket. */
export function parseValuePath(text: string): { filter: Filter; rest: string } {
  const cursor = new Cursor(text, new Leniency());
  const path = readPath(cursor);
  const filter = parseBrackets(cursor, path, 0);
  return { filter, rest: text.slice(cursor.position) };
}

class Cursor {
  readonly text: string;
  position = 0;
  terms = 0;
  readonly leniency: Leniency;

  constructor(text: string, leniency: Leniency) {
    this.text = text;
    this.leniency = leniency;
  }
  atEnd(): boolean {
    return this.position >= this.text.length;
  }
  peek(): string {
    return this.text.charAt(this.position);
  }
  skipBlanks(): boolean {
    const start = this.position;
    while (this.peek() === " ") this.position += 1;
    return this.position > start;
  }
  /** The longest run of characters that are not delimiters. */
  word(): string {
    const start = this.position;
    while (!this.atEnd() && !' ()[]"'.includes(this.peek())) this.position += 1;
    return this.text.slice(start, this.position);
  }
  /** Takes a keyword in any case, if it is next. */
  keyword(name: string): boolean {
    const start = this.position;
    if (this.word().toLowerCase() === name) return true;
    this.position = start;
    return false;
  }
  fail(expected: string, position = this.position): never {
    const found = this.text.slice(position, position + 20);
    const seen = found === "" ? "the end" : `'${found}'`;
    refuse(
      "invalidFilter",
      `At position ${position + 1} of the filter: expected ${expected}, found ${seen}.`,
    );
  }
}

function parseOr(cursor: Cursor, depth: number): Filter {
  return parseList(cursor, depth, "or", (next) => parseList(next, depth, "and", parseTerm));
}

function parseList(
  cursor: Cursor,
  depth: number,
  kind: "and" | "or",
  parsePart: (cursor: Cursor, depth: number) => Filter,
): Filter {
  const first = parsePart(cursor, depth);
  const filters = [first];
  for (;;) {
    const start = cursor.position;
    if (!cursor.skipBlanks() && cursor.text.charAt(start - 1) !== ")") break;
    if (!cursor.keyword(kind)) {
      cursor.position = start;
      break;
    }
    if (!cursor.skipBlanks() && cursor.peek() !== "(") cursor.fail(`a blank after '${kind}'`);
    filters.push(parsePart(cursor, depth));
  }
  return filters.length === 1 ? first : { kind, filters };
}

function parseTerm(cursor: Cursor, depth: number): Filter {
  if (depth > PROVIDER.maxFilterDepth) {
    refuse("invalidFilter", `The filter is nested deeper than ${PROVIDER.maxFilterDepth} levels.`);
  }
  if (cursor.peek() === "(") return parseGroup(cursor, depth);
  const start = cursor.position;
  if (cursor.keyword("not")) {
    cursor.skipBlanks();
    if (cursor.peek() === "(") return { kind: "not", filter: parseGroup(cursor, depth) };
    cursor.position = start;
  }
  const path = readPath(cursor);
  return cursor.peek() === "[" ? parseBrackets(cursor, path, depth) : parseTest(cursor, path);
}

function parseGroup(cursor: Cursor, depth: number): Filter {
  cursor.position += 1;
  cursor.skipBlanks();
  const filter = parseOr(cursor, depth + 1);
  cursor.skipBlanks();
  if (cursor.peek() !== ")") cursor.fail("'and', 'or' or ')'");
  cursor.position += 1;
  return filter;
}

function parseBrackets(cursor: Cursor, path: AttributePath, depth: number): Filter {
  if (cursor.peek() !== "[") cursor.fail("'['");
  cursor.position += 1;
  cursor.skipBlanks();
  const filter = parseOr(cursor, depth + 1);
  cursor.skipBlanks();
  if (cursor.peek() !== "]") cursor.fail("'and', 'or' or ']'");
  cursor.position += 1;
  return cursor.peek() === "." && isSubTest(cursor)
    ? parseSubTest(cursor, path, filter)
    : { kind: "valuePath", path, filter };
}

/** A PATCH path ends after the sub-attribute; a filter goes on with an operator. */
function isSubTest(cursor: Cursor): boolean {
  return /^\.[\w$-]+ /.test(cursor.text.slice(cursor.position));
}

/**
 * `emails[type eq "work"].value eq "x"` is outside the grammar of filters, and Entra sends it. Some one value meets both, which
 * is what `emails[type eq "work" and value eq "x"]` says.
 */
function parseSubTest(cursor: Cursor, path: AttributePath, filter: Filter): Filter {
  const detail = `At position ${cursor.position + 1} of the filter: no test can follow a value path.`;
  cursor.leniency.forgive("test-after-value-path", "invalidFilter", detail);
  cursor.position += 1;
  const test = parseTest(cursor, readPath(cursor));
  const parts = filter.kind === "and" ? filter.filters : [filter];
  return { kind: "valuePath", path, filter: { kind: "and", filters: [...parts, test] } };
}

function parseTest(cursor: Cursor, path: AttributePath): Filter {
  cursor.terms += 1;
  if (cursor.terms > PROVIDER.maxFilterTerms) {
    refuse("invalidFilter", `The filter has more than ${PROVIDER.maxFilterTerms} terms.`);
  }
  if (!cursor.skipBlanks()) cursor.fail("a blank and a compare operator after the attribute");
  const start = cursor.position;
  const word = cursor.word().toLowerCase();
  if (word === "pr") return { kind: "present", path };
  const operator = COMPARE_OPERATORS.find((name) => name === word);
  if (operator === undefined) {
    cursor.fail(`a compare operator (${COMPARE_OPERATORS.join(", ")}) or 'pr'`, start);
  }
  if (!cursor.skipBlanks()) cursor.fail("a blank and a compare value after the operator");
  return compare(path, operator, readValue(cursor));
}

function compare(path: AttributePath, operator: CompareOperator, value: CompareValue): Filter {
  return { kind: "compare", path, operator, value };
}

function readPath(cursor: Cursor): AttributePath {
  const start = cursor.position;
  const word = cursor.word();
  return readAttributePath(word) ?? cursor.fail("an attribute path", start);
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function readValue(cursor: Cursor): CompareValue {
  if (cursor.peek() === '"') return readString(cursor);
  const start = cursor.position;
  const word = cursor.word();
  if (word === "true") return true;
  if (word === "false") return false;
  if (word === "null") return null;
  // Adding 0 makes 0 of -0, which has no text of its own.
  const number = NUMBER.test(word) ? Number(word) + 0 : Number.NaN;
  if (Number.isFinite(number)) return number;
  return cursor.fail(
    "a compare value: a string in double quotes, a number, true, false or null",
    start,
  );
}

function readString(cursor: Cursor): string {
  const start = cursor.position;
  const match = /^"(?:[^"\\]|\\.)*"/s.exec(cursor.text.slice(start));
  if (match === null) cursor.fail("a closing double quote", start);
  cursor.position += match[0].length;
  const value = readJsonString(match[0]);
  if (value === undefined || value.includes("\0") || !value.isWellFormed()) {
    cursor.fail("a string as JSON writes it", start);
  }
  return value;
}

function readJsonString(text: string): string | undefined {
  try {
    const value = readJson(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
