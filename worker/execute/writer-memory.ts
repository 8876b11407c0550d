/** What the writer of one tenant keeps from batch to batch: the state that its last one left. */
import type { KnownState } from "../plan/known-state.ts";

/** What is known is forgotten after so long: somebody may have mended rows by hand, which no guard sees. */
const KNOWN_FOR_MS = 60_000;

export class WriterMemory {
  #known: KnownState | undefined;
  /** When nothing was known, and all was read: milliseconds since 1970. */
  #readAt = 0;

  /** Each batch takes it, so that one that is refused or lost leaves nothing behind. */
  take(now: Date): KnownState | undefined {
    const known = now.getTime() - this.#readAt < KNOWN_FOR_MS ? this.#known : undefined;
    this.#known = undefined;
    if (known === undefined) this.#readAt = now.getTime();
    return known;
  }

  /** Undefined: nothing is known. */
  keep(state: KnownState | undefined): void {
    this.#known = state;
  }
}
