/** What the app needs from outside; `worker/index.ts` fills it from the environment, tests from theirs. */
import type { VerifyAssertion } from "../auth/assertion.ts";
import type { VerifyAccessToken } from "../auth/jwt.ts";
import type { Stores } from "../execute/stores.ts";
import type { Writer } from "../execute/write.ts";

export interface Wiring {
  readonly stores: Stores;
  /** The one writer of a tenant, by the tenant's id. */
  readonly writerOf: (tenant: string) => Writer;
  readonly verifyAccessToken: VerifyAccessToken;
  /** Keeps the keys of the issuers that tenants trust. */
  readonly verifyAssertion: VerifyAssertion;
  /** ROLLCALL_SECRET: 32 bytes in base64, from which the key of each purpose is derived. */
  readonly secret: string;
  readonly now: () => Date;
  /** Cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Whether SCIM responses carry `x-rollcall-cost`. */
  readonly costHeader: boolean;
}

/** Hono's view of it: `wiring` is set by the first middleware of the app. */
export interface AppEnv {
  Variables: { wiring: Wiring; requestId: string };
}
