/** What a run counts, by kind of request. */

export interface KindTally {
  /** Milliseconds of each request that was answered. */
  readonly times: number[];
  requests: number;
  errors: number;
  retries: number;
}

export interface Failure {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status, or what the network said. */
  readonly status: string;
  readonly detail: string;
}

export interface Tally {
  readonly kinds: Map<string, KindTally>;
  /** The first failures only; `KindTally.errors` counts all. */
  readonly failures: Failure[];
}

export const LISTED = 20;

export function startTally(): Tally {
  return { kinds: new Map(), failures: [] };
}

export function kindTally(tally: Tally, kind: string): KindTally {
  const present = tally.kinds.get(kind);
  if (present !== undefined) return present;
  const made: KindTally = { times: [], requests: 0, errors: 0, retries: 0 };
  tally.kinds.set(kind, made);
  return made;
}

export function countFailure(tally: Tally, failure: Failure): void {
  kindTally(tally, failure.kind).errors += 1;
  if (tally.failures.length < LISTED) tally.failures.push(failure);
}

/** Nearest rank: the smallest time that at least `percent` of all times don't exceed; undefined for no times. */
export function percentile(times: readonly number[], percent: number): number | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
