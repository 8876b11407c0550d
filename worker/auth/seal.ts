/** Sealed text (AES-GCM): only this service provider can make and read it, for the purpose and the context that it was made for. */
import { isObject, readJson } from "../scim/json.ts";
import type { JsonObject } from "../scim/json.ts";
import { deriveKey } from "./keys.ts";
import type { SealPurpose } from "./keys.ts";

export interface Seal {
  /** ROLLCALL_SECRET: 32 bytes in base64. */
  readonly secret: string;
  readonly purpose: SealPurpose;
  /** What it is bound to: with another it doesn't open. */
  readonly bound: string;
}

const NONCE_BYTES = 12;

/** base64url of nonce and ciphertext. */
export async function seal(
  payload: JsonObject,
  { secret, purpose, bound }: Seal,
  random: (length: number) => Uint8Array,
): Promise<string> {
  const nonce = Uint8Array.from(random(NONCE_BYTES));
  const text = new TextEncoder().encode(JSON.stringify(payload));
  const key = await deriveKey(secret, purpose);
  const sealed = await crypto.subtle.encrypt(cipher(bound, nonce), key, text);
  return toBase64Url(new Uint8Array([...nonce, ...new Uint8Array(sealed)]));
}

/** Undefined where it isn't one of ours, or was made for something else. */
export async function unseal(
  text: string,
  { secret, purpose, bound }: Seal,
): Promise<JsonObject | undefined> {
  try {
    const bytes = fromBase64Url(text);
    const [nonce, sealed] = [bytes.slice(0, NONCE_BYTES), bytes.slice(NONCE_BYTES)];
    const key = await deriveKey(secret, purpose);
    const opened = await crypto.subtle.decrypt(cipher(bound, nonce), key, sealed);
    const payload = readJson(new TextDecoder().decode(opened));
    return isObject(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

function cipher(bound: string, iv: Uint8Array<ArrayBuffer>): SubtleCryptoEncryptAlgorithm {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(bound) };
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
