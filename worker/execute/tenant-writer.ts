/** The one writer of a tenant: a Durable Object in which commands wait their turn. */
import { DurableObject } from "cloudflare:workers";
import type { WriteCommand } from "../plan/needs.ts";
import { Queue } from "./queue.ts";
import { noCost } from "./store.ts";
import { executeWrite } from "./write.ts";
import type { WriteContext, WriteReply, Writer } from "./write.ts";

/** Commands that wait at the most; past that the client is asked to come again. */
const MOST_WAITING = 1000;

/**
 * An object's input gate doesn't cover the time in which it awaits D1, so commands would interleave: the queue runs them one after
 * the other. It gives order and fairness; truth comes from the guard that opens each batch.
 */
export abstract class TenantWriterObject<Env> extends DurableObject<Env> implements Writer {
  readonly #queue = new Queue(MOST_WAITING);

  protected abstract context(): WriteContext;

  async execute(command: WriteCommand): Promise<WriteReply> {
    const reply = this.#queue.run(() => executeWrite(command, this.context()));
    return (await reply) ?? refused();
  }
}

function refused(): WriteReply {
  const fault = { kind: "unavailable", retryAfter: 2 } as const;
  return { outcome: { ok: false, fault }, cost: noCost(), attempts: 0 };
}
