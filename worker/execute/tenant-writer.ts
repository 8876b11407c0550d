/** The one writer of a tenant: a Durable Object in which requests wait their turn. */
import { DurableObject } from "cloudflare:workers";
import { Queue } from "./queue.ts";
import { noCost } from "./store.ts";
import { executeWrite } from "./write.ts";
import type { WriteContext, WriteReply, WriteRequest, Writer } from "./write.ts";

/** Requests that wait at the most; past that the client is asked to come again. */
const MOST_WAITING = 1000;

/**
 * An object's input gate doesn't cover the time in which it awaits D1, so requests would interleave: the queue runs them one after
 * the other. It gives order and fairness; truth comes from the guard that opens each batch.
 */
export abstract class TenantWriterObject<Env> extends DurableObject<Env> implements Writer {
  readonly #queue = new Queue(MOST_WAITING);

  protected abstract context(): WriteContext;

  async execute(request: WriteRequest): Promise<WriteReply> {
    const reply = await this.#queue.run(() => executeWrite(request, this.context()));
    return reply ?? refused(request);
  }
}

function refused({ steps }: WriteRequest): WriteReply {
  const fault = { kind: "unavailable", retryAfter: 2 } as const;
  return { outcomes: steps.map(() => ({ ok: false, fault })), cost: noCost(), conflicts: 0 };
}
