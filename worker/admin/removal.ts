/** Deleting a tenant: a mark at once, then its rows in steps that anybody may take up again. */
import { noCost } from "../execute/store.ts";
import type { Stores } from "../execute/stores.ts";
import { planMark, planMarked, planShownTombstone, planStep } from "./removal-statements.ts";
import { textOf } from "./row.ts";

/** Most steps in one invocation, whose subrequests and time are bounded. */
const STEPS = 100;

/** False where there is no such tenant. The main database is marked first: from there a schedule takes up what ends half-way. */
export async function markForRemoval(stores: Stores, tenant: string, now: Date): Promise<boolean> {
  const mark = planMark(tenant, now.toISOString());
  const [marked] = await stores.main(noCost()).batch(mark);
  const [row] = marked ?? [];
  if (row === undefined) return false;
  if (row["shard"] !== null) await stores.storeFor(tenant, noCost()).batch(mark);
  return true;
}

/** Removes rows of a marked tenant, one batch per step; true once nothing is left. */
export async function removeRows(stores: Stores, tenant: string, steps = STEPS): Promise<boolean> {
  const store = stores.storeFor(tenant, noCost());
  for (let step = 0; step < steps; step += 1) {
    const results = await store.batch(planStep(tenant));
    if (results.at(-1)?.length === 0) {
      if (stores.shards.size > 0) await stores.main(noCost()).query(planShownTombstone(tenant));
      return true;
    }
  }
  return false;
}

/** Goes on with every removal that was cut short: for a schedule. */
export async function resumeRemovals(stores: Stores, now: Date): Promise<void> {
  for (const row of await stores.main(noCost()).query(planMarked())) {
    const tenant = textOf(row, "tenant_id");
    // Its shard may not have been told yet.
    if (row["shard"] !== null) await markForRemoval(stores, tenant, now);
    await removeRows(stores, tenant);
  }
}
