/** Placing a tenant on a shard, or back in the main database, while it is empty. */
import * as v from "valibot";
import { noCost } from "../execute/store.ts";
import type { Row, Store } from "../execute/store.ts";
import type { Stores } from "../execute/stores.ts";
import { operatorEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { whileAside } from "./beside-writer.ts";
import * as plan from "./placement-statements.ts";
import { ProblemError, inputProblem } from "./problem.ts";
import { textOrNull } from "./row.ts";
import { planTenant } from "./tenant-statements.ts";
import { TENANT, found, tenantOf } from "./tenants.ts";

const PLACEMENT = v.strictObject({ shard: v.nullable(v.string()) });

export const PLACEMENT_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  operatorEndpoint({
    operation: "placeTenant",
    method: "POST",
    path: "/tenants/:id/placement",
    summary: "Place a tenant that has no data on a shard; null: in the main database",
    body: PLACEMENT,
    success: { status: 200, body: TENANT },
    problems: [404, 409],
    async answer({ store, stores, param, body, change, writerOf }) {
      const id = param("id");
      if (body.shard !== null && !stores.shards.has(body.shard))
        throw noSuchShard(body.shard, stores);
      const from = textOrNull(await readTenant(store, id), "shard");
      if (from !== body.shard) {
        // What its writer knows is of the database that it leaves.
        const beside = { tenant: id, openWriter: () => writerOf(id) };
        await whileAside(beside, () => move(stores, id, from, body.shard));
        await change([plan.planNoted(id, body.shard)]);
      }
      return { status: 200, body: tenantOf(await readTenant(store, id)) };
    },
  }),
]);

async function move(
  stores: Stores,
  id: string,
  from: string | null,
  to: string | null,
): Promise<void> {
  if (from !== null) await takeBack(stores, id, from);
  if (to !== null) await place(stores, id, to);
}

/** The shard knows the tenant before the main database sends anybody there. */
async function place(stores: Stores, id: string, name: string): Promise<void> {
  const [main, shard] = [stores.main(noCost()), openShard(stores, name)];
  const [[tenant] = [], audit = []] = await main.batch(plan.planCarried(id));
  if (tenant === undefined) throw hasData(id);
  await shard.batch(plan.planArrival(tenant, carriedText(audit, id)));
  const [placed] = await main.batch(plan.planPlacement(tenant, name));
  if (placed?.length === 1) return;
  await shard.batch(plan.planDeparture(id));
  throw hasData(id);
}

/** The shard forgets the tenant before the main database has it again: in between it is nowhere, never in two places. */
async function takeBack(stores: Stores, id: string, name: string): Promise<void> {
  const [main, shard] = [stores.main(noCost()), openShard(stores, name)];
  const [, audit = []] = await shard.batch(plan.planCarried(id));
  await main.batch([plan.planAudit(carriedText(audit, id))]);
  const results = await shard.batch(plan.planDeparture(id));
  if (results.at(-1)?.length !== 0) throw hasData(id);
  await main.batch(plan.planReturn(id, name));
}

async function readTenant(store: Store, id: string): Promise<Row> {
  const row = found(await store.query(planTenant(id)), id);
  if (row["status"] === "deleting") throw new ProblemError(409, "the tenant is being deleted");
  return row;
}

function openShard(stores: Stores, name: string): Store {
  const open = stores.shards.get(name);
  if (open === undefined) throw noSuchShard(name, stores);
  return open(noCost());
}

/** What was done to the tenant goes with it, as JSON. */
function carriedText(audit: readonly Row[], id: string): string {
  if (audit.length > plan.MOST_CARRIED) throw hasData(id);
  return JSON.stringify(audit);
}

function noSuchShard(name: string, { shards }: Stores): ProblemError {
  const names = [...shards.keys()].join(", ");
  return inputProblem("shard", `there is no shard "${name}"; there are: ${names}`);
}

function hasData(id: string): ProblemError {
  return new ProblemError(409, `the tenant "${id}" has data: only an empty tenant can be placed`);
}
