/** The one writer of a tenant: a Durable Object in which requests wait their turn. */
import { DurableObject } from "cloudflare:workers";
import { keyOf } from "../scim/principal.ts";
import { Queue } from "./queue.ts";
import { noCost } from "./store.ts";
import { executeTogether } from "./write.ts";
import type { WriteContext, WriteReply, WriteRequest, Writer } from "./write.ts";

/** Requests that wait at the most; past that the client is asked to come again. */
const MOST_WAITING = 1000;
/** Requests of one change that are taken together. */
const MOST_TOGETHER = 50;
/** Tokens of requests that are taken together: the guard binds each, and the engine ends at 100 parameters. */
const MOST_TOKENS = 20;

/**
 * An object's input gate doesn't cover the time in which it awaits D1, so requests would interleave: the queue runs them one after
 * the other, and those that wait together share their round trips. It gives order and fairness; truth comes from the guard that
 * opens each batch.
 */
export abstract class TenantWriterObject<Env> extends DurableObject<Env> implements Writer {
  readonly #queue = new Queue<WriteRequest, WriteReply>({
    limit: MOST_WAITING,
    take: singlesAhead,
    run: (requests) => executeTogether(requests, this.context()),
  });

  protected abstract context(): WriteContext;

  async execute(request: WriteRequest): Promise<WriteReply> {
    return (await this.#queue.add(request)) ?? refused(request);
  }
}

/** How many requests of one change stand at the head of the queue, of not too many tokens; a Bulk request is taken alone. */
export function singlesAhead(requests: readonly WriteRequest[]): number {
  const tokens = new Set<string>();
  const end = requests.slice(0, MOST_TOGETHER).findIndex(({ steps }) => {
    const [step] = steps;
    if (step?.command !== undefined) tokens.add(keyOf(step.command.claim.credential));
    return steps.length !== 1 || tokens.size > MOST_TOKENS;
  });
  return end < 0 ? Math.min(requests.length, MOST_TOGETHER) : end;
}

function refused({ steps }: WriteRequest): WriteReply {
  const fault = { kind: "unavailable", retryAfter: 2 } as const;
  return { outcomes: steps.map(() => ({ ok: false, fault })), cost: noCost(), conflicts: 0 };
}
