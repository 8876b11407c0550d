/**
 * Access tokens for SCIM (RFC 6749 section 1.4), opaque to those who carry them:
 * `rcs_{tenantId}_access_{id of the client's credential}_{expiry}_{HMAC-SHA-256}`. Whether the credential still stands is
 * seen in its row, with each request.
 */
import { isTenantIdText } from "../scim/ids.ts";
import { TOKEN_PREFIX, credentialOf } from "./bearer.ts";
import { bytesOf, hexOf } from "./digest.ts";
import { deriveKey } from "./keys.ts";

export interface Grant {
  readonly tenant: string;
  /** A UUID. */
  readonly credentialId: string;
  /** Unix time, in seconds. */
  readonly expires: number;
}

const ACCESS_TOKEN = /^(rcs_([a-z0-9-]+)_access_([0-9a-f]{32})_([1-9][0-9]{9}))_([0-9a-f]{64})$/;

/** `secret` is ROLLCALL_SECRET. */
export async function sealAccessToken(grant: Grant, secret: string): Promise<string> {
  const id = grant.credentialId.replaceAll("-", "");
  const body = `${TOKEN_PREFIX}${grant.tenant}_access_${id}_${grant.expires}`;
  const key = await deriveKey(secret, "access-token");
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body));
  return `${body}_${hexOf(new Uint8Array(signature))}`;
}

/** Reads the access token of an Authorization header; undefined where it is none of ours, or has expired. */
export async function readAccessToken(
  authorization: string | undefined,
  { secret, now }: { readonly secret: string; readonly now: Date },
): Promise<Grant | undefined> {
  const token = authorization === undefined ? "" : credentialOf(authorization);
  const [, body, tenant = "", id = "", expiry, signature = ""] = ACCESS_TOKEN.exec(token) ?? [];
  if (body === undefined || !isTenantIdText(tenant)) return undefined;
  const key = await deriveKey(secret, "access-token");
  const text = new TextEncoder().encode(body);
  if (!(await crypto.subtle.verify("HMAC", key, bytesOf(signature), text))) return undefined;
  const expires = Number(expiry);
  return expires * 1000 <= now.getTime()
    ? undefined
    : { tenant, credentialId: uuidOf(id), expires };
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
