/** The order of a run: phases one after the other, the steps of one phase side by side. */

export interface Phase {
  readonly title: string;
  readonly steps: number;
  readonly run: (step: number) => Promise<void>;
}

export interface Progress {
  readonly grow: (steps: number) => void;
  readonly enter: (title: string, steps: number) => void;
  readonly advance: () => void;
  readonly stop: () => void;
}

/** One step for each item. */
export function makePhase<T>(
  title: string,
  items: readonly T[],
  run: (item: T) => Promise<unknown>,
): Phase {
  return {
    title,
    steps: items.length,
    run: async (step) => {
      const item = items[step];
      if (item !== undefined) await run(item);
    },
  };
}

/** Runs up to `concurrency` steps of a phase at the same time; the first error ends the run once the others have settled. */
export async function runPhases(
  phases: readonly Phase[],
  concurrency: number,
  progress: Progress,
): Promise<void> {
  progress.grow(phases.reduce((sum, phase) => sum + phase.steps, 0));
  for (const phase of phases) {
    if (phase.steps === 0) continue;
    progress.enter(phase.title, phase.steps);
    await runPhase(phase, concurrency, progress);
  }
}

async function runPhase(phase: Phase, concurrency: number, progress: Progress): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < phase.steps && !failed) {
      const step = next;
      next += 1;
      try {
        await phase.run(step);
      } catch (error) {
        failed = true;
        throw error;
      }
      progress.advance();
    }
  };
  const lanes = Array.from({ length: Math.min(concurrency, phase.steps) }, lane);
  const failure = (await Promise.allSettled(lanes)).find((one) => one.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
