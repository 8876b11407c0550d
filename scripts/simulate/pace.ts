/** Waiting: between two requests for the sake of a rate, and before a request is sent again. */

export type Sleep = (ms: number) => Promise<void>;

export const sleep: Sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const FIRST_BACK_OFF_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/** Resolves when the next request may start, `rate` of them in a second; at once without a rate. */
export function startPace(rate: number | undefined): () => Promise<void> {
  if (rate === undefined) return () => Promise.resolve();
  let next = 0;
  return async () => {
    const now = performance.now();
    const slot = Math.max(now, next);
    next = slot + 1000 / rate;
    if (slot > now) await sleep(slot - now);
  };
}

/** What Retry-After asks for (seconds or a date, RFC 9110 10.2.3), otherwise 250 ms, 1 s, 4 s. */
export function retryDelay(attempt: number, retryAfter: string | undefined, now: number): number {
  const asked = retryAfter === undefined ? undefined : readRetryAfter(retryAfter, now);
  return Math.min(asked ?? FIRST_BACK_OFF_MS * 4 ** (attempt - 1), LONGEST_WAIT_MS);
}

function readRetryAfter(value: string, now: number): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
