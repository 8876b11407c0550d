/** OAuth clients of a test's own, token requests, and an issuer of assertions with real keys on a network that is not there. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import type { FetchImplementation, JWK } from "jose";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { assertionVerifier } from "../../worker/auth/assertion.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { Cost } from "../../worker/execute/store.ts";
import { createApp } from "../../worker/http/app.ts";
import type { Json } from "../../worker/scim/json.ts";
import { manage } from "./admin.ts";
import { ORIGIN } from "./tenant.ts";
import { openStore, storesOf } from "./database.ts";

export const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly body: any;
}

export type Fetch = (request: Request) => Promise<Response>;
const worker: Fetch = (request) => exports.default.fetch(request);

/** A form for the token endpoint; a value that is undefined is left out. */
export async function requestToken(
  tenant: string,
  parameters: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>> = {},
  send: Fetch = worker,
): Promise<TokenAnswer> {
  const form = new URLSearchParams();
  const all = { grant_type: "client_credentials", ...parameters };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) form.set(name, value);
  const response = await send(
    new Request(`${ORIGIN}/${tenant}/oauth/token`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: form.toString(),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

export interface TestSecret {
  readonly id: string;
  readonly secret: string;
}

export interface TestClient {
  readonly clientId: string;
  /** A new secret. */
  addSecret(body?: Record<string, Json>): Promise<TestSecret>;
  /** The id of a new federated credential. */
  trust(body: Record<string, Json>): Promise<string>;
  delete(path?: string): Promise<number>;
}

/** A client of the connection `idp`, made through the management API. */
export async function makeClient(tenant: string): Promise<TestClient> {
  const body = { provider: "idp", displayName: "Client" };
  const { clientId } = (await manage("POST", "/oauth/clients", { tenant, body })).body;
  const path = `/oauth/clients/${clientId}`;
  return {
    clientId,
    addSecret: async (secret = {}) =>
      (await manage("POST", `${path}/secrets`, { tenant, body: secret })).body,
    trust: async (trusted) =>
      (await manage("POST", `${path}/federated-credentials`, { tenant, body: trusted })).body.id,
    delete: async (below = "") => (await manage("DELETE", `${path}${below}`, { tenant })).status,
  };
}

export interface TestIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly publicJwk: JWK;
  /** The URLs that were fetched. */
  readonly fetched: string[];
  readonly fetch: FetchImplementation;
  /** An assertion with these claims over good ones; null leaves one out. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export const SUBJECT = "workload-1";
export const AUDIENCE = "api://rollcall";

/** It answers discovery and keys, like an IdP's server; everything else on its network is a 404. */
export async function makeIssuer(alg: "RS256" | "ES256" = "RS256"): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const issuer = `https://issuer.test/${crypto.randomUUID()}/v2.0`;
  const jwksUri = `${issuer}/keys`;
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: "one", alg };
  const documents: Readonly<Record<string, unknown>> = {
    [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: jwksUri },
    [jwksUri]: { keys: [publicJwk] },
  };
  const fetched: string[] = [];
  return {
    issuer,
    jwksUri,
    publicJwk,
    fetched,
    fetch: async (url) => {
      fetched.push(url);
      const document = documents[url];
      return document === undefined ? new Response(null, { status: 404 }) : Response.json(document);
    },
    sign: (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const all = {
        iss: issuer,
        sub: SUBJECT,
        aud: AUDIENCE,
        iat: now,
        nbf: now - 300,
        exp: now + 3600,
        jti: crypto.randomUUID(),
        ...claims,
      };
      const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
      return new SignJWT(kept).setProtectedHeader({ alg, kid: "one", ...header }).sign(privateKey);
    },
  };
}

/** The whole app on the tests' database and writers, with this network for its issuers' keys; `cost` counts what it asks. */
export function appOn(fetch: FetchImplementation, cost: Cost = noCost()): Fetch {
  const app = createApp<Cloudflare.Env>(RESOURCE_TYPES, () => ({
    stores: storesOf(() => openStore(cost)),
    writerOf: (tenant) => env.TENANT_WRITER.getByName(tenant),
    verifyAccessToken: () => Promise.reject(new Error("nobody manages here")),
    verifyAssertion: assertionVerifier({ fetch }),
    secret: env.ROLLCALL_SECRET,
    now: () => new Date(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    costHeader: true,
    console: { openId: undefined, verifyLink: undefined, sessions: { idle: 1800, life: 36_000 } },
  }));
  return async (request) => {
    const context = createExecutionContext();
    const response = await app.fetch(request, env, context);
    await waitOnExecutionContext(context);
    return response;
  };
}
