/** SCIM tokens: `rcs_{tenantId}_{64 hex digits}{8 hex digits}`, the last eight being a checksum for secret scanners. */
import { isTenantIdText } from "../scim/ids.ts";
import { hexOf, sha256Of } from "./digest.ts";

export const TOKEN_PREFIX = "rcs_";
const TOKEN = /^rcs_([a-z0-9-]+)_([0-9a-f]{64})([0-9a-f]{8})$/;

export interface PresentedToken {
  readonly tenant: string;
  readonly hash: string;
}

/** A new token of this tenant. `random` is 32 bytes from a cryptographic source. */
export function makeToken(tenant: string, random: Uint8Array): string {
  return withChecksum(`${TOKEN_PREFIX}${tenant}_${hexOf(random)}`);
}

/** A new secret of an OAuth client: like a token, but nobody takes it for one. */
export function makeClientSecret(tenant: string, random: Uint8Array): string {
  return withChecksum(`rcc_${tenant}_${hexOf(random)}`);
}

/** What identifies a token to people: enough to recognise it, useless to sign in. */
export function displayPrefixOf(token: string): string {
  const secret = token.lastIndexOf("_") + 1;
  return token.slice(0, secret + 4);
}

/** SHA-256 of a token or secret, lower-case hex: the only form in which it is kept. */
export const hashToken: (token: string) => Promise<string> = sha256Of;

/** Is it a credential for SCIM, by its prefix? The management API's are JWTs. */
export function isScimCredential(authorization: string | undefined): boolean {
  return authorization !== undefined && credentialOf(authorization).startsWith(TOKEN_PREFIX);
}

/** Reads the token of an Authorization header; undefined where it can't be one of ours. */
export async function readBearer(
  authorization: string | undefined,
): Promise<PresentedToken | undefined> {
  if (authorization === undefined) return undefined;
  const token = credentialOf(authorization);
  const [, tenant = "", secret = "", sum = ""] = TOKEN.exec(token) ?? [];
  if (!isTenantIdText(tenant) || checksum(`${TOKEN_PREFIX}${tenant}_${secret}`) !== sum) {
    return undefined;
  }
  return { tenant, hash: await hashToken(token) };
}

/**
 * The text that is to prove something: a bearer token (RFC 6750 section 2.1), the password of HTTP Basic (RFC 7617), or the
 * token bare: Okta offers all three.
 */
export function credentialOf(authorization: string): string {
  const [scheme = "", credential, ...more] = authorization.trim().split(/ +/);
  if (more.length > 0) return "";
  if (credential === undefined) return scheme;
  if (scheme.toLowerCase() === "bearer") return credential;
  return scheme.toLowerCase() === "basic" ? passwordOf(credential) : "";
}

function passwordOf(credential: string): string {
  try {
    const pair = atob(credential);
    return pair.slice(pair.indexOf(":") + 1);
  } catch {
    return "";
  }
}

function withChecksum(body: string): string {
  return `${body}${checksum(body)}`;
}

/** CRC-32 (ISO 3309) as eight hex digits. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    crc ^= text.charCodeAt(index) & 0xff;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}
