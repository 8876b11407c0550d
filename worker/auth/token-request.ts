/** Token requests of the client credentials grant (RFC 6749 section 4.4.2), and the proof that they bring (section 2.3, RFC 7521 section 4.2). */
import { OAuthError, notAuthenticated } from "./oauth-error.ts";

export type ClientProof =
  | { readonly kind: "secret"; readonly clientId: string; readonly secret: string }
  | { readonly kind: "assertion"; readonly clientId: string; readonly assertion: string };

/** The only scope; also what is granted where none is asked for. */
export const SCOPE = "scim";
export const GRANT_TYPE = "client_credentials";
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** How the client proves itself; its parameters are those of the body. @throws OAuthError */
export function parseTokenRequest(
  parameters: URLSearchParams,
  authorization: string | undefined,
): ClientProof {
  const value = readerOf(parameters);
  const grantType = value("grant_type");
  if (grantType === undefined) throw invalid("grant_type is missing.");
  if (grantType !== GRANT_TYPE) {
    throw new OAuthError("unsupported_grant_type", `The only grant type is ${GRANT_TYPE}.`);
  }
  const scopes = value("scope")?.split(" ") ?? [];
  if (scopes.some((scope) => scope !== "" && scope !== SCOPE)) {
    throw new OAuthError("invalid_scope", `The only scope is ${SCOPE}.`);
  }
  return proofOf(value, authorization);
}

type Reader = (name: string) => string | undefined;

/** Section 3.2: a parameter without a value counts as left out, and none may be there twice. */
function readerOf(parameters: URLSearchParams): Reader {
  for (const name of new Set(parameters.keys())) {
    if (parameters.getAll(name).length > 1) throw invalid("A parameter is there more than once.");
  }
  return (name) => parameters.get(name) || undefined;
}

function proofOf(value: Reader, authorization: string | undefined): ClientProof {
  const clientId = value("client_id");
  const secret = value("client_secret");
  const assertion = value("client_assertion");
  const ways = [authorization, secret, assertion ?? value("client_assertion_type")];
  if (ways.filter((way) => way !== undefined).length > 1) {
    throw invalid("The client authenticates in more than one way.");
  }
  if (authorization !== undefined) return basicOf(authorization, clientId);
  if (secret !== undefined) {
    if (clientId === undefined) throw invalid("client_id is missing.");
    return { kind: "secret", clientId, secret };
  }
  if (ways[2] === undefined) throw notAuthenticated("The client does not authenticate.");
  if (value("client_assertion_type") !== JWT_BEARER) {
    throw invalid(`client_assertion_type has to be ${JWT_BEARER}.`);
  }
  if (assertion === undefined) throw invalid("client_assertion is missing.");
  if (clientId === undefined) throw invalid("client_id is missing.");
  return { kind: "assertion", clientId, assertion };
}

/** Section 2.3.1: user name and password are form-encoded before they are put together. */
function basicOf(authorization: string, named: string | undefined): ClientProof {
  const [, credential = ""] = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization) ?? [];
  const pair = decodeBase64(credential);
  const colon = pair.indexOf(":");
  if (colon < 1) throw notAuthenticated("The Authorization header holds no client.");
  const clientId = decodeForm(pair.slice(0, colon));
  const secret = decodeForm(pair.slice(colon + 1));
  if (named !== undefined && named !== clientId) {
    throw invalid("client_id is not the client of the Authorization header.");
  }
  return { kind: "secret", clientId, secret };
}

function decodeBase64(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "";
  }
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw notAuthenticated("The Authorization header is not form-encoded.");
  }
}

function invalid(description: string): OAuthError {
  return new OAuthError("invalid_request", description);
}
