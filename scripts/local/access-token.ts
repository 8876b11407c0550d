/** Access tokens of the management API, signed by the development key (RFC 9068 in spirit). */
import { SignJWT, jwtVerify } from "jose";
import type { JWTPayload } from "jose";
import type { SigningKey } from "./keys.ts";
import { ADMIN_AUDIENCE, ADMIN_ISSUER, Refusal } from "./settings.ts";
import { parseObject } from "./state.ts";

export const LIFETIME_SECONDS = 12 * 60 * 60;

/** What an operator's token says; `now` in milliseconds. */
export function defaultClaims(now: number): JWTPayload {
  const seconds = Math.floor(now / 1000);
  return {
    iss: ADMIN_ISSUER,
    aud: ADMIN_AUDIENCE,
    sub: "operator@local",
    scope: "services.iam services.iam.operator",
    iat: seconds,
    exp: seconds + LIFETIME_SECONDS,
  };
}

/** The given claims over the defaults; a claim set to null is left out. */
export function mergeClaims(
  defaults: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): JWTPayload {
  const merged = Object.entries({ ...defaults, ...claims });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

/** Reads `--claims`: a JSON object, or nothing. */
export function parseClaims(text: string | undefined): Record<string, unknown> {
  const claims = text === undefined ? {} : parseObject(text);
  if (claims !== undefined) return claims;
  throw new Refusal(
    `--claims must be a JSON object, such as '{"tenant_id": "demo", "scope": "services.iam"}'.`,
    2,
  );
}

/** Signs exactly these claims. */
export function signAccessToken(key: SigningKey, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.kid })
    .sign(key.privateKey);
}

/** Has this token at least half of its life left, and would the emulation accept it? */
export async function isFresh(
  key: SigningKey,
  token: string,
  { now, audience }: { readonly now: number; readonly audience: string },
): Promise<boolean> {
  try {
    await jwtVerify(token, key.publicKey, {
      issuer: ADMIN_ISSUER,
      audience,
      algorithms: ["ES256"],
      currentDate: new Date(now + (LIFETIME_SECONDS * 1000) / 2),
    });
    return true;
  } catch {
    return false;
  }
}
