/** Runs something with a progress bar, which ends whatever happens: its timer would keep the process alive. */
import type { Progress } from "../simulate/phases.ts";
import { openProgress } from "../simulate/progress.ts";

export async function watched<Result>(
  run: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = openProgress(process.stderr);
  try {
    return await run(progress);
  } finally {
    progress.stop();
  }
}
