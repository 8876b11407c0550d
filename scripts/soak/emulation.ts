/** `npm run serve` on one state, killed and started again. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { allPids, readLocal, startScript, survivors } from "../e2e/started.ts";
import type { Started, Where } from "../e2e/started.ts";

export interface Emulation {
  /** `local.json` of the present start. */
  readonly local: () => Readonly<Record<string, string>>;
  readonly start: () => Promise<void>;
  /** SIGKILL to every process of it; resolves when none is left. */
  readonly kill: () => Promise<void>;
  /** The same for who has no time to wait. */
  readonly killNow: () => readonly number[];
}

const GONE_MS = 10_000;

export function makeEmulation(where: Where, env: Readonly<Record<string, string>>): Emulation {
  let running: Started | undefined;
  let local: Readonly<Record<string, string>> = {};
  let starts = 0;

  /** The deepest first: the Worker's runtime is to have no warning by the death of its parents. */
  const killNow = (): readonly number[] => {
    if (running === undefined) return [];
    const pids = allPids(running).toReversed();
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by the death of another.
      }
    }
    return pids;
  };

  return {
    local: () => local,
    async start() {
      starts += 1;
      running = startScript("serve", where, env);
      local = await readLocal(running, where);
    },
    async kill() {
      const left = await survivors(killNow(), GONE_MS);
      if (left !== "") throw new Error(`SIGKILL left ${left}`);
      await writeFile(join(where.state, `serve-${starts}.log`), running?.output() ?? "");
      running = undefined;
    },
    killNow,
  };
}
