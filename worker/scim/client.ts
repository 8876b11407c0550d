/** Credentials of OAuth clients (RFC 6749 section 2.3), as they were found. */
import type { TokenStanding } from "./principal.ts";

/** A secret or a federated credential, and what its connection may. */
export interface ClientCredential {
  readonly id: string;
  readonly standing: TokenStanding;
  /** ISO 8601 in UTC. */
  readonly expiresAt: string | undefined;
  /** ISO 8601 in UTC. */
  readonly lastUsed: string | undefined;
}

/** Whose assertions are taken (RFC 7523 section 3). */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** Where its keys are; undefined: where its discovery document says. */
  readonly jwksUri: string | undefined;
}

export interface FederatedCredential extends ClientCredential, TrustedIssuer {}
