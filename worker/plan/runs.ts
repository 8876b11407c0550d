/** Runs of `positions` made anew from ids, as the writer makes them one by one. */
import { RUN_LENGTH } from "./snapshot.ts";
import type { Run } from "./snapshot.ts";

/** The runs of these ascending ids, of which the first begins at `firstId`; none where there are no ids. */
export function cutRuns(firstId: string, ids: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < ids.length; start += RUN_LENGTH) {
    const count = Math.min(RUN_LENGTH, ids.length - start);
    runs.push({ firstId: start === 0 ? firstId : (ids[start] ?? ""), count });
  }
  return runs;
}
