/** The system's processes: from /proc where there is one (a container may lack `ps`), else from `ps`. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Ended, but not yet collected by its parent. */
  readonly zombie: boolean;
}

export function listProcesses(): readonly ProcessRow[] {
  return existsSync("/proc/self/stat") ? readProc() : readPs();
}

/** The pids of the group that are still at work. */
export function livingInGroup(group: number): readonly number[] {
  const rows = listProcesses().filter((row) => row.group === group && !row.zombie);
  return rows.map((row) => row.pid);
}

/** All processes below this one, children of children included. */
export function descendantsOf(pid: number): readonly ProcessRow[] {
  const rows = listProcesses();
  const found = rows.filter((row) => row.parent === pid);
  for (const parent of found) found.push(...rows.filter((row) => row.parent === parent.pid));
  return found;
}

/** The arguments of a living process, with spaces between; '' where it can't be read. */
export function commandOf(pid: number): string {
  try {
    return existsSync("/proc/self/cmdline")
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}

function readProc(): readonly ProcessRow[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // pid (name) state ppid pgrp ...; the name may hold anything, so count from its last bracket.
      const [state = "", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [rowOf([pid, parent, group, state])];
    } catch {
      return [];
    }
  });
}

function readPs(): readonly ProcessRow[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="], { encoding: "utf8" });
  return table
    .trim()
    .split("\n")
    .map((line) => rowOf(line.trim().split(/\s+/)));
}

function rowOf([pid, parent, group, state = ""]: readonly (string | undefined)[]): ProcessRow {
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    zombie: /^[ZX]/.test(state),
  };
}
