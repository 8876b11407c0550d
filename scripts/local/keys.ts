/** The development key pair (ES256) and `ROLLCALL_SECRET`, made at the first start and kept in the state folder. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from "jose";
import type { CryptoKey, JWK } from "jose";
import { parseObject, readText, writePrivate } from "./state.ts";
import type { StateFiles } from "./state.ts";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** The key of this state; made where there is none. */
export async function ensureSigningKey(files: StateFiles): Promise<SigningKey> {
  const kept = await readSigningKey(files);
  if (kept !== undefined) return kept;
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const stored = { ...jwk, kid, alg: "ES256", use: "sig" };
  await writePrivate(files.key, `${JSON.stringify(stored)}\n`);
  return signingKeyOf(stored);
}

/** The key of this state; undefined where nothing was started on it yet. */
export async function readSigningKey(files: StateFiles): Promise<SigningKey | undefined> {
  const text = await readText(files.key);
  const jwk = text === undefined ? undefined : parseObject(text);
  return jwk === undefined ? undefined : signingKeyOf(jwk);
}

/** The 32 random bytes of this state as base64; made where there are none. */
export async function ensureSecret(files: StateFiles): Promise<string> {
  const kept = (await readText(files.secret))?.trim();
  if (kept !== undefined && Buffer.from(kept, "base64").length === 32) return kept;
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64");
  await writePrivate(files.secret, `${secret}\n`);
  return secret;
}

/** The public keys as an inline JWKS (RFC 7517 section 5), on one line. */
export function publicJwks(key: SigningKey): string {
  return JSON.stringify({ keys: [key.publicJwk] });
}

async function signingKeyOf(jwk: JWK): Promise<SigningKey> {
  const { d: _secret, ...publicJwk } = jwk;
  const kid = jwk.kid ?? (await calculateJwkThumbprint(publicJwk));
  return {
    kid,
    privateKey: await importKey(jwk),
    publicKey: await importKey(publicJwk),
    publicJwk: { ...publicJwk, kid },
  };
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, "ES256");
  if (key instanceof Uint8Array) throw new Error("The development key is not an EC key.");
  return key;
}
