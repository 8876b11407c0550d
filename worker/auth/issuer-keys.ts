/** Public keys of an issuer of JWTs: a JWKS (RFC 7517 section 5) at a known place, or where its discovery document says. */
import { createRemoteJWKSet, customFetch, errors } from "jose";
import type { FetchImplementation, JWTVerifyGetKey } from "jose";
import { readObject } from "../scim/json.ts";

/** Asymmetric only: an HMAC "signed" with a public key must not pass (RFC 8725 section 2.1). */
export const ALGORITHMS: string[] = [
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
];
const FETCH_TIMEOUT = 5000;

/** Nothing is known of a token: the keys could not be had. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

const runtimeFetch: FetchImplementation = (url, options) => fetch(url, options);

/** Fetched when first needed, and kept. */
export function remoteKeys(
  url: string,
  fetchKeys: FetchImplementation = runtimeFetch,
): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), {
    [customFetch]: fetchKeys,
    timeoutDuration: FETCH_TIMEOUT,
  });
}

/** OpenID Connect Discovery 1.0 section 4: `jwks_uri` of `{issuer}/.well-known/openid-configuration`. */
export function discoveredKeys(
  issuer: string,
  fetchKeys: FetchImplementation = runtimeFetch,
): JWTVerifyGetKey {
  // The keys are kept, not the promise of them: a Worker can't wait for another request's I/O.
  let discovered: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    discovered ??= remoteKeys(await discoverKeys(issuer, fetchKeys), fetchKeys);
    return discovered(header, token);
  };
}

/** Tells a token whose key isn't among the keys from keys that could not be had: those are KeysUnavailable. */
export function tellingFailures(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw new KeysUnavailable(error instanceof Error ? error.message : String(error));
    }
  };
}

async function discoverKeys(issuer: string, fetchKeys: FetchImplementation): Promise<string> {
  const response = await fetchKeys(
    `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    {
      method: "GET",
      headers: new Headers({ accept: "application/json" }),
      redirect: "manual",
      signal: AbortSignal.timeout(FETCH_TIMEOUT),
    },
  );
  if (response.status !== 200) throw new Error(`discovery answered ${response.status}`);
  const { issuer: own, jwks_uri: url } = readObject(await response.text());
  // Section 4.3: the metadata must be the issuer's own.
  if (own !== issuer) throw new Error("discovery names another issuer");
  if (typeof url !== "string") throw new Error("discovery names no jwks_uri");
  if (issuer.startsWith("https:") && !url.startsWith("https:")) {
    throw new Error("discovery names a jwks_uri without TLS");
  }
  return url;
}
