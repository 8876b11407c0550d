/** Rounds over all operations of all subjects, interleaved: what drifts, drifts for all of them. */
import { measureBatch } from "./measure.ts";
import type { Sample, Subject } from "./measure.ts";
import { median, percentile } from "./statistics.ts";

export interface Measured {
  readonly operation: string;
  readonly size: number;
  /** CPU milliseconds per request: the median of the rounds. */
  readonly cpu: number;
  /** Between these lies the middle half of the rounds. */
  readonly range: readonly [number, number];
  /** Milliseconds, as the client sees it. */
  readonly p50: number;
  readonly p95: number;
  readonly cost: string;
}

export interface Rounds {
  readonly rounds: number;
  readonly requests: number;
  readonly onRound: (round: number) => void;
}

interface Entry {
  readonly operation: string;
  readonly size: number;
  readonly samples: Sample[];
}

/** Some rounds more go before those that count: code is compiled and caches are filled in them. */
export async function measureRounds(
  subjects: readonly Subject[],
  { rounds, requests, onRound }: Rounds,
): Promise<Measured[]> {
  const entries = new Map<string, Entry>();
  const names = [
    ...new Set(subjects.flatMap(({ operations }) => operations.map(({ name }) => name))),
  ];
  const warmUps = Math.ceil(rounds / 5);
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    if (round > 0) onRound(round);
    for (const name of names) {
      for (const subject of turned(subjects, round)) {
        const operation = subject.operations.find((one) => one.name === name);
        if (operation === undefined) continue;
        const sample = await measureBatch(subject, operation, {
          first: (round + warmUps - 1) * requests,
          requests,
        });
        const key = `${name} ${subject.size}`;
        const entry = entries.get(key) ?? { operation: name, size: subject.size, samples: [] };
        entries.set(key, entry);
        if (round > 0) entry.samples.push(sample);
      }
    }
  }
  return [...entries.values()].map(summed);
}

/** Another subject begins each round. */
function turned(subjects: readonly Subject[], round: number): readonly Subject[] {
  const from = round % subjects.length;
  return [...subjects.slice(from), ...subjects.slice(0, from)];
}

function summed({ operation, size, samples }: Entry): Measured {
  const times = samples.map(({ cpu }) => cpu);
  const latencies = samples.flatMap((sample) => sample.latencies);
  return {
    operation,
    size,
    cpu: median(times),
    range: [percentile(times, 0.25), percentile(times, 0.75)],
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    cost: samples.at(-1)?.cost ?? "",
  };
}
