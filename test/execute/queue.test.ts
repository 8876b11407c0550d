/** The queue by itself: the order and the bounds of what runs, who is waited for, and what holds it. */
import { describe, expect, it } from "vitest";
import { Queue } from "../../worker/execute/queue.ts";
import type { QueueLimits, QueueOptions } from "../../worker/execute/queue.ts";

it("runs jobs in order and together, goes on after a run that throws, and is bounded", async () => {
  const runs: number[][] = [];
  const queue = makeQueue({ jobs: 4, bytes: 1000, age: 1000 }, async (jobs) => {
    runs.push([...jobs]);
    await Promise.resolve();
    if (jobs.includes(2)) throw new Error("job 2");
    return jobs.map(String);
  });
  const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((job) => queue.add(job)));
  expect(runs).toEqual([[1], [2, 3], [4, 5]]);
  expect(results.map((result) => (result.status === "fulfilled" ? result.value : "threw"))).toEqual(
    ["1", "threw", "threw", "4", "5", "refused"],
  );
  expect(await queue.add(7)).toBe("7");
});

it("is bounded by bytes, though one job alone may be larger", async () => {
  const limits = { jobs: 100, bytes: 20, age: 1000 };
  const queue = makeQueue(limits, async (jobs) => jobs.map(String));
  // The first is taken at once; 15 and 5 wait, and with them there is no room for 1.
  const added = [1, 15, 5, 1].map((job) => queue.add(job));
  expect(await Promise.all(added)).toEqual(["1", "15", "5", "refused"]);
  const other = makeQueue(limits, async (jobs) => jobs.map(String));
  const large = [1, 999, 1].map((job) => other.add(job));
  expect(await Promise.all(large)).toEqual(["1", "999", "refused"]);
  expect(await queue.add(20)).toBe("20");
});

describe("waits for those on their way, where the last run was shared", () => {
  /** A queue in whose moments so many jobs come, one list after the other, and nobody later. */
  function gathering(together: number) {
    const runs: number[][] = [];
    const coming: number[][] = [];
    let moments = 0;
    const queue: Queue<number, string> = makeQueue(
      { jobs: 100, bytes: 1000, age: 1000 },
      async (jobs) => {
        runs.push([...jobs]);
        await Promise.resolve();
        return jobs.map(String);
      },
      {
        take: (jobs) => Math.min(together, jobs.length),
        pause: async () => {
          moments += 1;
          for (const job of coming.shift() ?? []) void queue.add(job);
          await Promise.resolve();
        },
      },
    );
    const add = (...jobs: number[]) => Promise.all(jobs.map((job) => queue.add(job)));
    return { add, runs, coming, moments: () => moments };
  }

  it("isn't asked of a lone job", async () => {
    const { add, runs, moments } = gathering(9);
    await add(1);
    await add(2);
    expect([runs, moments()]).toEqual([[[1], [2]], 0]);
  });

  it("ends as soon as as many are there as were then", async () => {
    const { add, runs, coming, moments } = gathering(9);
    await add(1, 2, 3, 4);
    coming.push([6], [7, 8], [9]);
    await add(5);
    // Three were together, after the one that was taken at once.
    expect(runs).toEqual([[1], [2, 3, 4], [5, 6, 7, 8]]);
    // One before 2, 3 and 4, of which the first was missing, and two before 5.
    expect(moments()).toBe(3);
  });

  it("ends with the first moment in which nobody came, and a lone job follows unhindered", async () => {
    const { add, runs, coming, moments } = gathering(9);
    await add(1, 2, 3);
    const before = moments();
    coming.push([], [5]);
    await add(4);
    expect([runs.at(-1), moments() - before]).toEqual([[4], 1]);
    await add(6);
    expect([runs.at(-1), moments() - before]).toEqual([[6], 1]);
  });

  it("doesn't go on for ever, and not at all where more wait than are taken together", async () => {
    const { add, runs, coming, moments } = gathering(50);
    await add(...Array.from({ length: 40 }, () => 1));
    const before = moments();
    coming.push(...Array.from({ length: 30 }, () => [1]));
    await add(1);
    expect(moments() - before).toBe(10);
    expect(runs.at(-1)).toHaveLength(11);
    const other = gathering(2);
    await other.add(1, 2, 3, 4, 5, 6, 7);
    // Only before the last run no more waited than it takes.
    expect(other.moments()).toBe(1);
    expect(other.runs).toEqual([[1], [2, 3], [4, 5], [6, 7]]);
  });
});

it("begins nothing while it is held, once what runs has ended, until it is released or the time is over", async () => {
  let now = 0;
  const runs: number[][] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const queue = makeQueue(
    { jobs: 100, bytes: 1000, age: 1000 },
    async (jobs) => {
      runs.push([...jobs]);
      if (jobs.includes(1)) await ended;
      return jobs.map(String);
    },
    { now: () => new Date(now), pause: () => new Promise((resolve) => setTimeout(resolve, 1)) },
  );
  const first = queue.add(1);
  let isHeld = false;
  const held = queue.hold(100).then(() => (isHeld = true));
  const second = queue.add(2);
  await scheduler.wait(5);
  expect([isHeld, runs]).toEqual([false, [[1]]]);
  end();
  await Promise.all([first, held]);
  await scheduler.wait(5);
  expect(runs).toEqual([[1]]);
  queue.release();
  expect(await second).toBe("2");
  await queue.hold(100);
  const third = queue.add(3);
  await scheduler.wait(5);
  expect(runs).toEqual([[1], [2]]);
  now = 100;
  expect(await third).toBe("3");
});

it("doesn't run what waited too long", async () => {
  let now = 0;
  const runs: number[][] = [];
  const queue = makeQueue(
    { jobs: 100, bytes: 1000, age: 10 },
    async (jobs) => {
      runs.push([...jobs]);
      now += 11;
      return jobs.map(String);
    },
    { now: () => new Date(now) },
  );
  const added = [1, 2, 3, 4, 5, 6].map((job) => queue.add(job));
  expect(await Promise.all(added)).toEqual(["1", "2", "3", "refused", "refused", "refused"]);
  expect(runs).toEqual([[1], [2, 3]]);
  expect(await queue.add(7)).toBe("7");
});

/** Jobs are their own size, and two are taken together. */
function makeQueue(
  limits: QueueLimits,
  carryOut: (jobs: readonly number[]) => Promise<string[]>,
  more: Partial<QueueOptions<number, string>> = {},
) {
  return new Queue<number, string>({
    limits,
    run: carryOut,
    now: () => new Date(0),
    pause: () => Promise.resolve(),
    take: (jobs) => Math.min(2, jobs.length),
    refuse: () => "refused",
    sizeOf: (job) => job,
    ...more,
  });
}
