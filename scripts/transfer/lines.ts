/** The lines of an export: their keys, by which they are in order, and the tenant's own, page by page. */
import { isObject } from "../local/state.ts";
import { bodyOf, pathTo } from "./target.ts";
import type { Target } from "./target.ts";

export type Line = Readonly<Record<string, unknown>>;

/** What the names of a line's key are, by its kind, in the order in which the kinds come. */
const KEYS = Object.freeze({
  connection: ["scheme"],
  client: ["clientId"],
  resource: ["type", "id"],
  member: ["group", "member"],
});

const KINDS = Object.keys(KEYS);

/** Undefined where it is no line of a tenant's data. */
export function keyOf(line: Line): readonly string[] | undefined {
  const { kind } = line;
  if (typeof kind !== "string" || !isKind(kind)) return undefined;
  const parts = KEYS[kind].map((name) => line[name]);
  return parts.every((part) => typeof part === "string")
    ? [String(KINDS.indexOf(kind)), ...parts]
    : undefined;
}

function isKind(kind: string): kind is keyof typeof KEYS {
  return Object.hasOwn(KEYS, kind);
}

/** Names of a line for people. */
export function nameOf(line: Line): string {
  const [, ...parts] = keyOf(line) ?? [];
  return line["kind"] === "member" ? `member ${parts[1]} of ${parts[0]}` : parts.join(" ");
}

/** Less than 0 where the left comes first. Keys are ASCII, or close to it: the order of units will do. */
export function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index] ?? "";
    if (part !== other) return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

export interface Page {
  readonly displayName: string;
  readonly totals: Readonly<Record<string, unknown>>;
  readonly sequence: number;
  readonly lines: readonly Line[];
}

/** All pages of a tenant's data, one at a time. */
export async function* readPages(target: Target): AsyncGenerator<Page> {
  let next: unknown = "";
  while (typeof next === "string") {
    const query: string = next === "" ? "" : `?cursor=${encodeURIComponent(next)}`;
    const path = pathTo(target, `/export${query}`);
    const body = bodyOf("the export", await target.call({ method: "GET", path }));
    const { tenant, sequence, lines } = body;
    if (!isObject(tenant) || typeof sequence !== "number" || !Array.isArray(lines)) {
      throw new TypeError(`GET ${path} answered something else than a page`);
    }
    yield {
      displayName: String(tenant["displayName"]),
      totals: isObject(tenant["totals"]) ? tenant["totals"] : {},
      sequence,
      lines: lines.filter(isObject),
    };
    next = body["next"];
  }
}

export async function* readTenant(target: Target): AsyncGenerator<Line> {
  for await (const { lines } of readPages(target)) yield* lines;
}
