/** Tokens that this isolate saw valid a moment ago: who they may be, never that they still stand. */
import { claimKey } from "../scim/principal.ts";
import type { Claim, Principal } from "../scim/principal.ts";
import { Remembered } from "./remembered.ts";

const KNOWN_MS = 60_000;

/**
 * A change by a known token is handed to the tenant's writer without a look-up before it, and what comes of it is proven there, or by a
 * look-up after it (`proof.ts`). It saves a round trip, and decides nothing.
 */
export class KnownTokens {
  readonly #tokens = new Remembered<Principal>();

  /** Who may change something by what was seen; undefined where nothing was. `now`: milliseconds since 1970. */
  find(claim: Claim, now: number): Principal | undefined {
    return this.#tokens.get(claimKey(claim), now);
  }

  /** It stands, and may read; whether it may write as well is in its scope. */
  note(claim: Claim, principal: Principal, now: number): void {
    if (principal.scope === "provision")
      this.#tokens.set(claimKey(claim), principal, now + KNOWN_MS);
  }

  forget(claim: Claim): void {
    this.#tokens.delete(claimKey(claim));
  }
}
