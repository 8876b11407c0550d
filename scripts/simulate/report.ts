/** The end of a run, for a reader and as data. */
import type { Difference } from "./compare.ts";
import { LISTED, percentile, type Failure, type Tally } from "./tally.ts";

export interface KindSummary {
  readonly kind: string;
  readonly requests: number;
  readonly errors: number;
  readonly retries: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

/** What `--json` writes; times in milliseconds. */
export interface Summary {
  readonly idp: string;
  readonly dialect: string;
  readonly seed: string;
  readonly base: string;
  readonly users: number;
  readonly groups: number;
  readonly seconds: number;
  readonly kinds: readonly KindSummary[];
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly retries: number;
  readonly errors: number;
  /** Null where the server couldn't be read back. */
  readonly differences: number | null;
  /** Why the run ended before its time. */
  readonly stopped: string | null;
  /** The first of them. */
  readonly failures: readonly Failure[];
  readonly different: readonly Difference[];
}

export interface Outcome {
  readonly seconds: number;
  readonly differences: readonly Difference[] | undefined;
  readonly stopped: string | undefined;
}

export function summarize(
  about: Pick<Summary, "idp" | "dialect" | "seed" | "base" | "users" | "groups">,
  tally: Tally,
  outcome: Outcome,
): Summary {
  const kinds = [...tally.kinds].map(([kind, { requests, errors, retries, times }]) => {
    return { kind, requests, errors, retries, p50: timeAt(times, 50), p95: timeAt(times, 95) };
  });
  const requests = sum(kinds.map((kind) => kind.requests));
  return {
    ...about,
    seconds: round(outcome.seconds),
    kinds,
    requests,
    requestsPerSecond: round(requests / Math.max(outcome.seconds, 0.001)),
    retries: sum(kinds.map((kind) => kind.retries)),
    errors: sum(kinds.map((kind) => kind.errors)),
    differences: outcome.differences?.length ?? null,
    stopped: outcome.stopped ?? null,
    failures: tally.failures,
    different: outcome.differences?.slice(0, LISTED) ?? [],
  };
}

export function succeeded(summary: Summary): boolean {
  return summary.stopped === null && summary.errors === 0 && summary.differences === 0;
}

export function renderSummary(summary: Summary): string {
  const { seconds, requests, requestsPerSecond, retries } = summary;
  return [
    "",
    ...renderTable(summary.kinds),
    "",
    `total: ${requests} requests in ${seconds} s, ${requestsPerSecond}/s, ${retries} retries`,
    ...renderList("errors", summary.errors, summary.failures.map(renderFailure)),
    ...renderList("differences", summary.differences ?? 0, summary.different.map(renderDifference)),
    ...(summary.stopped === null ? [] : ["", `Stopped: ${summary.stopped}`]),
    "",
    renderLast(summary),
    "",
  ].join("\n");
}

function renderLast(summary: Summary): string {
  const { users, groups, requests, errors, differences } = summary;
  const compared = differences === null ? "not compared" : `${differences} differences`;
  return `${users} users, ${groups} groups: ${requests} requests, ${errors} errors, ${compared}`;
}

function renderTable(kinds: readonly KindSummary[]): readonly string[] {
  const rows = [
    ["request", "requests", "errors", "p50 ms", "p95 ms"],
    ...kinds.map(({ kind, requests, errors, p50, p95 }) => {
      return [kind, String(requests), String(errors), showTime(p50), showTime(p95)];
    }),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
}

function renderList(title: string, count: number, lines: readonly string[]): readonly string[] {
  if (count === 0) return [];
  const of = count > lines.length ? `, the first ${lines.length}` : "";
  return ["", `${title} (${count}${of}):`, ...lines.map((line) => `  ${line}`)];
}

function renderFailure({ kind, method, path, status, detail }: Failure): string {
  return `${kind}: ${method} ${path}: ${status} ${detail}`;
}

function renderDifference({ of, attribute, wanted, found }: Difference): string {
  return `${of}: ${attribute}: wanted ${wanted}, found ${found}`;
}

function timeAt(times: readonly number[], percent: number): number | undefined {
  const time = percentile(times, percent);
  return time === undefined ? undefined : round(time);
}

function showTime(ms: number | undefined): string {
  return ms === undefined ? "-" : ms.toFixed(1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
