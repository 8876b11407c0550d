/** A quiet tenant beside a noisy one: what its requests take alone, and while another tenant's clients flood. */
import { setTimeout as wait } from "node:timers/promises";
import { startPace } from "../simulate/pace.ts";
import { expectStatus } from "./client.ts";
import type { Call } from "./client.ts";
import { startFlood } from "./flood.ts";
import type { Answered, Flood, Manner } from "./flood.ts";
import { NAMES } from "./operations.ts";
import { FLOOD_CLIENTS, getUser, patchUser } from "./scenarios.ts";
import type { Seat } from "./scenarios.ts";
import type { SeededTenant } from "./seed.ts";
import { percentile } from "./statistics.ts";

/** Requests per second: as many as Entra sends at the least to a service provider of its gallery. */
const QUIET_RATE = 25;
/** Numbers of changes that no earlier scenario made: a change that changes nothing would cost less. */
const [QUIET_FROM, FLOOD_FROM] = [1_000_000, 2_000_000];
/** Milliseconds in which a flood without a limit comes up to its speed. */
const RISE_MS = 1000;
/** Milliseconds in which clients spend what a limit holds. */
const SPENT_MS = 30_000;

export interface Noise {
  /** Whose clients they are, and what they do. */
  readonly name: string;
  readonly manner: Manner;
  /** Whether the server has a limit, which they reach. */
  readonly isLimited: boolean;
  /** Whether they are the quiet tenant's own. */
  readonly isOwn: boolean;
}

const ANOTHERS = { manner: "waits", isLimited: false, isOwn: false } as const;

/** By the server that they are measured on: with the limit of production, and without one. */
export const NOISES = Object.freeze({
  patient: { ...ANOTHERS, name: "keep to Retry-After", isLimited: true },
  insistent: { ...ANOTHERS, name: "ignore 429", manner: "insists", isLimited: true },
  unlimited: { ...ANOTHERS, name: "have no limit" },
  own: { ...ANOTHERS, name: "have no limit, and are its own", isOwn: true },
} satisfies Record<string, Noise>);

/** Milliseconds. */
interface Latency {
  readonly p50: number;
  readonly p95: number;
}

export interface Neighbour {
  readonly noise: Noise;
  /** The noisy clients' requests, per second. */
  readonly accepted: number;
  readonly refused: number;
  readonly quiet: readonly QuietOperation[];
}

export interface QuietOperation {
  readonly operation: string;
  /** Before and after all noise. */
  readonly alone: Latency;
  readonly beside: Latency;
}

/** What the quiet tenant asks for, in turns. */
const QUIET: readonly {
  readonly operation: string;
  readonly callOf: (tenant: SeededTenant, index: number) => Call;
}[] = [
  { operation: NAMES.get, callOf: getUser },
  { operation: NAMES.patch, callOf: patchUser },
];

/** Milliseconds of each request, by operation. */
type Times = readonly (readonly number[])[];

/** `requests` of each operation alone, and as many beside each noise. The first noise spends what the limit holds. */
export async function measureNeighbours(
  { quiet, noisy }: { readonly quiet: Seat; readonly noisy: Seat },
  noises: readonly Noise[],
  requests: number,
): Promise<Neighbour[]> {
  let first = QUIET_FROM;
  const work = async (share: number): Promise<Times> => {
    const count = Math.ceil(requests * share);
    const times = await timesOf(quiet, { first, count });
    first += count;
    return times;
  };
  await work(0.2);
  const before = await work(0.5);
  const heard: { noise: Noise; answered: Answered; times: Times }[] = [];
  for (const [index, noise] of noises.entries()) {
    const seat = noise.isOwn ? quiet : noisy;
    const from = FLOOD_FROM + index * FLOOD_FROM;
    heard.push({ noise, ...(await during(noise, seat, from, () => work(1))) });
  }
  const after = await work(0.5);
  return heard.map(({ noise, answered, times }) => ({
    noise,
    ...answered,
    quiet: QUIET.map(({ operation }, index) => ({
      operation,
      alone: latencyOf([...(before[index] ?? []), ...(after[index] ?? [])]),
      beside: latencyOf(times[index] ?? []),
    })),
  }));
}

function latencyOf(times: readonly number[]): Latency {
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
}

/** Each request starts at its time, whether or not the one before is answered: who only asks when it is served wouldn't see a queue. */
async function timesOf(
  { client, tenant }: Seat,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<Times> {
  const pace = startPace(QUIET_RATE);
  const time = async (call: Call): Promise<number> => {
    const start = performance.now();
    expectStatus(await client.call(call), call, 200);
    return performance.now() - start;
  };
  const times: Promise<number>[][] = QUIET.map(() => []);
  for (let index = first; index < first + count; index += 1) {
    for (const [at, { callOf }] of QUIET.entries()) {
      await pace();
      const timed = time(callOf(tenant, index));
      // Judged below, where all are waited for.
      timed.catch(() => undefined);
      times[at]?.push(timed);
    }
  }
  return Promise.all(times.map((all) => Promise.all(all)));
}

/** Runs `body` beside this noise, once it is as loud as it stays; what its clients were answered per second meanwhile. */
async function during(
  noise: Noise,
  { connection, tenant }: Seat,
  first: number,
  body: () => Promise<Times>,
): Promise<{ readonly answered: Answered; readonly times: Times }> {
  const { users } = tenant;
  const { manner } = noise;
  const flood = startFlood({ connection, users, first, manner, clients: FLOOD_CLIENTS });
  try {
    await Promise.race([noise.isLimited ? untilRefused(flood) : wait(RISE_MS), flood.failed]);
    const [before, start] = [flood.answered(), performance.now()];
    const times = await Promise.race([body(), flood.failed]);
    const [after, seconds] = [flood.answered(), (performance.now() - start) / 1000];
    const accepted = (after.accepted - before.accepted) / seconds;
    return { answered: { accepted, refused: (after.refused - before.refused) / seconds }, times };
  } finally {
    await flood.end();
  }
}

/** A limit holds more for whoever begins than it fills up with. A machine that is too slow for the limit never reaches it, as the table then shows. */
async function untilRefused({ answered }: Flood): Promise<void> {
  const end = performance.now() + SPENT_MS;
  while (answered().refused < FLOOD_CLIENTS && performance.now() < end) await wait(100);
}
