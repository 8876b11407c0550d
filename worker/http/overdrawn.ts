/** Credentials that asked for more than they may: as long as the writer told them to wait, it isn't asked again. */
import type { Fault } from "../scim/fault.ts";
import { claimKey } from "../scim/principal.ts";
import type { Claim } from "../scim/principal.ts";
import { Remembered } from "./remembered.ts";

/** The memory of one isolate. It only repeats what the writer said of a credential that was valid then, and only to requests that write. */
export class Overdrawn {
  /** When the writer takes something again, milliseconds since 1970. */
  readonly #waits = new Remembered<number>();

  /**
   * The writer refused a request of this claim, and said after how many seconds to come again. False where it is known: several requests
   * are refused at once, and whoever waits as long as the first was told must find the writer asked.
   */
  note(claim: Claim, retryAfter: number, now: number): boolean {
    if (this.#waits.get(claimKey(claim), now) !== undefined) return false;
    const until = now + retryAfter * 1000;
    this.#waits.set(claimKey(claim), until, until);
    return true;
  }

  /** Before the writer is asked: the fault that the writer would give, if it is known. */
  judge(claim: Claim, now: number): Fault | undefined {
    const until = this.#waits.get(claimKey(claim), now);
    if (until === undefined) return undefined;
    return { kind: "tooManyRequests", retryAfter: Math.ceil((until - now) / 1000) };
  }
}
