/** The one writer of a tenant: a Durable Object in which requests wait their turn. */
import { DurableObject } from "cloudflare:workers";
import { WriteQueue } from "./write-queue.ts";
import type { WriterContext } from "./write-queue.ts";
import type { WriteReply, WriteRequest } from "./write.ts";
import type { Writer } from "./writer.ts";

export abstract class TenantWriterObject<Env> extends DurableObject<Env> implements Writer {
  #queue: WriteQueue | undefined;

  protected abstract context(): WriterContext;

  execute(request: WriteRequest): Promise<WriteReply> {
    return this.#opened().execute(request);
  }

  standAside(): Promise<void> {
    return this.#opened().standAside();
  }

  goOn(): Promise<void> {
    return this.#opened().goOn();
  }

  #opened(): WriteQueue {
    this.#queue ??= new WriteQueue(this.context());
    return this.#queue;
  }
}
