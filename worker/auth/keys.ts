/** One secret, one key for each purpose: HKDF (RFC 5869) over ROLLCALL_SECRET. */

export type Purpose = "cursor";

/** An AES-256-GCM key for one purpose. `secret` is 32 bytes in base64. */
export async function deriveKey(secret: string, purpose: Purpose): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(secret), (character) => character.charCodeAt(0));
  if (bytes.length < 32) throw new Error("ROLLCALL_SECRET must be at least 32 bytes in base64");
  const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(`rollcall ${purpose}`);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    master,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
