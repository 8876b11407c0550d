/** Audits a tenant step by step, and says what was found. */
import { isObject } from "../local/state.ts";
import type { Progress } from "../simulate/phases.ts";
import { bodyOf, pathTo } from "./target.ts";
import type { Target } from "./target.ts";

export interface Finding {
  readonly table: string;
  readonly key: string;
  readonly problem: string;
  readonly repair: string;
}

export interface Report {
  readonly tenant: string;
  /** Rows that were looked at, by part. */
  readonly checked: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

export async function verifyTenant(
  target: Target,
  repair: boolean,
  progress: Progress,
): Promise<Report> {
  const checked: Record<string, number> = {};
  const findings: Finding[] = [];
  let cursor: unknown;
  while (cursor !== null) {
    const body = { repair, ...(cursor !== undefined && { cursor }) };
    const path = pathTo(target, "/verify");
    const step = bodyOf("the audit", await target.call({ method: "POST", path, body }));
    const [part, rows] = [String(step["part"]), Number(step["checked"])];
    if (!(part in checked)) progress.enter(part, 0);
    checked[part] = (checked[part] ?? 0) + rows;
    progress.grow(rows);
    for (let row = 0; row < rows; row += 1) progress.advance();
    if (Array.isArray(step["findings"])) findings.push(...step["findings"].filter(isFinding));
    cursor = step["next"] ?? null;
  }
  return { tenant: target.tenant, checked, findings };
}

function isFinding(value: unknown): value is Finding {
  return isObject(value) && typeof value["problem"] === "string";
}

const MOST_LINES = 100;

export function printReport({ tenant, checked, findings }: Report): string {
  const rows = Object.entries(checked).map(([part, count]) => `${part} ${count}`);
  const lines = findings
    .slice(0, MOST_LINES)
    .map(({ table, key, problem, repair }) => `${table}  ${key}: ${problem}${remedyOf(repair)}`);
  const more = findings.length - lines.length;
  return [
    `tenant ${tenant}: ${rows.join(", ")}`,
    ...lines,
    ...(more > 0 ? [`... and ${more} more (--json shows all)`] : []),
    `${findings.length} differences`,
    "",
  ].join("\n");
}

function remedyOf(repair: string): string {
  if (repair === "done") return " (mended)";
  return repair === "possible" ? " (--repair mends it)" : "";
}
