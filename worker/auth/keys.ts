/** One secret, one key for each purpose: HKDF (RFC 5869) over ROLLCALL_SECRET. */

/** What is sealed: only we read it. */
export type SealPurpose = "cursor" | "sign-in";
export type Purpose = SealPurpose | "access-token";

interface KeyKind {
  readonly algorithm: Parameters<SubtleCrypto["deriveKey"]>[2];
  readonly usages: string[];
}

const SEALED: KeyKind = {
  algorithm: { name: "AES-GCM", length: 256 },
  usages: ["encrypt", "decrypt"],
};

const KINDS: Readonly<Record<Purpose, KeyKind>> = Object.freeze({
  cursor: SEALED,
  "sign-in": SEALED,
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
