/** A `npm run ...` of ours, as a terminal would hold it: in a process group of its own, with its output at hand. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { descendantsOf, listProcesses } from "../local/process-table.ts";
import { PROJECT } from "../local/settings.ts";
import { readObject, stateFiles } from "../local/state.ts";

const READY_MS = 90_000;

export interface Started {
  readonly pid: number;
  /** Resolves to the exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly output: () => string;
}

export interface Where {
  readonly port: number;
  readonly state: string;
}

/** Starts an npm script on this port and state. */
export function startScript(script: string, where: Where, env = {}): Started {
  const child = spawn("npm", ["run", script], {
    cwd: PROJECT,
    detached: true,
    env: { ...process.env, PORT: String(where.port), ROLLCALL_STATE: where.state, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exited = once(child, "exit").then(([code]: unknown[]) =>
    typeof code === "number" ? code : null,
  );
  return { pid: child.pid ?? 0, exited, output: () => output };
}

/** Waits for the `local.json` of this start, and gives it as strings. */
export async function readLocal(started: Started, where: Where): Promise<Record<string, string>> {
  const path = stateFiles(where.state).local;
  const ready = (): boolean => started.output().includes("Ctrl-C stops everything");
  const code = await Promise.race([started.exited, until(ready, READY_MS)]);
  if (code !== true) throw new Error(`not ready (${String(code)}):\n${started.output()}`);
  const local = Object.entries((await readObject(path)) ?? {});
  return Object.fromEntries(local.map(([name, value]) => [name, String(value)]));
}

/** The process that runs our script, below npm. */
export function scriptPid(started: Started): number {
  const script = listProcesses().find((row) => row.parent === started.pid && !row.zombie);
  if (script === undefined) throw new Error("npm has no child");
  return script.pid;
}

/** Everything below npm, and npm itself. */
export function allPids(started: Started): readonly number[] {
  return [started.pid, ...descendantsOf(started.pid).map((row) => row.pid)];
}

/** Which of these still live after this time at most. */
export async function survivors(pids: readonly number[], milliseconds: number): Promise<string> {
  const living = (): readonly number[] =>
    listProcesses()
      .filter((row) => pids.includes(row.pid) && !row.zombie)
      .map((row) => row.pid);
  await until(() => living().length === 0, milliseconds);
  return living().join(" ");
}

/** Whether it came true in time. */
async function until(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!condition() && Date.now() < deadline) {
    await sleep(50);
  }
  return condition();
}
