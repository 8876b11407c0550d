/** `npm start` on a state and a port of its own, gone when the caller is done or dead. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tryFor } from "../local/patience.ts";
import { freePort } from "../local/ports.ts";
import { launch } from "../local/processes.ts";
import type { Running } from "../local/processes.ts";
import { readObject, stateFiles } from "../local/state.ts";
import type { Target } from "./check.ts";

const START = fileURLToPath(new URL("../start.ts", import.meta.url));
const READY_MS = 90_000;

/** Runs `body` against a Rollcall that holds nothing yet. */
export async function withStarted(
  signal: AbortSignal,
  body: (target: Target) => Promise<void>,
): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), "rollcall-conformance-"));
  const env = { PORT: String(await freePort()), ROLLCALL_STATE: state };
  const running = launch({ args: [START], env });
  try {
    await body(await readTarget(state, running, signal));
  } finally {
    await running.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** `local.json` is there as soon as all is ready. */
async function readTarget(state: string, running: Running, signal: AbortSignal): Promise<Target> {
  const stillborn = running.exited.then(() => {
    throw new Error(`npm start ended:\n${running.untold()}`);
  });
  const ready = tryFor({ milliseconds: READY_MS, signal }, async () => {
    const { scimBaseUrl, scimToken } = (await readObject(stateFiles(state).local)) ?? {};
    if (typeof scimBaseUrl === "string" && typeof scimToken === "string") {
      return { base: scimBaseUrl, token: scimToken };
    }
    throw new Error(`npm start was not ready in time:\n${running.untold()}`);
  });
  return Promise.race([ready, stillborn]);
}
