/** A bounded first-in, first-out queue: jobs that wait while others run are taken together, in their order. */

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface QueueOptions<Job, Result> {
  /** Jobs that wait at the most. */
  readonly limit: number;
  /** How many of the waiting jobs, from the first on, are taken together; at least one is. */
  readonly take: (jobs: readonly Job[]) => number;
  /** Runs jobs and gives the result of each, in their order. */
  readonly run: (jobs: readonly Job[]) => Promise<readonly Result[]>;
}

export class Queue<Job, Result> {
  readonly #options: QueueOptions<Job, Result>;
  #waiting: Waiting<Job, Result>[] = [];
  #isRunning = false;

  constructor(options: QueueOptions<Job, Result>) {
    this.#options = options;
  }

  /** Undefined where the queue is full. Rejects where the run that held the job threw; the next run goes on all the same. */
  add(job: Job): Promise<Result> | undefined {
    if (this.#waiting.length >= this.#options.limit) return undefined;
    const done = new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
    });
    if (!this.#isRunning) void this.#drain();
    return done;
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const jobs = this.#waiting.map(({ job }) => job);
      await this.#runTogether(this.#waiting.splice(0, Math.max(1, this.#options.take(jobs))));
    }
    this.#isRunning = false;
  }

  async #runTogether(taken: readonly Waiting<Job, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(taken.map(({ job }) => job));
      for (const [index, { resolve, reject }] of taken.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error("A job has no result"));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  }
}
