/** Deleting a tenant: a mark at once, then its rows in steps that anybody may take up again. */
import { noCost } from "../execute/store.ts";
import type { Stores } from "../execute/stores.ts";
import { planMark, planMarked, planShownTombstone, planStep } from "./removal-statements.ts";
import { textOf } from "./row.ts";

/** Most steps in one invocation, whose subrequests and time are bounded. */
const STEPS = 100;

/** Marks the tenant in its own database, after the main one: from there a schedule takes up what ends half-way. */
export async function markInShard(stores: Stores, tenant: string, now: Date): Promise<void> {
  await stores.storeFor(tenant, noCost()).batch(planMark(tenant, now.toISOString()).statements);
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
    if (row["shard"] !== null) await markInShard(stores, tenant, now);
    await removeRows(stores, tenant);
  }
}
