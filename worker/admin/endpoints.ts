/** Every endpoint of the management API. */
import { ACTIVITY_ENDPOINTS } from "./activity.ts";
import { AUDIT_ENDPOINTS } from "./audit.ts";
import { SECRET_ENDPOINTS } from "./client-secrets.ts";
import type { Endpoint } from "./endpoint.ts";
import { CREDENTIAL_ENDPOINTS } from "./federated-credentials.ts";
import { CLIENT_ENDPOINTS } from "./oauth-clients.ts";
import { OVERVIEW_ENDPOINTS } from "./overview.ts";
import { PROVIDER_ENDPOINTS } from "./providers.ts";
import { SETUP_LINK_ENDPOINTS } from "./setup-links.ts";
import { TENANT_ENDPOINTS } from "./tenants.ts";
import { TOKEN_ENDPOINTS } from "./tokens.ts";
import { TRANSFER_ENDPOINTS } from "./transfer.ts";

export const ENDPOINTS: readonly Endpoint[] = Object.freeze([
  ...TOKEN_ENDPOINTS,
  ...PROVIDER_ENDPOINTS,
  ...CLIENT_ENDPOINTS,
  ...SECRET_ENDPOINTS,
  ...CREDENTIAL_ENDPOINTS,
  ...TENANT_ENDPOINTS,
  ...TRANSFER_ENDPOINTS,
  ...SETUP_LINK_ENDPOINTS,
  ...OVERVIEW_ENDPOINTS,
  ...ACTIVITY_ENDPOINTS,
  ...AUDIT_ENDPOINTS,
]);
