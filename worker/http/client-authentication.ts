/** Who asks for an access token: an OAuth client, proven by its secret or by an assertion (RFC 6749 section 2.3, RFC 7523 section 3). */
import { hashToken } from "../auth/bearer.ts";
import { OAuthError, notAuthenticated } from "../auth/oauth-error.ts";
import type { ClientProof } from "../auth/token-request.ts";
import { readFederated, readSecret, useAssertion } from "../execute/client.ts";
import type { Store } from "../execute/store.ts";
import type { NamedClient } from "../plan/client.ts";
import type { ClientCredential } from "../scim/client.ts";
import { isTenantIdText } from "../scim/ids.ts";
import { log } from "../scim/log.ts";
import { judgeToken } from "../scim/principal.ts";
import type { Wiring } from "./wiring.ts";

export interface ClientRequest {
  readonly tenant: string;
  readonly proof: ClientProof;
  readonly at: Date;
}

/** The credential that an access token is to be issued for. @throws OAuthError */
export async function authenticateClient(
  { tenant, proof, at }: ClientRequest,
  store: Store,
  { verifyAssertion }: Pick<Wiring, "verifyAssertion">,
): Promise<ClientCredential> {
  if (!isTenantIdText(tenant)) throw notAuthenticated();
  const client: NamedClient = { tenant, clientId: proof.clientId, at: at.toISOString() };
  switch (proof.kind) {
    case "secret": {
      const credential = await readSecret(store, client, await hashToken(proof.secret));
      if (credential === undefined) throw notAuthenticated();
      return allowed(credential);
    }
    case "assertion":
      return authenticateByAssertion(client, proof.assertion, store, verifyAssertion);
  }
}

async function authenticateByAssertion(
  client: NamedClient,
  assertion: string,
  store: Store,
  verify: Wiring["verifyAssertion"],
): Promise<ClientCredential> {
  const trusted = await readFederated(store, client);
  if (trusted.length === 0) throw notAuthenticated();
  const decision = await verify(assertion, trusted);
  switch (decision.kind) {
    case "accepted": {
      const credential = allowed(decision.trusted);
      if (await useAssertion(store, client, decision)) return credential;
      logClient("oauth.refused", client, "replayed");
      throw notAuthenticated("The assertion was used before.");
    }
    case "refused":
      logClient("oauth.refused", client, decision.reason);
      throw notAuthenticated(decision.isSigned ? decision.reason : undefined);
    case "undecided":
      logClient("oauth.keysUnavailable", client, decision.reason);
      throw new OAuthError("temporarily_unavailable", "The issuer's keys are out of reach.");
  }
}

/** The client is proven, so it may hear why it gets no token all the same. */
function allowed<Credential extends ClientCredential>(credential: Credential): Credential {
  const fault = judgeToken(credential.standing, "read");
  if (fault === undefined) return credential;
  throw new OAuthError("unauthorized_client", "detail" in fault ? fault.detail : "");
}

/** The client has a row, so these are its administrator's own texts, not a stranger's. */
function logClient(event: string, { tenant, clientId }: NamedClient, reason: string): void {
  log({ event, tenant, clientId, reason });
}
