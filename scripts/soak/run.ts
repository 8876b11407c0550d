/** A soak from its first start to its figures: traffic, kills, a look after each, and the whole at the end. */
import { adminApi } from "../local/admin-api.ts";
import type { Difference } from "../simulate/compare.ts";
import { sleep } from "../simulate/pace.ts";
import type { Progress } from "../simulate/phases.ts";
import { startRandom } from "../simulate/random.ts";
import { verifyTenant } from "../transfer/verify.ts";
import type { Emulation } from "./emulation.ts";
import { compareWhole, lookAt } from "./look.ts";
import type { SoakOptions } from "./options.ts";
import { figuresOf, type SoakFigures, type TenantFigures } from "./report.ts";
import { driveTenant, openTenant, type SoakTenant } from "./tenant.ts";
import { makeGate, type Gate } from "./wire.ts";

/** Before a kill requests pile up for so long, then all go at once: so that it meets writes at every stage. */
const HELD_MS = 500;
const MOST_DELAY_MS = 80;

export async function soak(
  options: SoakOptions,
  emulation: Emulation,
  progress: Progress,
): Promise<SoakFigures> {
  const begun = performance.now();
  progress.grow(Math.ceil(options.minutes * 60));
  progress.enter("starting", 0);
  await emulation.start();
  const gate = makeGate();
  const tenants = await openTenants(options, emulation, gate);
  try {
    const deadline = performance.now() + options.minutes * 60_000;
    const isOver = (): boolean => performance.now() >= deadline;
    const driving = Promise.all(tenants.map((tenant) => driveTenant(tenant, options, isOver)));
    gate.open();
    const kills = await Promise.race([
      killAgainAndAgain({ options, emulation, gate, tenants, deadline, progress }),
      // Only its failure comes first: the traffic goes on until after the deadline.
      driving.then(() => new Promise<number>(() => undefined)),
    ]);
    progress.enter("the last companies", 0);
    await driving;
    const figures: TenantFigures[] = [];
    for (const tenant of tenants) {
      progress.enter(`compare ${tenant.id}`, 0);
      figures.push(await concludeTenant(tenant, { emulation, kills, progress }));
    }
    return { options, seconds: (performance.now() - begun) / 1000, kills, tenants: figures };
  } finally {
    for (const tenant of tenants) tenant.close();
  }
}

async function openTenants(
  options: SoakOptions,
  emulation: Emulation,
  gate: Gate,
): Promise<readonly SoakTenant[]> {
  const { origin = "", adminBaseUrl = "", adminToken = "" } = emulation.local();
  const call = adminApi(adminBaseUrl, adminToken);
  const tenants: SoakTenant[] = [];
  for (let index = 0; index < options.tenants; index += 1) {
    tenants.push(await openTenant(call, origin, index, { gate, options }));
  }
  return tenants;
}

interface Killing {
  readonly options: SoakOptions;
  readonly emulation: Emulation;
  readonly gate: Gate;
  readonly tenants: readonly SoakTenant[];
  readonly deadline: number;
  readonly progress: Progress;
}

/** @returns how often the emulation was killed and came back */
async function killAgainAndAgain(killing: Killing): Promise<number> {
  const { options, emulation, gate, tenants, deadline, progress } = killing;
  const random = startRandom(options.seed, "kills");
  const every = options.killEvery * 1000;
  let kills = 0;
  for (let next = performance.now() + every; next < deadline; next += every) {
    progress.enter(`killed ${kills} times`, 0);
    await pass(next, progress);
    gate.close();
    await sleep(HELD_MS);
    gate.open();
    await sleep(random.below(MOST_DELAY_MS));
    const killed = emulation.kill();
    gate.close();
    await killed;
    await gate.idle();
    await emulation.start();
    await Promise.all(tenants.map(lookAt));
    gate.open();
    kills += 1;
  }
  progress.enter(`killed ${kills} times`, 0);
  await pass(deadline, progress);
  return kills;
}

async function concludeTenant(
  tenant: SoakTenant,
  end: { readonly emulation: Emulation; readonly kills: number; readonly progress: Progress },
): Promise<TenantFigures> {
  const { adminBaseUrl = "", adminToken = "" } = end.emulation.local();
  const lookedAt = tenant.looks.count;
  await lookAt(tenant);
  const differences: readonly Difference[] | undefined = await compareWhole(tenant, end.progress);
  const target = { tenant: tenant.id, call: adminApi(adminBaseUrl, adminToken) };
  const { checked, findings } = await verifyTenant(target, false, end.progress);
  const verified = Object.values(checked).reduce((total, rows) => total + rows, 0);
  return figuresOf(tenant, { kills: lookedAt, differences, verified, findings });
}

/** Waits for this moment of `performance.now()`, a step of the progress each second. */
async function pass(until: number, progress: Progress): Promise<void> {
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    await sleep(Math.min(1000, left));
    progress.advance();
  }
}
