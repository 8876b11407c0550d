/** The two servers of a bench, each as `npm run serve` runs one: Rollcall on a seeded state, and the floor. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tryFor } from "../local/patience.ts";
import { freePort } from "../local/ports.ts";
import { launch } from "../local/processes.ts";
import type { Running } from "../local/processes.ts";
import { Refusal } from "../local/settings.ts";
import { makeStateFolder, readText, stateFiles, writePrivate } from "../local/state.ts";
import type { StateFiles } from "../local/state.ts";
import { OFFLINE, build, migrateD1 } from "../local/wrangler.ts";
import { cpuClock } from "./cpu-time.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import type { SeedStore } from "./sqlite-store.ts";

const SERVE = fileURLToPath(new URL("../serve.ts", import.meta.url));
const MINIFLARE = fileURLToPath(new URL("../local/miniflare.ts", import.meta.url));
const FLOOR = fileURLToPath(new URL("floor/wrangler.toml", import.meta.url));
const READY_MS = 90_000;

export interface Server {
  readonly origin: string;
  /** CPU milliseconds of the processes that answer. */
  readonly cpu: () => number;
}

export interface RollcallOptions<T> {
  readonly signal: AbortSignal;
  /** Operations that each token may ask for in 10 s; 0: as many as it likes. */
  readonly operationLimit: number;
  readonly seed: (store: SeedStore) => Promise<T>;
}

/** Runs `body` with Rollcall on what `seed` wrote. */
export async function withRollcall<T>(
  { signal, operationLimit, seed }: RollcallOptions<T>,
  body: (server: Server, seeded: T) => Promise<void>,
): Promise<void> {
  await withState(async (files) => {
    await migrateD1(files, "DB", signal);
    const store = openSqliteStore(files);
    const seeded = await seed(store).finally(store.close);
    const port = await freePort();
    const env = {
      PORT: String(port),
      ROLLCALL_STATE: files.folder,
      COST_HEADER: "1",
      RATE_LIMIT_OPERATIONS: String(operationLimit),
    };
    const isReady = async (): Promise<void> => {
      if ((await readText(files.local)) === undefined) throw new Error("npm run serve isn't ready");
    };
    const running = launch({ args: [SERVE], env });
    await withRunning(running, { port, isReady, signal }, (server) => body(server, seeded));
  });
}

/** Runs `body` with the floor. */
export async function withFloor(
  signal: AbortSignal,
  body: (server: Server) => Promise<void>,
): Promise<void> {
  await withState(async (files) => {
    await build(files, signal, { config: FLOOR });
    await writePrivate(files.variables, "");
    const port = await freePort();
    const isReady = async (): Promise<void> => {
      await (await fetch(`http://127.0.0.1:${port}/empty`)).arrayBuffer();
    };
    const running = launch({ args: [MINIFLARE, String(port), files.folder, FLOOR], env: OFFLINE });
    await withRunning(running, { port, isReady, signal }, async (server) => {
      await fetch(`${server.origin}/fill`, { method: "POST" });
      await body(server);
    });
  });
}

interface Start {
  readonly port: number;
  readonly isReady: () => Promise<void>;
  readonly signal: AbortSignal;
}

async function withRunning(
  running: Running,
  { port, isReady, signal }: Start,
  body: (server: Server) => Promise<void>,
): Promise<void> {
  try {
    const stillborn = running.exited.then((code) => {
      throw new Error(`a server ended (${code}):\n${running.untold()}`);
    });
    await Promise.race([tryFor({ milliseconds: READY_MS, signal }, isReady), stillborn]);
    const server = { origin: `http://127.0.0.1:${port}`, cpu: cpuClock(running.pid) };
    await Promise.race([body(server), stillborn, abortOf(signal)]);
  } finally {
    await running.stop();
  }
}

/** Rejects when we have to go. */
async function abortOf(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw new Refusal("The bench was ended.");
}

async function withState(body: (files: StateFiles) => Promise<void>): Promise<void> {
  const files = stateFiles(await mkdtemp(join(tmpdir(), "rollcall-bench-")));
  try {
    await makeStateFolder(files);
    await body(files);
  } finally {
    await rm(files.folder, { recursive: true, force: true });
  }
}
