/** The IdPs that can be simulated, by the name that `--idp` takes. */
import { entra } from "./entra.ts";
import type { IdentityProvider } from "./identity-provider.ts";

export const IDENTITY_PROVIDERS: Readonly<Record<string, IdentityProvider>> = { entra };
