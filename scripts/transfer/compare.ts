/** A file beside what a tenant holds: both are in the order of their keys, so neither has to fit into memory. */
import { isDeepStrictEqual } from "node:util";
import { compareKeys, keyOf, nameOf } from "./lines.ts";
import type { Line } from "./lines.ts";

/** How many there are, and the names of the first. */
export interface Named {
  count: number;
  readonly names: string[];
}

export interface Comparison {
  /** In the file only. */
  readonly missing: Named;
  /** Resources and memberships that only the tenant has. */
  readonly foreign: Named;
  /** Resources and memberships that are in both, differently. */
  readonly different: Named;
  /** Connections and OAuth clients that are in both, differently: the tenant's stay. */
  readonly kept: Named;
}

const MOST_NAMES = 10;

export async function compare(
  file: AsyncIterable<Line>,
  tenant: AsyncIterable<Line>,
): Promise<Comparison> {
  const found: Comparison = {
    missing: { count: 0, names: [] },
    foreign: { count: 0, names: [] },
    different: { count: 0, names: [] },
    kept: { count: 0, names: [] },
  };
  for await (const { left, right } of pairs(file, tenant)) {
    if (right === undefined) note(found.missing, left);
    else if (left === undefined) {
      if (isData(right)) note(found.foreign, right);
    } else if (!isDeepStrictEqual(left, right)) {
      note(isData(right) ? found.different : found.kept, right);
    }
  }
  return found;
}

function isData({ kind }: Line): boolean {
  return kind === "resource" || kind === "member";
}

function note(named: Named, line: Line | undefined): void {
  named.count += 1;
  if (line !== undefined && named.names.length < MOST_NAMES) named.names.push(nameOf(line));
}

interface Pair {
  readonly left: Line | undefined;
  readonly right: Line | undefined;
}

/** The lines of both by their keys, each with its like where there is one. */
async function* pairs(
  lefts: AsyncIterable<Line>,
  rights: AsyncIterable<Line>,
): AsyncGenerator<Pair> {
  const left = lefts[Symbol.asyncIterator]();
  const right = rights[Symbol.asyncIterator]();
  let one = await next(left);
  let other = await next(right);
  while (one !== undefined || other !== undefined) {
    const order = orderOf(one, other);
    yield { left: order <= 0 ? one : undefined, right: order >= 0 ? other : undefined };
    if (order <= 0) one = await next(left);
    if (order >= 0) other = await next(right);
  }
}

/** What has ended comes after everything. */
function orderOf(left: Line | undefined, right: Line | undefined): number {
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return compareKeys(keyOf(left) ?? [], keyOf(right) ?? []);
}

async function next(lines: AsyncIterator<Line, void>): Promise<Line | undefined> {
  const step = await lines.next();
  return step.done === true ? undefined : step.value;
}

/** "12 (a, b, ...)" */
export function printNamed({ count, names }: Named): string {
  const more = count > names.length ? ", ..." : "";
  return count === 0 ? "0" : `${count} (${names.join(", ")}${more})`;
}
