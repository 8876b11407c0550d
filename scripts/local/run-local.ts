/** The life of a local Rollcall, whatever engine runs the Worker: claim, prepare, run, provision, tell, end. */
import { once } from "node:events";
import { openDatabases } from "./databases.ts";
import type { Databases } from "./databases.ts";
import { jsonOf, makeLocalFile } from "./demo.ts";
import type { Before } from "./demo.ts";
import { ensureSigningKey } from "./keys.ts";
import { watchLifetime } from "./lifetime.ts";
import { claimState, releaseState } from "./owner.ts";
import { tryFor } from "./patience.ts";
import { requirePort } from "./ports.ts";
import { launch } from "./processes.ts";
import type { Command, Running } from "./processes.ts";
import { Refusal, databaseName, readSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import {
  makeStateFolder,
  readObject,
  readText,
  remove,
  stateFiles,
  writePrivate,
} from "./state.ts";
import type { StateFiles } from "./state.ts";
import { summaryOf } from "./summary.ts";
import { writeVariables } from "./variables.ts";

const LEAVING_MS = 2500;
const READY_MS = 60_000;

export interface Engine {
  /** What has to be there before the Worker runs, beside its databases: perhaps a bundle. */
  readonly prepare: (settings: Settings, files: StateFiles, signal: AbortSignal) => Promise<void>;
  readonly command: (settings: Settings, files: StateFiles) => Promise<Command>;
}

/** Runs until told to end; resolves to the exit code. */
export async function runLocal(engine: Engine): Promise<number> {
  const signal = watchLifetime();
  try {
    return await claimAndLive(engine, readSettings(process.env), signal);
  } catch (error) {
    if (signal.aborted) return 0;
    process.stderr.write(`\n${error instanceof Refusal ? error.message : inspectionOf(error)}\n`);
    return error instanceof Refusal ? error.exitCode : 1;
  }
}

async function claimAndLive(
  engine: Engine,
  settings: Settings,
  signal: AbortSignal,
): Promise<number> {
  const files = stateFiles(settings.state, databaseName(settings.store));
  await makeStateFolder(files);
  // An owner that left no time to clear up may still be ending; nobody else is waited for.
  const milliseconds = (await readText(files.owner)) === undefined ? 0 : LEAVING_MS;
  const patience = { milliseconds, signal };
  await tryFor(patience, () => requirePort(settings.port));
  await tryFor(patience, () => claimState(files));
  try {
    return await live(engine, settings, files, signal);
  } finally {
    await releaseState(files);
  }
}

async function live(
  engine: Engine,
  settings: Settings,
  files: StateFiles,
  signal: AbortSignal,
): Promise<number> {
  const before = await readBefore(settings, files);
  // Its presence means "ready", so an earlier one must not be found while we start.
  await remove(files.local);
  const [databases] = await Promise.all([
    openDatabases(settings, files, signal),
    engine.prepare(settings, files, signal),
  ]);
  try {
    return await liveOn(databases, engine, { settings, files, before, signal });
  } finally {
    await databases.stop();
  }
}

interface Life {
  readonly settings: Settings;
  readonly files: StateFiles;
  readonly before: Before;
  readonly signal: AbortSignal;
}

async function liveOn(
  databases: Databases,
  engine: Engine,
  { settings, files, before, signal }: Life,
): Promise<number> {
  const key = await ensureSigningKey(files);
  await writeVariables(settings, files, { key, databases });
  const running = launch(await engine.command(settings, files));
  const ended = Promise.race([running.exited, once(signal, "abort").then(() => undefined)]);
  const alone = databases.ended.then((code) => {
    throw new Refusal("The database server ended by itself.", code === 0 ? 1 : code);
  });
  // Who ends first is told below; the other is nobody's concern then.
  alone.catch(() => undefined);
  try {
    await untilAnswering(settings.origin, running, signal);
    const local = await makeLocalFile(settings.origin, files, key, before);
    signal.throwIfAborted();
    await writePrivate(files.database, databaseName(settings.store));
    await writePrivate(files.local, jsonOf(local));
    process.stdout.write(summaryOf(local, settings.state));
    running.show();
    const code = await Promise.race([ended, alone]);
    if (code === undefined) return 0;
    throw new Refusal("The Worker's runtime ended by itself.", code === 0 ? 1 : code);
  } catch (error) {
    if (!signal.aborted) process.stderr.write(running.untold());
    throw error;
  } finally {
    await running.stop();
  }
}

/** A `local.json` of another database names tokens that this one doesn't know. */
async function readBefore(settings: Settings, files: StateFiles): Promise<Before> {
  const database = (await readText(files.database)) ?? "d1";
  const isSame = database === databaseName(settings.store);
  return { local: isSame ? await readObject(files.local) : undefined };
}

async function untilAnswering(
  origin: string,
  running: Running,
  signal: AbortSignal,
): Promise<void> {
  const stillborn = running.exited.then((code) => {
    throw new Refusal("The Worker did not start.", code === 0 ? 1 : code);
  });
  const answering = tryFor({ milliseconds: READY_MS, signal }, async () => {
    const response = await fetch(origin, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    });
    await response.arrayBuffer();
  });
  await Promise.race([answering, stillborn]);
}

function inspectionOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
