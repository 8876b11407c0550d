/** A tenant's writer, near or far. */
import type { WriteReply, WriteRequest } from "./write.ts";

export interface Writer {
  execute(request: WriteRequest): Promise<WriteReply>;
  /** Ends what it is about, and then writes nothing for some seconds: who writes beside it, behind the same guard, would never get a turn otherwise. */
  standAside(): Promise<void>;
  /** Ends these seconds. */
  goOn(): Promise<void>;
}
