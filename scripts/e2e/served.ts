/** `npm run serve` on a state of its own, for as long as something is done with it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../local/ports.ts";
import { readLocal, scriptPid, startScript } from "./started.ts";
import type { Where } from "./started.ts";

export interface Served extends Where {
  readonly stop: () => void;
  readonly stopped: Promise<unknown>;
}

export async function withServed(
  env: Readonly<Record<string, string>>,
  use: (local: Record<string, string>, served: Served) => Promise<void>,
): Promise<void> {
  const where = { port: await freePort(), state: await mkdtemp(join(tmpdir(), "rollcall-e2e-")) };
  const started = startScript("serve", where, env);
  const stop = (): void => {
    try {
      process.kill(scriptPid(started), "SIGTERM");
    } catch {
      // It has ended already.
    }
  };
  try {
    await use(await readLocal(started, where), { ...where, stop, stopped: started.exited });
  } finally {
    stop();
    await started.exited;
    await rm(where.state, { recursive: true, force: true });
  }
}
