/** A bounded first-in, first-out queue of asynchronous jobs, run one at a time. */

export class Queue {
  readonly #limit: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves to what the job resolves to; to undefined at once where the queue is full. A job that throws doesn't stop the next. */
  async run<Result>(job: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#waiting >= this.#limit) return undefined;
    this.#waiting += 1;
    const turn = this.#last;
    const done = turn.then(job);
    this.#last = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#waiting -= 1;
    }
  }
}
