/** Runs a program to its end, for a bounded time. */
import { execFile } from "node:child_process";

const MOST_OUTPUT = 64 * 1024 * 1024;

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

export interface Ended {
  /** Undefined where it could not be started, or was ended because its time was up. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Rejects only when the signal aborts. */
export function execute(program: Program, signal: AbortSignal): Promise<Ended> {
  const { file, args, env, milliseconds } = program;
  const options = {
    env: { ...process.env, ...env },
    timeout: milliseconds,
    killSignal: "SIGKILL",
    maxBuffer: MOST_OUTPUT,
    signal,
  } as const;
  return new Promise((resolve, reject) => {
    execFile(file, [...args], options, (error, stdout, stderr) => {
      if (signal.aborted) reject(new Error("Interrupted."));
      else resolve({ exitCode: exitCodeOf(error), stdout, stderr });
    });
  });
}

function exitCodeOf(error: Error | null): number | undefined {
  if (error === null) return 0;
  const code = "code" in error ? error.code : undefined;
  return typeof code === "number" ? code : undefined;
}
