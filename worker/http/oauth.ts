/** OAuth 2.0 for SCIM clients: the token endpoint (RFC 6749 section 3.2) and the metadata of each tenant (RFC 8414). */
import { Hono } from "hono/tiny";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { sealAccessToken } from "../auth/access-token.ts";
import { ALGORITHMS } from "../auth/issuer-keys.ts";
import { OAuthError } from "../auth/oauth-error.ts";
import type { OAuthErrorCode } from "../auth/oauth-error.ts";
import { SCOPE, parseTokenRequest } from "../auth/token-request.ts";
import { touchToken } from "../execute/read.ts";
import { StoreUnavailable, noCost } from "../execute/store.ts";
import { renderServerMetadata } from "../render/oauth-metadata.ts";
import type { ClientCredential } from "../scim/client.ts";
import { ScimError } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import { isTenantIdText } from "../scim/ids.ts";
import { errorText, log } from "../scim/log.ts";
import type { Claim } from "../scim/principal.ts";
import type { JsonObject } from "../scim/json.ts";
import { clientOf } from "./auth-failures.ts";
import { authenticateClient } from "./client-authentication.ts";
import { deferOf } from "./defer.ts";
import { logStranger } from "./refused.ts";
import type { AppEnv } from "./wiring.ts";

/** Largest body, in bytes. */
const MAX_BODY = 65_536;
/** Seconds; Entra wants 60 minutes to 6 hours. */
const LIFE = 3600;

const STATUSES: Readonly<Record<OAuthErrorCode, number>> = Object.freeze({
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  temporarily_unavailable: 503,
  server_error: 500,
});

const TOKEN_PATH = "/:tenant/oauth/token";
const METADATA_PATHS = [
  "/.well-known/oauth-authorization-server/:tenant",
  // Where those look who append to the issuer, as OpenID Connect does.
  "/:tenant/.well-known/oauth-authorization-server",
];

/** To be mounted at the root. */
export function createOAuth(): Hono<AppEnv> {
  const oauth = new Hono<AppEnv>();
  oauth.onError((error, c) => {
    if (error instanceof OAuthError && error.code === "invalid_client") logStranger(c, "oauth");
    return renderError(error, c.get("requestId"));
  });
  oauth.on("POST", TOKEN_PATH, limitBody(), issueToken);
  oauth.all(TOKEN_PATH, () => refuseMethod("POST"));
  for (const path of METADATA_PATHS) {
    oauth.on("GET", path, getMetadata);
    oauth.all(path, () => refuseMethod("GET, HEAD"));
  }
  return oauth;
}

type OAuthContext = Context<AppEnv>;

async function issueToken(c: OAuthContext): Promise<Response> {
  const { openStore, now, secret, ...wiring } = c.get("wiring");
  const [tenant, at, store] = [c.req.param("tenant") ?? "", now(), openStore(noCost())];
  const proof = parseTokenRequest(await readForm(c), c.req.header("authorization"));
  const credential = await holdingOff(c, JSON.stringify([tenant, proof]), () =>
    authenticateClient({ tenant, proof, at }, store, wiring),
  );
  const seconds = Math.floor(at.getTime() / 1000);
  const expires = seconds + lifeOf(credential, seconds);
  const grant = { tenant, credentialId: credential.id, expires };
  const claim: Claim = {
    tenant,
    credential: { kind: "grant", id: credential.id },
    at: at.toISOString(),
  };
  const touched = touchToken(store, claim, {
    lastUsed: credential.lastUsed ?? null,
  });
  if (touched !== undefined) void deferOf(c)(touched);
  return json(200, {
    access_token: await sealAccessToken(grant, secret),
    token_type: "Bearer",
    expires_in: expires - seconds,
    scope: SCOPE,
  });
}

/** Who proves to be nobody too often, from one address, isn't looked up for a while. */
async function holdingOff<Result>(
  c: OAuthContext,
  shown: string,
  authenticated: () => Promise<Result>,
): Promise<Result> {
  const { failures, now } = c.get("wiring");
  if (failures === undefined) return authenticated();
  const client = await clientOf(c.req.raw, shown);
  refuseFault(failures.hold(client, now().getTime()));
  try {
    const result = await authenticated();
    failures.trust(client, now().getTime());
    return result;
  } catch (error) {
    if (error instanceof OAuthError && error.code === "invalid_client") {
      refuseFault(await failures.note(client, now().getTime()));
    }
    throw error;
  }
}

function refuseFault(fault: Fault | undefined): void {
  if (fault !== undefined) throw new ScimError(fault);
}

/** Never longer than the secret is good for. */
function lifeOf({ expiresAt }: ClientCredential, seconds: number): number {
  if (expiresAt === undefined) return LIFE;
  return Math.max(1, Math.min(LIFE, Math.floor(Date.parse(expiresAt) / 1000) - seconds));
}

async function readForm(c: OAuthContext): Promise<URLSearchParams> {
  const [media = ""] = (c.req.header("content-type") ?? "").split(";");
  if (media.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    const description = "The body has to be application/x-www-form-urlencoded.";
    throw new OAuthError("invalid_request", description);
  }
  // Not as text: workerd warns of every form that is read so.
  return new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()));
}

/** Nothing here depends on whether there is such a tenant. */
async function getMetadata(c: OAuthContext): Promise<Response> {
  const tenant = c.req.param("tenant") ?? "";
  if (!isTenantIdText(tenant)) return json(404, { error: "not_found" });
  const { origin } = new URL(c.req.url);
  const headers = { "Cache-Control": "public, max-age=3600" };
  return json(200, renderServerMetadata(origin, tenant, ALGORITHMS), headers);
}

function limitBody() {
  return bodyLimit({
    maxSize: MAX_BODY,
    onError: () => refuse("invalid_request", `The body is larger than ${MAX_BODY} bytes.`, 413),
  });
}

function refuseMethod(allow: string): Response {
  const response = refuse("invalid_request", `The methods here are ${allow}.`, 405);
  response.headers.set("Allow", allow);
  return response;
}

function renderError(error: unknown, requestId: string): Response {
  if (error instanceof OAuthError) return refuse(error.code, error.message);
  if (error instanceof ScimError && error.fault.kind === "tooManyRequests") {
    const description = "Too many requests that proved nothing.";
    const response = refuse("temporarily_unavailable", description, 429);
    response.headers.set("Retry-After", String(error.fault.retryAfter));
    return response;
  }
  if (error instanceof StoreUnavailable) {
    log({ event: "store.unavailable", requestId, error: errorText(error.cause ?? error) });
    return refuse("temporarily_unavailable", "The database is busy.");
  }
  log({ event: "oauth.failed", requestId, error: errorText(error) });
  return refuse("server_error", `Something went wrong here: request ${requestId}.`);
}

/** Section 5.2; a 401 names the scheme that would do (RFC 9110 section 15.5.2), whichever was tried. */
function refuse(code: OAuthErrorCode, description: string, status = STATUSES[code]): Response {
  const headers = {
    ...(status === 401 && { "WWW-Authenticate": 'Basic realm="token endpoint"' }),
    ...(status === 503 && { "Retry-After": "5" }),
  };
  return json(status, { error: code, error_description: description }, headers);
}

/** Section 5.1: neither tokens nor what was wrong may be kept by a cache. */
function json(
  status: number,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      Pragma: "no-cache",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
  });
}
