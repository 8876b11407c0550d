/** Assertions that authenticate a client (RFC 7523 section 3): JWTs of an issuer that the client's tenant trusts. */
import { decodeJwt, errors, jwtVerify } from "jose";
import type { FetchImplementation, JWTPayload, JWTVerifyGetKey } from "jose";
import type { TrustedIssuer } from "../scim/client.ts";
import { sha256Of } from "./digest.ts";
import {
  ALGORITHMS,
  KeysUnavailable,
  discoveredKeys,
  remoteKeys,
  tellingFailures,
} from "./issuer-keys.ts";

export type AssertionDecision<Trusted> =
  | {
      readonly kind: "accepted";
      readonly trusted: Trusted;
      /** The same for the same assertion, whoever shows it again: SHA-256, lower-case hex. */
      readonly jtiHash: string;
      readonly expires: Date;
    }
  /** The reason is told to the client where the assertion was really signed by the issuer, and else kept for the log. */
  | { readonly kind: "refused"; readonly reason: string; readonly isSigned: boolean }
  /** The issuer's keys could not be had, so nothing is known of the assertion; the reason is for the log. */
  | { readonly kind: "undecided"; readonly reason: string };

/** Decides on an assertion; it resolves for whatever text it is given. */
export type VerifyAssertion = <Trusted extends TrustedIssuer>(
  assertion: string,
  trusted: readonly Trusted[],
) => Promise<AssertionDecision<Trusted>>;

export interface AssertionConfig {
  /** The clock; by default the runtime's. */
  readonly now?: () => Date;
  /** How keys are fetched; by default the runtime's fetch. */
  readonly fetch?: FetchImplementation;
}

/** Entra's access tokens, which are its assertions, live 60 to 90 minutes, and a day at the most where a policy says so. */
const LONGEST_LIFE = 86_400;
/** How far an issuer's clock may be ahead, in seconds. */
const CLOCK_SKEW = 30;
/** Most issuers whose keys are kept. */
const MOST_ISSUERS = 500;

/** A verifier that keeps the keys it fetched: make one per isolate. */
export function assertionVerifier(config: AssertionConfig = {}): VerifyAssertion {
  const { now = () => new Date() } = config;
  const keysOf = issuerKeys(config.fetch);
  return async (assertion, trusted) => {
    const found = trusted.find((each) => isFrom(assertion, each));
    if (found === undefined) return refused("no trusted issuer, subject and audience");
    try {
      const { payload, protectedHeader } = await jwtVerify(assertion, keysOf(found), {
        issuer: found.issuer,
        subject: found.subject,
        audience: found.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ["exp"],
        currentDate: now(),
        clockTolerance: CLOCK_SKEW,
      });
      if (protectedHeader.kid === undefined) return refused("no kid");
      const { exp = 0 } = payload;
      const fault = judgeLife(exp, now());
      if (fault !== undefined) return { kind: "refused", reason: fault, isSigned: true };
      const jtiHash = await sha256Of(JSON.stringify([found.issuer, ...nameOf(assertion, payload)]));
      return { kind: "accepted", trusted: found, jtiHash, expires: new Date(exp * 1000) };
    } catch (error) {
      if (error instanceof KeysUnavailable) return { kind: "undecided", reason: error.message };
      return refusedFor(error);
    }
  };
}

/** What the assertion says of itself, before anything proves it: no key is fetched for a stranger's. */
function isFrom(assertion: string, trusted: TrustedIssuer): boolean {
  try {
    const { iss, sub, aud } = decodeJwt(assertion);
    const audiences = Array.isArray(aud) ? aud : [aud];
    return (
      iss === trusted.issuer && sub === trusted.subject && audiences.includes(trusted.audience)
    );
  } catch {
    return false;
  }
}

/** The tolerance is for clocks that are ahead: what has expired, has. */
function judgeLife(exp: number, now: Date): string | undefined {
  const seconds = now.getTime() / 1000;
  if (exp <= seconds) return EXPIRED;
  if (exp > seconds + LONGEST_LIFE) return "The assertion expires more than a day from now.";
  return undefined;
}

const EXPIRED = "The assertion has expired.";

/**
 * What is never used twice: `jti`, Entra's `uti`, else what was signed. (Not the whole assertion: an ECDSA signature has
 * a second form that is as good.)
 */
function nameOf(assertion: string, { jti, ...payload }: JWTPayload): readonly string[] {
  const name = jti ?? payload["uti"];
  if (typeof name === "string" && name !== "") return [name];
  return ["", assertion.slice(0, assertion.lastIndexOf("."))];
}

/** jose looks at claims only once the signature is proven. */
function refusedFor(error: unknown): AssertionDecision<never> {
  if (error instanceof errors.JWTExpired) {
    return { kind: "refused", reason: EXPIRED, isSigned: true };
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const reason = `The assertion's claim ${error.claim} is missing or not as it has to be.`;
    return { kind: "refused", reason, isSigned: true };
  }
  return refused(error instanceof Error ? error.message : String(error));
}

function refused(reason: string): AssertionDecision<never> {
  return { kind: "refused", reason, isSigned: false };
}

function issuerKeys(
  fetchKeys: FetchImplementation | undefined,
): (trusted: TrustedIssuer) => JWTVerifyGetKey {
  const known = new Map<string, JWTVerifyGetKey>();
  return ({ issuer, jwksUri }) => {
    const name = JSON.stringify([issuer, jwksUri]);
    const kept = known.get(name);
    if (kept !== undefined) return kept;
    const keys = tellingFailures(
      jwksUri === undefined ? discoveredKeys(issuer, fetchKeys) : remoteKeys(jwksUri, fetchKeys),
    );
    const [oldest] = known.keys();
    if (known.size >= MOST_ISSUERS && oldest !== undefined) known.delete(oldest);
    known.set(name, keys);
    return keys;
  };
}
