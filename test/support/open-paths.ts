/** Paths that ask for no token: they tell nothing of a tenant, or ask for a client's own proof. */
export const OAUTH_TOKEN = "/:tenant/oauth/token";
export const OAUTH_METADATA = [
  "/.well-known/oauth-authorization-server/:tenant",
  "/:tenant/.well-known/oauth-authorization-server",
];
export const ERROR_GUIDE = "/docs/errors";
export const OPENAPI = "/core/iam/v1/openapi.json";

export const OPEN_PATHS: readonly string[] = [OAUTH_TOKEN, ...OAUTH_METADATA, ERROR_GUIDE, OPENAPI];
