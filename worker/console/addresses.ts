/** The addresses of a tenant that its administrators paste elsewhere. */
import type { ConsoleContext } from "./context.ts";
import { tenantOf } from "./page.ts";

export interface Addresses {
  readonly scim: string;
  /** RFC 6749 section 3.2. */
  readonly token: string;
  /** RFC 8414 section 3. */
  readonly metadata: string;
}

export function addressesOf(c: ConsoleContext): Addresses {
  const [{ origin }, tenant] = [new URL(c.req.url), tenantOf(c)];
  return {
    scim: `${origin}/${tenant}/api/scim/v2`,
    token: `${origin}/${tenant}/oauth/token`,
    metadata: `${origin}/.well-known/oauth-authorization-server/${tenant}`,
  };
}
