/** One run: play the IdP's requests, read the server back, compare. */
import { makeClient, Stop } from "./client.ts";
import { compare, type Difference } from "./compare.ts";
import { makeDirectory } from "./directory.ts";
import { openWire } from "./exchange.ts";
import type { Options, Target } from "./options.ts";
import { sleep } from "./pace.ts";
import { runPhases, type Progress } from "./phases.ts";
import { readBack } from "./read-back.ts";
import { summarize, type Summary } from "./report.ts";
import { startTally } from "./tally.ts";

export async function simulate(
  options: Options,
  target: Target,
  progress: Progress,
): Promise<Summary> {
  const { idp, dialect, seed, users, groups } = options;
  const directory = makeDirectory({ idp: idp.name, seed, users, groups });
  const tally = startTally();
  const wire = openWire(options.concurrency);
  const { headers } = idp;
  const client = makeClient({ ...target, headers, rate: options.rate, wire, tally, sleep });
  const start = performance.now();
  let differences: readonly Difference[] | undefined;
  let stopped: string | undefined;
  try {
    await runPhases(idp.plan(directory, client, dialect), options.concurrency, progress);
    const intended = idp.intend(directory, dialect);
    const read = await readBack(client, intended, progress);
    if (read !== undefined) {
      differences = [...read.faults, ...compare(intended, read.found)];
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    stopped = error.message;
  } finally {
    progress.stop();
    wire.close();
  }
  const seconds = (performance.now() - start) / 1000;
  const about = { idp: idp.name, dialect, seed, base: target.base, users, groups };
  return summarize(about, tally, { seconds, differences, stopped });
}
