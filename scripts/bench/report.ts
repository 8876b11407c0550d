/** The results as Markdown tables: what the terminal shows is what the page holds. */
import { FLOOD_CLIENTS } from "./scenarios.ts";
import { grouped, isMet, targetsOf } from "./results.ts";
import type { Results, Target } from "./results.ts";
import { NAMES } from "./operations.ts";
import type { Measured } from "./rounds.ts";
import { ratio } from "./statistics.ts";

const BEGIN = "<!-- bench: begin -->";
const END = "<!-- bench: end -->";

/** The page with the tables between its markers; what is around them stays. @throws where a marker is missing */
export function replaceTables(page: string, tables: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} ... ${END}`);
  return `${page.slice(0, from)}${BEGIN}\n\n${tables}\n\n${page.slice(to)}`;
}

export function printResults(results: Results): string {
  const { cores, runtime, rounds, requests } = results;
  return [
    `${runtime}, ${cores} cores; the median of ${rounds} rounds of ${requests} requests each.`,
    "### Targets",
    table(["target", "limit", "measured", ""], targetsOf(results).map(targetRow)),
    "### CPU milliseconds per request",
    ...growthTables(results),
    "### The floor",
    table(
      ["operation", "CPU ms (middle half)", "p50 ms", "p95 ms"],
      [NAMES.empty, NAMES.read, NAMES.write].map((name) => floorRow(results, name)),
    ),
    "### Latency and cost at the largest size",
    table(["operation", "CPU ms (middle half)", "p50 ms", "p95 ms", "cost"], latencyRows(results)),
    "### Writes of one tenant",
    throughputTable(results),
    `### A quiet tenant while ${FLOOD_CLIENTS} clients of another flood`,
    neighbourTable(results),
    "### Initial sync",
    table(
      ["calls", "CPU ms per call", "seconds in all"],
      [
        [
          grouped(results.sync.calls),
          digits(results.sync.cpu),
          (results.sync.time / 1000).toFixed(1),
        ],
      ],
    ),
  ].join("\n\n");
}

function targetRow(target: Target): string[] {
  const { text, unit, limit, bound, value } = target;
  const met = isMet(target);
  return [
    text,
    `${bound} ${limit} ${unit}`,
    value === undefined ? "not measured" : `${digits(value)} ${unit}`,
    met === undefined ? "" : met ? "met" : "**missed**",
  ];
}

function growthTables(results: Results): string[] {
  const { users, groups } = results;
  return (
    [
      ["users", users],
      ["members", groups],
    ] as const
  ).map(([what, sizes]) => {
    const names = namesOf(results, sizes, what === "users");
    const head = [`operation, by ${what}`, ...sizes.map(grouped), "largest / smallest"];
    return table(
      head,
      names.map((name) => growthRow(results, name, sizes)),
    );
  });
}

/** Sizes of users and of groups may be the same numbers: the names tell them apart. */
function namesOf({ measured }: Results, sizes: readonly number[], ofUsers: boolean): string[] {
  const ofGroups = new Set<string>([NAMES.addMember, NAMES.removeMember, NAMES.getGroup]);
  const names = measured
    .filter(({ size }) => size > 0 && sizes.includes(size))
    .map((one) => one.operation);
  return [...new Set(names)].filter((name) => ofGroups.has(name) !== ofUsers);
}

function growthRow({ measured }: Results, name: string, sizes: readonly number[]): string[] {
  const times = sizes.map(
    (size) => measured.find((one) => one.operation === name && one.size === size)?.cpu,
  );
  const growth = sizes.length > 1 ? ratio(times.at(-1), times[0]) : undefined;
  return [name, ...times.map(digits), digits(growth)];
}

function floorRow({ measured }: Results, name: string): string[] {
  const one = measured.find(({ operation }) => operation === name);
  return [name, ...(one === undefined ? ["", "", ""] : timesOf(one))];
}

function latencyRows({ measured }: Results): string[][] {
  const largest = new Map<string, Measured>();
  for (const one of measured) {
    const known = largest.get(one.operation);
    if (one.size > 0 && (known === undefined || one.size > known.size))
      largest.set(one.operation, one);
  }
  return [...largest.values()].map((one) => [one.operation, ...timesOf(one), one.cost]);
}

function timesOf({ cpu, range, p50, p95 }: Measured): string[] {
  return [`${digits(cpu)} (${range.map(digits).join(" to ")})`, digits(p50), digits(p95)];
}

function throughputTable({ throughput }: Results): string {
  const { one, many, cpuOne, cpuMany, isSame } = throughput;
  return table(
    ["", "1 client", `${FLOOD_CLIENTS} clients`, "ratio"],
    [
      ["writes per second", one.toFixed(0), many.toFixed(0), digits(ratio(many, one))],
      ["CPU ms per write", digits(cpuOne), digits(cpuMany), digits(ratio(cpuMany, cpuOne))],
      ["the same users in the end", "", isSame ? "yes" : "**no**", ""],
    ],
  );
}

function neighbourTable({ neighbours }: Results): string {
  const head = ["the flood's clients", "accepted / s", "refused / s", "the quiet tenant's"];
  const times = ["p50 alone", "p50 beside", "ratio", "p95 alone", "p95 beside", "ratio"];
  const rows = neighbours.flatMap(({ noise, accepted, refused, quiet }) =>
    quiet.map(({ operation, alone, beside }) => [
      noise.name,
      accepted.toFixed(0),
      refused.toFixed(0),
      operation,
      ...(["p50", "p95"] as const).flatMap((share) => [
        digits(alone[share]),
        digits(beside[share]),
        digits(ratio(beside[share], alone[share])),
      ]),
    ]),
  );
  return table([...head, ...times], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function digits(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : value.toFixed(2);
}
