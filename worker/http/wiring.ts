/** What the app needs from outside; `worker/index.ts` fills it from the environment, tests from theirs. */
import type { VerifyAssertion } from "../auth/assertion.ts";
import type { VerifyAccessToken } from "../auth/jwt.ts";
import type { AuthFailures } from "./auth-failures.ts";
import type { KnownTokens } from "./known-tokens.ts";
import type { Overdrawn } from "./overdrawn.ts";
import type { Stores } from "../execute/stores.ts";
import type { Writer } from "../execute/writer.ts";

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
  /** Counts failed authentication per address; without it nothing is counted. */
  readonly failures?: AuthFailures | undefined;
  /** Lets changes go straight to the writer; without it each waits for a look-up of its token. */
  readonly known?: KnownTokens | undefined;
  /** Remembers whom a writer told to wait; without it the writer is asked each time. */
  readonly overdrawn?: Overdrawn;
  /** Whether SCIM responses carry `x-rollcall-cost`. */
  readonly costHeader: boolean;
  readonly console: ConsoleConfig;
}

/** How people sign in to the console. */
export interface ConsoleConfig {
  /** Undefined where no client is registered at the issuer: then only links sign in. */
  readonly openId: OpenIdConfig | undefined;
  /** Judges the token of a one-click link; undefined outside the local emulation. */
  readonly verifyLink: VerifyAccessToken | undefined;
  readonly sessions: SessionLimits;
}

/** Seconds. */
export interface SessionLimits {
  /** Without a request for so long, a session ends. */
  readonly idle: number;
  /** Whatever is done in it, it ends then. */
  readonly life: number;
}

/** The console as a client of an OpenID provider, which is the issuer of the management API's access tokens. */
export interface OpenIdConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** '' for a public client. */
  readonly clientSecret: string;
  /** Scopes with blanks between them. */
  readonly scope: string;
  /** The API that the access token is for (RFC 8707); '' where the provider knows. */
  readonly resource: string;
}

/** Hono's view of it: `wiring` is set by the first middleware of the app. */
export interface AppEnv {
  Variables: { wiring: Wiring; requestId: string };
}
