/** A bounded first-in, first-out queue: jobs that wait while others run are taken together, in their order. */

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface QueueLimits {
  /** Jobs that wait at the most. */
  readonly jobs: number;
  /** Bytes of the jobs that wait; one job alone may be larger. */
  readonly bytes: number;
  /** Milliseconds that a job waits at the most: who sent it has given up, or is about to. */
  readonly age: number;
}

export interface QueueOptions<Job, Result> {
  readonly limits: QueueLimits;
  /** How many of the waiting jobs, from the first on, are taken together; at least one is. */
  readonly take: (jobs: readonly Job[]) => number;
  /** Runs jobs and gives the result of each, in their order. */
  readonly run: (jobs: readonly Job[]) => Promise<readonly Result[]>;
  /** The result of a job that isn't run: the queue is full, or it waited too long. */
  readonly refuse: (job: Job) => Result;
  /** About how many bytes the job holds. */
  readonly sizeOf: (job: Job) => number;
  readonly now: () => Date;
  /** Waits so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Who was answered together comes again together, a few milliseconds apart: the next run waits for them as long as one comes within so
 * much of the other, which is less than the round trips that it saves.
 */
const MOMENT_MS = 2;
/** However many come in each: those that are there don't wait for ever. */
const MOST_MOMENTS = 10;

export class Queue<Job, Result> {
  readonly #options: QueueOptions<Job, Result>;
  #waiting: Waiting<Job, Result>[] = [];
  #bytes = 0;
  #isRunning = false;
  /** What runs now, and never rejects. */
  #run: Promise<void> = Promise.resolve();
  /** Until when nothing is begun: milliseconds since 1970. */
  #heldUntil = 0;
  /** Jobs of the last run, and those that it left waiting: as many are likely to come again. */
  #expected = 0;

  constructor(options: QueueOptions<Job, Result>) {
    this.#options = options;
  }

  /** Rejects where the run that held the job threw; the next run goes on all the same. */
  async add(job: Job): Promise<Result> {
    const { limits, refuse, sizeOf, now } = this.#options;
    const bytes = sizeOf(job);
    const isFull =
      this.#waiting.length >= limits.jobs ||
      (this.#waiting.length > 0 && this.#bytes + bytes > limits.bytes);
    if (isFull) return refuse(job);
    const since = now().getTime();
    const done = new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ job, bytes, since, resolve, reject });
    });
    this.#bytes += bytes;
    if (!this.#isRunning) void this.#drain();
    return done;
  }

  /** Comes back when nothing runs; then nothing is begun for so many milliseconds. */
  async hold(milliseconds: number): Promise<void> {
    const { now } = this.#options;
    this.#heldUntil = Number.POSITIVE_INFINITY;
    await this.#run;
    this.#heldUntil = now().getTime() + milliseconds;
  }

  /** Ends that time. */
  release(): void {
    this.#heldUntil = 0;
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#waiting.length > 0) await this.#runNext();
    } finally {
      this.#isRunning = false;
    }
  }

  async #runNext(): Promise<void> {
    const { now, pause } = this.#options;
    if (this.#expectsMore()) await this.#gather();
    while (this.#heldUntil > now().getTime()) await pause(MOMENT_MS);
    this.#refuseOld();
    const taken = this.#waiting.splice(0, this.#takes());
    for (const { bytes } of taken) this.#bytes -= bytes;
    this.#run = this.#runTogether(taken);
    await this.#run;
    this.#expected = taken.length + this.#waiting.length;
  }

  #takes(): number {
    return Math.max(1, this.#options.take(this.#waiting.map(({ job }) => job)));
  }

  /** Where the last run was shared, as long as fewer are there than were then, and all of them would be taken. A lone job isn't held up. */
  #expectsMore(): boolean {
    return this.#waiting.length < this.#expected && this.#waiting.length <= this.#takes();
  }

  /** Waits for those on their way, until nobody came in a moment. */
  async #gather(): Promise<void> {
    for (let moments = 0; moments < MOST_MOMENTS && this.#expectsMore(); moments += 1) {
      const before = this.#waiting.length;
      await this.#options.pause(MOMENT_MS);
      if (this.#waiting.length === before) return;
    }
  }

  /** Those that waited longest are the first. */
  #refuseOld(): void {
    const { limits, refuse, now } = this.#options;
    const oldest = now().getTime() - limits.age;
    const young = this.#waiting.findIndex(({ since }) => since >= oldest);
    for (const { job, bytes, resolve } of this.#waiting.splice(
      0,
      young < 0 ? this.#waiting.length : young,
    )) {
      this.#bytes -= bytes;
      resolve(refuse(job));
    }
  }

  async #runTogether(taken: readonly Waiting<Job, Result>[]): Promise<void> {
    if (taken.length === 0) return;
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
