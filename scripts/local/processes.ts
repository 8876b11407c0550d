/** Starts commands so that nothing of them outlives us, however we end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { livingInGroup } from "./process-table.ts";
import { PROJECT } from "./settings.ts";

const SUPERVISOR = fileURLToPath(new URL("supervise.ts", import.meta.url));
const LAST_RESORT_MS = 5000;

export interface Running {
  /** Of the supervisor, below which all of it runs. */
  readonly pid: number;
  /** Resolves to its exit code; 1 where a signal ended it. */
  readonly exited: Promise<number>;
  /** What it printed, both streams, before `show`. */
  readonly untold: () => string;
  /** From now on what it prints goes to our streams. */
  readonly show: () => void;
  /** Ends it with all its children; resolves when none is left. */
  readonly stop: () => Promise<void>;
}

export interface Command {
  /** Node by default. */
  readonly program?: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a program with these arguments in a process group of its own, below a supervisor. */
export function launch(command: Command): Running {
  const child = spawn(
    process.execPath,
    [SUPERVISOR, command.program ?? process.execPath, ...command.args],
    {
      cwd: PROJECT,
      env: { ...process.env, ...command.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  const group = child.pid ?? 0;
  const exited = once(child, "exit").then(([code]: unknown[]) =>
    typeof code === "number" ? code : 1,
  );
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // Where it is gone already there is nobody to tell.
  child.stdin.on("error", () => undefined);
  return {
    pid: group,
    exited,
    untold: () => printed,
    show() {
      printed = "";
      child.stdout.off("data", keep).pipe(process.stdout, { end: false });
      child.stderr.off("data", keep).pipe(process.stderr, { end: false });
    },
    async stop() {
      child.stdin.end();
      await Promise.race([exited, sleep(LAST_RESORT_MS)]);
      await endGroup(group);
    },
  };
}

/** Runs to the end; rejects with what it printed where it fails. */
export async function run(command: Command, signal: AbortSignal): Promise<void> {
  const running = launch(command);
  const aborted = once(signal, "abort").then(() => undefined);
  const code = signal.aborted ? undefined : await Promise.race([running.exited, aborted]);
  await running.stop();
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${command.args.join(" ")}\n${running.untold()}`);
}

async function endGroup(group: number): Promise<void> {
  if (group === 0) return;
  const deadline = Date.now() + LAST_RESORT_MS;
  while (livingInGroup(group).length > 0 && Date.now() < deadline) {
    killGroup(group);
    await sleep(20);
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It ended between the look and the kill.
  }
}
