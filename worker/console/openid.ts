/** OpenID Connect authorization code flow with PKCE (OpenID Connect Core 1.0 section 3.1, RFC 7636), by oauth4webapi. */
import * as oauth from "oauth4webapi";
import type { OpenIdConfig } from "../http/wiring.ts";

/** What has to come back unchanged; it waits in a sealed cookie meanwhile. */
export interface SignInState {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface StartedSignIn extends SignInState {
  /** Where the browser goes. */
  readonly url: string;
}

/** @throws where the provider can't be reached or doesn't answer as it should */
export async function startSignIn(
  config: OpenIdConfig,
  redirectUri: string,
): Promise<StartedSignIn> {
  const provider = await discover(config);
  if (provider.authorization_endpoint === undefined) {
    throw new Error("the OpenID provider names no authorization endpoint");
  }
  const [state, nonce, verifier] = [
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
    oauth.generateRandomCodeVerifier(),
  ];
  const url = new URL(provider.authorization_endpoint);
  const parameters = {
    client_id: config.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: config.scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(config.resource !== "" && { resource: config.resource }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, nonce, verifier };
}

/** The access token. `url` is that of the callback. @throws where anything isn't as it should be */
export async function finishSignIn(
  config: OpenIdConfig,
  url: URL,
  { redirectUri, expected }: { readonly redirectUri: string; readonly expected: SignInState },
): Promise<string> {
  const provider = await discover(config);
  const client = { client_id: config.clientId };
  const parameters = oauth.validateAuthResponse(provider, client, url, expected.state);
  const authentication =
    config.clientSecret === "" ? oauth.None() : oauth.ClientSecretBasic(config.clientSecret);
  const response = await oauth.authorizationCodeGrantRequest(
    provider,
    client,
    authentication,
    parameters,
    redirectUri,
    expected.verifier,
    {
      ...insecure(config),
      ...(config.resource !== "" && { additionalParameters: { resource: config.resource } }),
    },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(provider, client, response, {
    expectedNonce: expected.nonce,
    requireIdToken: true,
  });
  return tokens.access_token;
}

async function discover(config: OpenIdConfig): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(config.issuer);
  const response = await oauth.discoveryRequest(issuer, insecure(config));
  return oauth.processDiscoveryResponse(issuer, response);
}

/** Without TLS from this machine only, for trying things. */
function insecure({ issuer }: OpenIdConfig): { [oauth.allowInsecureRequests]?: boolean } {
  const { protocol, hostname } = new URL(issuer);
  const isLoopback = protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return isLoopback ? { [oauth.allowInsecureRequests]: true } : {};
}
