/** The IdPs that can be simulated, by the name that `--idp` takes. */
import { authentik } from "./authentik.ts";
import { entra } from "./entra.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import { jumpcloud } from "./jumpcloud.ts";
import { keycloak } from "./keycloak.ts";
import { okta } from "./okta.ts";
import { onelogin } from "./onelogin.ts";

export const IDENTITY_PROVIDERS: Readonly<Record<string, IdentityProvider>> = {
  entra,
  okta,
  onelogin,
  jumpcloud,
  authentik,
  keycloak,
};
