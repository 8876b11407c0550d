/** One start per state folder: two would write the same database files. */
import { writeFile } from "node:fs/promises";
import { commandOf } from "./process-table.ts";
import { Refusal } from "./settings.ts";
import { readText, remove } from "./state.ts";
import type { StateFiles } from "./state.ts";

/** Refuses where another start that is still alive has the folder. */
export async function claimState(files: StateFiles): Promise<void> {
  const owner = Number(await readText(files.owner));
  if (owner > 0 && owner !== process.pid && isStart(owner)) {
    throw new Refusal(
      `${files.folder} is in use by process ${owner}. Stop it, or choose another folder: ROLLCALL_STATE=.rollcall-2 npm start`,
    );
  }
  await remove(files.owner);
  await writeFile(files.owner, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
}

export async function releaseState(files: StateFiles): Promise<void> {
  if (Number(await readText(files.owner)) === process.pid) await remove(files.owner);
}

/** A pid may have gone to somebody else since. */
function isStart(pid: number): boolean {
  return /scripts\/(start|serve)\.ts/.test(commandOf(pid));
}
