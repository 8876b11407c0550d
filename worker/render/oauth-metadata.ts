/** Authorization server metadata (RFC 8414 section 2). */
import type { JsonObject } from "../scim/json.ts";

/** Of one tenant; the same whether there is such a tenant or not. */
export function renderServerMetadata(
  origin: string,
  tenant: string,
  algorithms: readonly string[],
): JsonObject {
  return {
    issuer: `${origin}/${tenant}`,
    token_endpoint: `${origin}/${tenant}/oauth/token`,
    grant_types_supported: ["client_credentials"],
    // Required, and empty without an authorization endpoint.
    response_types_supported: [],
    scopes_supported: ["scim"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "private_key_jwt",
    ],
    token_endpoint_auth_signing_alg_values_supported: algorithms,
  };
}
