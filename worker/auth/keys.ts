/** One secret, one key for each purpose: HKDF (RFC 5869) over ROLLCALL_SECRET. */

export type Purpose = "cursor" | "access-token";

interface KeyKind {
  readonly algorithm: Parameters<SubtleCrypto["deriveKey"]>[2];
  readonly usages: string[];
}

/** Cursors are sealed, access tokens are signed. */
const KINDS: Readonly<Record<Purpose, KeyKind>> = Object.freeze({
  cursor: { algorithm: { name: "AES-GCM", length: 256 }, usages: ["encrypt", "decrypt"] },
  "access-token": {
    algorithm: { name: "HMAC", hash: "SHA-256", length: 256 },
    usages: ["sign", "verify"],
  },
});

/** The key for one purpose. `secret` is 32 bytes in base64. */
export async function deriveKey(secret: string, purpose: Purpose): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(secret), (character) => character.charCodeAt(0));
  if (bytes.length < 32) throw new Error("ROLLCALL_SECRET must be at least 32 bytes in base64");
  const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(`rollcall ${purpose}`);
  const { algorithm, usages } = KINDS[purpose];
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    master,
    algorithm,
    false,
    usages,
  );
}
