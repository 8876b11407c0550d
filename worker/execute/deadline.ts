/** A store whose calls end: each has a deadline, what failed in passing is named so, and reads are tried once more. */
import type { Statement } from "../plan/statement.ts";
import { isPassing } from "./passing.ts";
import { GuardFailed, StoreUnavailable, UniqueViolation } from "./store.ts";
import type { OpenStore } from "./store.ts";

export interface Deadlines {
  /** Milliseconds for reads, the second try included. */
  readonly read: number;
  /** Milliseconds for what writes. */
  readonly write: number;
}

/** D1 ends a query at 30 s; identity providers give up on a request at 30 s or later. */
export const DEADLINES: Deadlines = Object.freeze({ read: 10_000, write: 15_000 });

/** A read that failed in its first part of the time is tried once more in what is left. */
const RETRY_WITHIN = 0.5;

/**
 * What passed its deadline goes on in the database: a write may be committed after it was given up. It is for the caller to find out
 * (see `write.ts`), for nobody else knows by what a write is recognised.
 */
export function withDeadlines(open: OpenStore, deadlines: Deadlines = DEADLINES): OpenStore {
  return (cost) => {
    const store = open(cost);
    return {
      query: (one) => limited(() => store.query(one), [one], deadlines),
      batch: (all) => limited(() => store.batch(all), all, deadlines),
    };
  };
}

async function limited<Result>(
  call: () => Promise<Result>,
  statements: readonly Statement[],
  { read, write }: Deadlines,
): Promise<Result> {
  if (!statements.every(isRead)) return within(write, call);
  const started = Date.now();
  try {
    return await within(read, call);
  } catch (error) {
    const passed = Date.now() - started;
    if (!(error instanceof StoreUnavailable) || passed > read * RETRY_WITHIN) throw error;
    return within(read - passed, call);
  }
}

/** Values are never in the text, so a word that writes is a statement that writes. */
function isRead({ sql }: Statement): boolean {
  return (
    /^\s*(SELECT|WITH)\b/i.test(sql) && !/\b(INSERT|UPDATE|DELETE|REPLACE\s+INTO)\b/i.test(sql)
  );
}

async function within<Result>(milliseconds: number, call: () => Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StoreUnavailable(`no answer within ${milliseconds} ms`)),
    milliseconds,
  );
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw named(error);
  } finally {
    clearTimeout(timer);
  }
}

function named(error: unknown): unknown {
  const isNamed =
    error instanceof GuardFailed ||
    error instanceof UniqueViolation ||
    error instanceof StoreUnavailable;
  if (isNamed || !isPassing(error)) return error;
  return new StoreUnavailable("the database failed in passing", { cause: error });
}
