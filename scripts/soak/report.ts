/** The figures of a soak, for a reader and as data. */
import type { Difference } from "../simulate/compare.ts";
import type { Failure } from "../simulate/tally.ts";
import type { Finding } from "../transfer/verify.ts";
import type { SoakOptions } from "./options.ts";
import type { SoakTenant } from "./tenant.ts";

export interface TenantFigures {
  readonly tenant: string;
  readonly companies: number;
  readonly requests: number;
  /** HTTP status, or "cut", to requests. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly retries: number;
  /** After which its IdP went on and the tenant was looked at. */
  readonly kills: number;
  /** Resources whose version was compared with what was acknowledged, over all looks. */
  readonly compared: number;
  readonly lost: readonly string[];
  /** 5xx other than 503. */
  readonly faults: number;
  readonly broken: readonly string[];
  /** Answers that the IdP didn't expect. */
  readonly errors: number;
  readonly failures: readonly Failure[];
  /** Null where the tenant couldn't be read back. */
  readonly differences: readonly Difference[] | null;
  /** Rows that `verify` looked at. */
  readonly verified: number;
  readonly findings: readonly Finding[];
  readonly stopped: string | null;
}

export interface SoakFigures {
  readonly options: SoakOptions;
  readonly seconds: number;
  readonly kills: number;
  readonly tenants: readonly TenantFigures[];
}

export interface End {
  readonly kills: number;
  readonly differences: readonly Difference[] | undefined;
  readonly verified: number;
  readonly findings: readonly Finding[];
}

export function figuresOf(tenant: SoakTenant, end: End): TenantFigures {
  const { ledger, tally } = tenant;
  const kinds = [...tally.kinds.values()];
  return {
    tenant: tenant.id,
    companies: tenant.intended.length,
    requests: sum([...ledger.statuses.values()]),
    statuses: Object.fromEntries([...ledger.statuses].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    acknowledged: ledger.acknowledged,
    unknown: ledger.unknown,
    retries: sum(kinds.map(({ retries }) => retries)),
    kills: end.kills,
    compared: tenant.looks.resources,
    lost: tenant.lost,
    faults: ledger.faults,
    broken: ledger.broken,
    errors: sum(kinds.map(({ errors }) => errors)),
    failures: tally.failures,
    differences: end.differences ?? null,
    verified: end.verified,
    findings: end.findings,
    stopped: tenant.stopped ?? null,
  };
}

/** What keeps this from being a success, one line each; a soak that killed or wrote nothing has shown nothing. */
export function problemsOf({ kills, tenants }: SoakFigures): readonly string[] {
  return [
    ...(kills === 0 ? ["the emulation was never killed"] : []),
    ...(tenants.length === 0 ? ["there was no tenant"] : []),
    ...tenants.flatMap((figures) =>
      problemsOfTenant(figures, kills).map((problem) => `${figures.tenant}: ${problem}`),
    ),
  ];
}

function problemsOfTenant(figures: TenantFigures, kills: number): readonly string[] {
  const { stopped, differences } = figures;
  return [
    ...(figures.acknowledged === 0 ? ["no write was acknowledged"] : []),
    ...(figures.verified === 0 ? ["verify looked at nothing"] : []),
    ...(figures.kills === kills ? [] : [`looked at after ${figures.kills} of ${kills} kills`]),
    ...(stopped === null ? [] : [`its IdP gave up: ${stopped}`]),
    ...figures.lost.map((line) => `not as acknowledged: ${line}`),
    ...figures.broken.map((line) => `5xx: ${line}`),
    ...figures.failures.map(
      ({ kind, method, path, status, detail }) => `${kind}: ${method} ${path}: ${status} ${detail}`,
    ),
    ...(differences === null ? ["it can't be read back"] : []),
    ...(differences ?? []).map(
      ({ of, attribute, wanted, found }) => `${of}: ${attribute}: wanted ${wanted}, found ${found}`,
    ),
    ...figures.findings.map(({ table, key, problem }) => `verify: ${table} ${key}: ${problem}`),
  ];
}

const MOST_LINES = 60;

export function renderFigures(figures: SoakFigures): string {
  const { tenants, kills, seconds } = figures;
  const problems = problemsOf(figures);
  const total = (count: (one: TenantFigures) => number): number => sum(tenants.map(count));
  return [
    "",
    ...renderTable([HEAD, ...tenants.map(rowOf)]),
    "",
    ...renderTable(
      tenants.map(({ tenant, statuses }) => [
        tenant,
        ...Object.entries(statuses).map(([status, count]) => `${status}: ${count}`),
      ]),
    ),
    ...(problems.length === 0 ? [] : ["", ...problems.slice(0, MOST_LINES)]),
    ...(problems.length > MOST_LINES ? [`... and ${problems.length - MOST_LINES} more`] : []),
    "",
    `${total((one) => one.requests)} requests in ${Math.round(seconds)} s, ${kills} kills: ${total((one) => one.acknowledged)} writes acknowledged, ${total((one) => one.unknown)} without an outcome, ${total((one) => one.lost.length)} not as acknowledged, ${total((one) => one.differences?.length ?? 0)} differences, ${total((one) => one.findings.length)} found by verify, ${total((one) => one.faults)} 5xx other than 503`,
    problems.length === 0 ? "nothing lost" : `${problems.length} problems`,
    "",
  ].join("\n");
}

const HEAD = [
  "tenant",
  "companies",
  "requests",
  "acknowledged",
  "no outcome",
  "retries",
  "kills",
  "compared",
  "lost",
  "5xx",
  "errors",
  "differences",
  "verified",
  "findings",
];

function rowOf(one: TenantFigures): readonly string[] {
  return [
    one.tenant,
    ...[
      one.companies,
      one.requests,
      one.acknowledged,
      one.unknown,
      one.retries,
      one.kills,
      one.compared,
      one.lost.length,
      one.faults,
      one.errors,
      one.differences?.length ?? "-",
      one.verified,
      one.findings.length,
    ].map(String),
  ];
}

function renderTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
