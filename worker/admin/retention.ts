/** What has been kept long enough goes, in bounded steps that the next run takes up again. */
import type { Store } from "../execute/store.ts";
import { CHUNK, planExpiredStep } from "./retention-statements.ts";

/** Most steps in one invocation, whose subrequests and time are bounded. */
const STEPS = 50;

/** Removes what has expired from one database; true once nothing of it is left. */
export async function removeExpired(store: Store, now: Date, steps = STEPS): Promise<boolean> {
  for (let step = 0; step < steps; step += 1) {
    const results = await store.batch(planExpiredStep(now));
    if (results.every(([row]) => row?.["gone"] !== CHUNK)) return true;
  }
  return false;
}
