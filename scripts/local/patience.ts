/** Tries again for a while: what an earlier start held may still be on its way out. */
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 100;

export interface Patience {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** The first success; the last failure when time is up; the signal's reason when that comes first. */
export async function tryFor<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience.milliseconds;
  for (;;) {
    patience.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
