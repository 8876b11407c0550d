/** Access tokens of the management API: JWTs of one configured issuer (RFC 9068, RFC 7519), verified with jose. */
import { createLocalJWKSet, jwtVerify } from "jose";
import type { FetchImplementation, JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from "jose";
import {
  ALGORITHMS,
  KeysUnavailable,
  discoveredKeys,
  remoteKeys,
  tellingFailures,
} from "./issuer-keys.ts";

/** Who calls the management API. */
export interface AdminPrincipal {
  readonly subject: string;
  /** The tenant of the token's claim; undefined where it has none. */
  readonly tenant: string | undefined;
  /** May name any tenant and manage tenants. */
  readonly operator: boolean;
}

type AccessDecision =
  | { readonly kind: "granted"; readonly principal: AdminPrincipal }
  /** The token is not one that we accept; why stays here. */
  | { readonly kind: "refused" }
  /** The token is good, but not for this API (RFC 6750 section 3.1). */
  | { readonly kind: "insufficientScope" }
  /** The issuer's keys could not be had, so nothing is known of the token; the reason is for the log. */
  | { readonly kind: "undecided"; readonly reason: string };

/** Decides on a token; it resolves for whatever text it is given. */
export type VerifyAccessToken = (token: string) => Promise<AccessDecision>;

type AccessTokenKeys =
  | { readonly kind: "inline"; readonly jwks: JSONWebKeySet }
  | { readonly kind: "remote"; readonly url: string }
  /** OpenID Connect Discovery 1.0 section 4: `jwks_uri` of `{issuer}/.well-known/openid-configuration`. */
  | { readonly kind: "discovery" };

export interface AccessTokenConfig {
  /** Where issuer or audience is '', the management API is not configured: every token is refused. */
  readonly issuer: string;
  readonly audience: string;
  /** Name of the claim that holds the tenant's id; `tenant_id` by default. */
  readonly tenantClaim?: string;
  readonly keys: AccessTokenKeys;
  /** The clock; by default the runtime's. */
  readonly now?: () => Date;
  /** How keys are fetched; by default the runtime's fetch. */
  readonly fetch?: FetchImplementation;
}

export const ADMIN_SCOPE = "services.iam";
export const OPERATOR_SCOPE = "services.iam.operator";
/** Audience of the tokens in one-click links to the console. */
export const LINK_AUDIENCE = "rollcall-console-link";

/** A verifier that keeps the keys it fetched: make one per isolate. @throws where an inline key set is malformed */
export function accessTokenVerifier(config: AccessTokenConfig): VerifyAccessToken {
  const { issuer, audience, tenantClaim = "tenant_id", now = () => new Date() } = config;
  if (issuer === "" || audience === "") return async () => ({ kind: "refused" });
  const keys = tellingFailures(keysOf(config));
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ["exp"],
        currentDate: now(),
      });
      return decide(payload, tenantClaim);
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) return { kind: "refused" };
      return { kind: "undecided", reason: error.message };
    }
  };
}

function decide(payload: JWTPayload, tenantClaim: string): AccessDecision {
  const scopes = scopesOf(payload);
  if (!scopes.includes(ADMIN_SCOPE)) return { kind: "insufficientScope" };
  const tenant = payload[tenantClaim];
  return {
    kind: "granted",
    principal: {
      subject: subjectOf(payload),
      tenant: typeof tenant === "string" && tenant !== "" ? tenant : undefined,
      operator: scopes.includes(OPERATOR_SCOPE),
    },
  };
}

/** `scope` is text with spaces (RFC 9068 section 2.2.3); Entra and Okta send `scp`, as text or as a list. */
function scopesOf(payload: JWTPayload): readonly unknown[] {
  const claim = payload["scope"] ?? payload["scp"];
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim : [];
}

/** Without a `sub`, as some issuers leave it out of client credentials, the client is the subject. */
function subjectOf(payload: JWTPayload): string {
  const subject = payload.sub ?? payload["client_id"];
  return typeof subject === "string" ? subject : "";
}

function keysOf({ keys, issuer, fetch }: AccessTokenConfig): JWTVerifyGetKey {
  switch (keys.kind) {
    case "inline":
      return createLocalJWKSet(keys.jwks);
    case "remote":
      return remoteKeys(keys.url, fetch);
    case "discovery":
      return discoveredKeys(issuer, fetch);
  }
}
