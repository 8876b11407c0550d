/** What a tenant's writer takes: in order, together where it can be, and no more than it can carry out. */
import { standingKey } from "../scim/command.ts";
import type { Fault } from "../scim/fault.ts";
import { Queue } from "./queue.ts";
import type { QueueLimits } from "./queue.ts";
import { OperationRate, countOperations } from "./rate.ts";
import { noCost } from "./store.ts";
import { UnsettledWrites } from "./unsettled.ts";
import { executeTogether } from "./write.ts";
import type { WriteContext, WriteReply, WriteRequest } from "./write.ts";
import type { Writer } from "./writer.ts";
import { WriterMemory } from "./writer-memory.ts";

/** Past these the client is asked to come again; an object has 128 MB of memory. */
const LIMITS: QueueLimits = Object.freeze({ jobs: 1000, bytes: 33_554_432, age: 10_000 });
/** Requests of one change that are taken together. */
const MOST_TOGETHER = 50;
/** Tokens of requests that are taken together: the guard binds each, and the engine ends at 100 parameters. */
const MOST_TOKENS = 20;

/** Milliseconds for which others may write, unless they say before that they are done. */
const ASIDE_MS = 5000;

export interface WriterContext extends WriteContext {
  /** Operations that each token may ask for in 10 s; 0: as many as it likes. */
  readonly operationLimit: number;
}

/**
 * An object's input gate doesn't cover the time in which it awaits D1, so requests would interleave: the queue runs them one after
 * the other, and those that wait together share their round trips. It gives order and fairness; truth comes from the guard that
 * opens each batch.
 */
export class WriteQueue implements Writer {
  readonly #context: WriterContext;
  readonly #queue: Queue<WriteRequest, WriteReply>;
  readonly #rate: OperationRate;
  readonly #unsettled = new UnsettledWrites();
  readonly #memory = new WriterMemory();

  constructor(context: WriterContext, limits: QueueLimits = LIMITS) {
    const memory = this.#memory;
    this.#context = context;
    this.#rate = new OperationRate(context.operationLimit);
    this.#queue = new Queue({
      limits,
      take: singlesAhead,
      run: (requests) => executeTogether(requests, { ...context, memory }),
      refuse: (request) => {
        const isUnknown = request.since !== undefined && { isUnknown: true as const };
        return refused(request, { kind: "unavailable", retryAfter: 2, ...isUnknown });
      },
      sizeOf: (request) => JSON.stringify(request).length,
      now: context.now,
      pause: context.pause,
    });
  }

  async execute(request: WriteRequest): Promise<WriteReply> {
    const now = this.#context.now().getTime();
    const wait = this.#overdrawnBy(request, now);
    if (wait !== undefined) return refused(request, { kind: "tooManyRequests", retryAfter: wait });
    const recognised = this.#unsettled.recognise(request, now);
    const reply = await this.#queue.add(recognised);
    this.#unsettled.learn(recognised, reply, now);
    return reply;
  }

  async standAside(): Promise<void> {
    await this.#queue.hold(ASIDE_MS);
    this.#memory.keep(undefined);
  }

  goOn(): Promise<void> {
    this.#queue.release();
    return Promise.resolve();
  }

  /** What was handed over before was counted then, and may have been carried out: it is no more refused. */
  #overdrawnBy(request: WriteRequest, now: number): number | undefined {
    if (request.since !== undefined) return undefined;
    return this.#rate.take(request.tokenId, countOperations(request.steps), now);
  }
}

/** How many requests of one change stand at the head of the queue, of not too many tokens; a Bulk request is taken alone. */
export function singlesAhead(requests: readonly WriteRequest[]): number {
  const tokens = new Set<string>();
  const end = requests.slice(0, MOST_TOGETHER).findIndex(({ steps }) => {
    const [step] = steps;
    if (step?.command !== undefined) tokens.add(standingKey(step.command));
    return steps.length !== 1 || tokens.size > MOST_TOKENS;
  });
  return end < 0 ? Math.min(requests.length, MOST_TOGETHER) : end;
}

function refused({ steps }: WriteRequest, fault: Fault): WriteReply {
  const outcomes = steps.map(() => ({ ok: false, fault }) as const);
  return { outcomes, cost: noCost(), conflicts: 0, isFound: false };
}
