/** CPU time of the processes that answer: workerd, which runs the Worker, its Durable Objects and D1, and sqld where it is the store. */
import { existsSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { descendantsOf } from "../local/process-table.ts";
import { Refusal } from "../local/settings.ts";

const NANOSECONDS_PER_MILLISECOND = 1e6;

/** Time that a thread ran, user and system, in milliseconds, of its `schedstat`: the ticks of `stat` come only 100 times a second. */
export function parseRunTime(schedstat: string): number {
  const nanoseconds = /^\d+/.exec(schedstat)?.[0];
  if (nanoseconds === undefined) throw new Error(`no run time in: ${schedstat}`);
  return Number(nanoseconds) / NANOSECONDS_PER_MILLISECOND;
}

/** A clock, in milliseconds, of all processes below this one that aren't Node: who starts and watches isn't counted. */
export function cpuClock(root: number): () => number {
  if (!existsSync("/proc/self/schedstat")) {
    throw new Refusal("The HTTP bench reads /proc/{pid}/task/{tid}/schedstat: it needs Linux.");
  }
  const pids = descendantsOf(root).flatMap(({ pid }) => (isNode(pid) ? [] : [pid]));
  if (pids.length === 0) throw new Error(`no process below ${root} answers requests`);
  // A thread that ended keeps what it had run when it was last looked at.
  const times = new Map<string, number>();
  return () => {
    for (const thread of pids.flatMap(threadsOf)) {
      const schedstat = readWhileThere(thread);
      if (schedstat !== undefined) times.set(thread, parseRunTime(schedstat));
    }
    return [...times.values()].reduce((sum, time) => sum + time, 0);
  };
}

function threadsOf(pid: number): readonly string[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).map((tid) => `${tasks}/${tid}/schedstat`);
}

/** Undefined where the thread has just ended. */
function readWhileThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function isNode(pid: number): boolean {
  return readlinkSync(`/proc/${pid}/exe`) === readlinkSync("/proc/self/exe");
}
