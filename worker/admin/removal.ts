/** Deleting a tenant: a mark at once, then its rows in steps that anybody may take up again. */
import type { Store } from "../execute/store.ts";
import { planMarked, planStep } from "./removal-statements.ts";
import { textOf } from "./row.ts";

/** Most steps in one invocation, whose subrequests and time are bounded. */
const STEPS = 100;

/** Removes rows of a marked tenant, one batch per step; true once nothing is left. */
export async function removeRows(store: Store, tenant: string, steps = STEPS): Promise<boolean> {
  for (let step = 0; step < steps; step += 1) {
    const results = await store.batch(planStep(tenant));
    if (results.at(-1)?.length === 0) return true;
  }
  return false;
}

/** Goes on with every removal that was cut short: for a schedule. */
export async function resumeRemovals(store: Store): Promise<void> {
  for (const row of await store.query(planMarked())) {
    await removeRows(store, textOf(row, "tenant_id"));
  }
}
