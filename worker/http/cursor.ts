/** Cursors on the wire (RFC 9865): sealed with a key of the service provider's, for one tenant, one query and a time. */
import { PROVIDER } from "../../schema/provider.ts";
import { deriveKey } from "../auth/keys.ts";
import type { ListParameters } from "../parse/list-query.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import { ScimError } from "../scim/fault.ts";
import type { JsonObject } from "../scim/json.ts";
import { readObject } from "../scim/json.ts";

export interface CursorScope {
  /** 32 bytes in base64. */
  readonly secret: string;
  readonly tenant: string;
  readonly endpoint: string;
  readonly parameters: ListParameters;
  readonly now: Date;
  readonly random: (length: number) => Uint8Array;
}

const NONCE_BYTES = 12;

/** Opaque text that only this service provider can make and read. */
export async function sealCursor(position: CursorPosition, scope: CursorScope): Promise<string> {
  const nonce = Uint8Array.from(scope.random(NONCE_BYTES));
  const expires = scope.now.getTime() + PROVIDER.cursorTimeout * 1000;
  const text = new TextEncoder().encode(JSON.stringify({ ...position, expires }));
  const sealed = await crypto.subtle.encrypt(cipher(scope, nonce), await keyOf(scope), text);
  return toBase64Url(new Uint8Array([...nonce, ...new Uint8Array(sealed)]));
}

/** @throws invalidCursor where it isn't one of ours for this tenant and query; expiredCursor */
export async function openCursor(cursor: string, scope: CursorScope): Promise<CursorPosition> {
  const payload = await unseal(cursor, scope);
  if (payload === undefined) {
    const detail = "The cursor doesn't belong to this query: begin again with an empty cursor.";
    throw new ScimError({ kind: "invalidCursor", detail });
  }
  if (Number(payload["expires"]) < scope.now.getTime()) {
    const detail = `Cursors are good for ${PROVIDER.cursorTimeout} seconds: begin again with an empty cursor.`;
    throw new ScimError({ kind: "expiredCursor", detail });
  }
  const { direction, type, id, key } = payload;
  return {
    direction: direction === "before" ? "before" : "after",
    type: typeof type === "string" ? type : "",
    id: typeof id === "string" ? id : "",
    key: typeof key === "string" || typeof key === "number" ? key : null,
  };
}

async function unseal(cursor: string, scope: CursorScope): Promise<JsonObject | undefined> {
  try {
    const bytes = fromBase64Url(cursor);
    const [nonce, sealed] = [bytes.slice(0, NONCE_BYTES), bytes.slice(NONCE_BYTES)];
    const text = await crypto.subtle.decrypt(cipher(scope, nonce), await keyOf(scope), sealed);
    return readObject(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}

function keyOf({ secret }: CursorScope): Promise<CryptoKey> {
  return deriveKey(secret, "cursor");
}

/** What the cursor is bound to goes into the seal: another tenant, filter or order doesn't open it. */
function cipher(scope: CursorScope, iv: Uint8Array<ArrayBuffer>): SubtleCryptoEncryptAlgorithm {
  const { tenant, endpoint, parameters } = scope;
  const { filter, sortBy, sortOrder } = parameters;
  const bound = JSON.stringify([
    tenant,
    endpoint,
    filter ?? null,
    sortBy ?? null,
    sortOrder ?? null,
  ]);
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
