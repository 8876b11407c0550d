/** Writes a tenant's data as JSON lines: a header, the data in the order of their keys, and an end by which a whole file is known. */
import { createHash } from "node:crypto";
import type { Progress } from "../simulate/phases.ts";
import { readPages } from "./lines.ts";
import type { Line, Page } from "./lines.ts";
import type { Target } from "./target.ts";

export const FORMAT = "rollcall-tenant";
export const FORMAT_VERSION = 1;

/** The last line. */
export interface End {
  readonly kind: "end";
  /** Lines of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** The tenant's write sequence after the last page. */
  readonly sequence: number;
  /** Whether anything was written meanwhile: then the file isn't of one moment. */
  readonly moved: boolean;
  /** Memberships whose group or member isn't in the file: gone or come meanwhile, or damaged. */
  readonly leftOut: number;
  /** Of all lines before this one, in hex. */
  readonly sha256: string;
}

export async function exportTenant(
  target: Target,
  write: (text: string) => Promise<void>,
  progress: Progress,
): Promise<End> {
  const hash = createHash("sha256");
  const put = async (values: readonly object[]): Promise<void> => {
    const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
    hash.update(text);
    await write(text);
  };
  const ids = new Set<unknown>();
  const counts: Record<string, number> = {};
  let leftOut = 0;
  let first: Page | undefined;
  let last: Page | undefined;
  for await (const page of readPages(target)) {
    if (first === undefined) {
      await put([headerOf(target.tenant, page)]);
      const total = Object.values(page.totals).reduce((sum: number, one) => sum + Number(one), 0);
      progress.grow(total);
      progress.enter("export", total);
    }
    first ??= page;
    last = page;
    for (const line of page.lines) if (line["kind"] === "resource") ids.add(line["id"]);
    const kept = page.lines.filter((line) => isWhole(line, ids));
    leftOut += page.lines.length - kept.length;
    await put(kept);
    for (const { kind } of kept) counts[String(kind)] = (counts[String(kind)] ?? 0) + 1;
    for (const { kind } of page.lines) if (kind === "resource") progress.advance();
  }
  const end: End = {
    kind: "end",
    counts,
    sequence: last?.sequence ?? 0,
    moved: first?.sequence !== last?.sequence,
    leftOut,
    sha256: hash.digest("hex"),
  };
  await write(`${JSON.stringify(end)}\n`);
  return end;
}

function headerOf(tenant: string, { displayName, sequence, totals }: Page): object {
  return {
    kind: "header",
    format: FORMAT,
    version: FORMAT_VERSION,
    tenant,
    displayName,
    exported: new Date().toISOString(),
    sequence,
    counts: totals,
  };
}

/** Nothing in a file refers to what isn't in it. */
function isWhole(line: Line, ids: ReadonlySet<unknown>): boolean {
  return line["kind"] !== "member" || (ids.has(line["group"]) && ids.has(line["member"]));
}
