/** CPU time of the processes that answer: workerd, which runs the Worker, its Durable Objects and D1, and sqld where it is the store. */
import { readFileSync, readlinkSync } from "node:fs";
import { descendantsOf } from "../local/process-table.ts";
import { Refusal } from "../local/settings.ts";

/** Ticks of `/proc/{pid}/stat` per second; Linux shows 100 to every program, whatever the kernel counts in. */
const TICKS_PER_SECOND = 100;

/** User and system time of a process with all its threads, those that ended included, in milliseconds. */
export function parseCpuTime(stat: string): number {
  // pid (name) state ppid ...: the name may hold anything, so count from its last bracket. utime and stime are the 14th and 15th.
  const values = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(values[11]) + Number(values[12]);
  if (!Number.isFinite(ticks)) throw new Error(`no process times in: ${stat}`);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** A clock, in milliseconds, of all processes below this one that aren't Node: who starts and watches isn't counted. */
export function cpuClock(root: number): () => number {
  if (process.platform !== "linux")
    throw new Refusal("The HTTP bench reads /proc: it needs Linux.");
  const pids = descendantsOf(root).flatMap(({ pid }) => (isNode(pid) ? [] : [pid]));
  if (pids.length === 0) throw new Error(`no process below ${root} answers requests`);
  return () =>
    pids
      .map((pid) => parseCpuTime(readFileSync(`/proc/${pid}/stat`, "utf8")))
      .reduce((sum, time) => sum + time, 0);
}

function isNode(pid: number): boolean {
  return readlinkSync(`/proc/${pid}/exe`) === readlinkSync("/proc/self/exe");
}
