/** All that a run came to, and what it says of the targets. */
import { NOISES } from "./neighbour.ts";
import type { Neighbour } from "./neighbour.ts";
import { NAMES } from "./operations.ts";
import type { Measured } from "./rounds.ts";
import type { Synced, Throughput } from "./scenarios.ts";
import { ratio } from "./statistics.ts";

export interface Results {
  readonly cores: number;
  readonly runtime: string;
  readonly users: readonly number[];
  readonly groups: readonly number[];
  readonly rounds: number;
  readonly requests: number;
  readonly measured: readonly Measured[];
  readonly sync: Synced;
  readonly throughput: Throughput;
  readonly neighbours: readonly Neighbour[];
}

export interface Target {
  readonly text: string;
  readonly unit: "x" | "ms";
  readonly limit: number;
  readonly bound: "at most" | "at least";
  /** Undefined: not measured in this run. */
  readonly value: number | undefined;
}

const USER_GROWTH = [
  NAMES.get,
  NAMES.byUserName,
  NAMES.byExternalId,
  NAMES.byEmail,
  NAMES.patch,
  NAMES.create,
  NAMES.firstPage,
  NAMES.firstCursor,
];
const GROUP_GROWTH = [NAMES.addMember, NAMES.removeMember, NAMES.getGroup];
/** Where the complex filter has its target. */
const COMPLEX_USERS = 1000;

export function isMet({ value, limit, bound }: Target): boolean | undefined {
  if (value === undefined) return undefined;
  return bound === "at most" ? value <= limit : value >= limit;
}

/** What the project promises of its speed; ratios are of CPU time, within one run. */
export function targetsOf(results: Results): readonly Target[] {
  const { users, groups, throughput } = results;
  const [few = 0, many = 0] = [users[0], users.at(-1)];
  const [small = 0, large = 0] = [groups[0], groups.at(-1)];
  const cpu = (operation: string, size: number): number | undefined =>
    cpuOf(results, operation, size);
  const floor = (name: string): number | undefined => cpu(name, 0);
  const growth = (operation: string, from: number, to: number): number | undefined =>
    from === to ? undefined : ratio(cpu(operation, to), cpu(operation, from));
  const deep = (page: string, of: string): number | undefined =>
    ratio(cpu(page, many), cpu(of, many));
  return [
    ...USER_GROWTH.map((name) =>
      times(`${name}: ${grouped(many)} / ${grouped(few)} users`, 1.25, growth(name, few, many)),
    ),
    ...GROUP_GROWTH.map((name) =>
      times(
        `${name}: ${grouped(large)} / ${grouped(small)} members`,
        1.25,
        growth(name, small, large),
      ),
    ),
    times("deep page / first page, by index", 3, deep(NAMES.deepPage, NAMES.firstPage)),
    times("deep page / first page, by cursor", 1.3, deep(NAMES.deepCursor, NAMES.firstCursor)),
    ...[NAMES.get, NAMES.byUserName, NAMES.byExternalId, NAMES.byEmail].map((name) =>
      times(`${name} / ${NAMES.read}`, 1.6, ratio(cpu(name, few), floor(NAMES.read))),
    ),
    ...[NAMES.create, NAMES.patch].map((name) =>
      times(`${name} / ${NAMES.write}`, 2, ratio(cpu(name, few), floor(NAMES.write))),
    ),
    milliseconds(NAMES.firstPage, 4, cpu(NAMES.firstPage, many)),
    milliseconds(
      `${NAMES.complex}, ${grouped(COMPLEX_USERS)} users`,
      5,
      cpu(NAMES.complex, COMPLEX_USERS),
    ),
    milliseconds("initial sync, per call", 2, results.sync.cpu),
    {
      text: "writes per second of one tenant: 32 clients / 1 client",
      unit: "x",
      limit: 3,
      bound: "at least",
      // Speed with another end isn't speed.
      value: throughput.isSame ? ratio(throughput.many, throughput.one) : 0,
    },
    times(
      `${NAMES.get}, p50: while another tenant's clients flood that ${NOISES.patient.name} / alone`,
      1.5,
      slowing(results),
    ),
  ];
}

/** How much slower a quiet tenant reads beside one that asks for more than its limit, but keeps to it; nobody does where nobody was refused. */
function slowing({ neighbours }: Results): number | undefined {
  const patient = neighbours.find(({ noise }) => noise.name === NOISES.patient.name);
  if (patient === undefined || patient.refused === 0) return undefined;
  const read = patient.quiet.find(({ operation }) => operation === NAMES.get);
  return ratio(read?.beside.p50, read?.alone.p50);
}

/** CPU milliseconds; undefined where it wasn't measured. */
export function cpuOf({ measured }: Results, operation: string, size: number): number | undefined {
  return measured.find((one) => one.operation === operation && one.size === size)?.cpu;
}

export function grouped(size: number): string {
  return size.toLocaleString("en-US");
}

function times(text: string, limit: number, value: number | undefined): Target {
  return { text, unit: "x", limit, bound: "at most", value };
}

function milliseconds(text: string, limit: number, value: number | undefined): Target {
  return { text, unit: "ms", limit, bound: "at most", value };
}
