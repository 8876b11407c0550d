/** A real OpenID provider on loopback, which signs anybody in under the name that they give. */
import { once } from "node:events";
import type { Server } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";
import type { Configuration, KoaContextWithOIDC } from "oidc-provider";

export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly resource: string;
  readonly close: () => Promise<void>;
}

/** Who may what, by the name that is typed. */
const TENANTS: Readonly<Record<string, string>> = Object.freeze({ manager: "demo" });
const OPERATOR = "operator";

const CLIENT = { clientId: "rollcall-console", clientSecret: "a-secret-of-the-tests-only" };
const RESOURCE = "https://rollcall.test/api";

/** `origin` is the Worker's; `audience` what its access tokens are for. */
export async function startOpenIdProvider(
  port: number,
  { origin, audience }: { readonly origin: string; readonly audience: string },
): Promise<OpenIdProvider> {
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, await configurationOf(origin, audience));
  const server: Server = provider.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    ...CLIENT,
    issuer,
    resource: RESOURCE,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function configurationOf(origin: string, audience: string): Promise<Configuration> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: "e2e" };
  return {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [`${origin}/console/callback`],
        id_token_signed_response_alg: "ES256",
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ["only for the tests"] },
    scopes: ["openid", "services.iam", "services.iam.operator"],
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    extraTokenClaims: (_context, token) => {
      const account = "accountId" in token ? token.accountId : "";
      const tenant = TENANTS[account];
      return tenant === undefined ? undefined : { tenant_id: tenant };
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (context) => ({
          scope: scopeOf(context),
          audience,
          accessTokenFormat: "jwt",
          accessTokenTTL: 300,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 300,
      Interaction: 600,
      Session: 600,
    },
  };
}

function scopeOf(context: KoaContextWithOIDC): string {
  const account = context.oidc.session?.accountId ?? context.oidc.account?.accountId;
  if (account === OPERATOR) return "services.iam services.iam.operator";
  return account === undefined || account in TENANTS ? "services.iam" : "";
}
