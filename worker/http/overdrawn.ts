/** Credentials that asked for more than they may: as long as the writer told them to wait, nobody else is asked about them. */
import type { Fault } from "../scim/fault.ts";
import { keyOf } from "../scim/principal.ts";
import type { Claim } from "../scim/principal.ts";
import { remember } from "./auth-failures.ts";

/** Milliseconds after which the database and the writer are asked again, however long there is to wait: what is deleted meanwhile hears it then. */
const LONGEST = 10_000;

interface Wait {
  /** When the writer takes something again, milliseconds since 1970. */
  readonly until: number;
  /** Until when it is believed. */
  readonly believed: number;
}

/** The memory of one isolate. It only repeats what the writer said of a credential that was valid then, and only to requests that write. */
export class Overdrawn {
  readonly #waits = new Map<string, Wait>();

  /**
   * The writer refused a request of this claim, and said after how many seconds to come again. False where it is known: several requests
   * are refused at once, and whoever waits as long as the first was told must find the writer asked.
   */
  note(claim: Claim, retryAfter: number, now: number): boolean {
    if (this.#waitOf(claim, now) !== undefined) return false;
    const until = now + retryAfter * 1000;
    remember(this.#waits, nameOf(claim), { until, believed: Math.min(until, now + LONGEST) });
    return true;
  }

  /** Before anybody is asked: the fault that the writer would give, if it is known. */
  judge(claim: Claim, now: number): Fault | undefined {
    const wait = this.#waitOf(claim, now);
    if (wait === undefined) return undefined;
    return { kind: "tooManyRequests", retryAfter: Math.ceil((wait.until - now) / 1000) };
  }

  #waitOf(claim: Claim, now: number): Wait | undefined {
    const wait = this.#waits.get(nameOf(claim));
    return wait !== undefined && wait.believed > now ? wait : undefined;
  }
}

function nameOf({ tenant, credential }: Claim): string {
  return `${tenant} ${keyOf(credential)}`;
}
