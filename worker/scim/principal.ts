/** Who is asking: unproven (`Claim`) and proven (`Principal`). */
import type { Profile } from "../../schema/provider.ts";
import type { Fault } from "./fault.ts";
import type { TenantId } from "./ids.ts";

/** What a request shows: which row of `scim_tokens` it names, and as what. */
export type Credential =
  /** A SCIM token, by its SHA-256 in lower-case hex. */
  | { readonly kind: "token"; readonly hash: string }
  /** An access token, by the id of the OAuth client's credential that it was issued for. */
  | { readonly kind: "grant"; readonly id: string };

/** What a request says of itself. Statements are built for a claim and read nothing where it doesn't hold. */
export interface Claim {
  readonly tenant: string;
  readonly credential: Credential;
  /** The time at which the token has to be valid, ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * A tenant whose rows an administrator reads, who was authorized for it elsewhere (`admin`, `console`). No token is asked for; the
 * tenant has to be there, and may be suspended.
 */
export interface ManagedTenant {
  readonly kind: "managed";
  readonly tenant: string;
}

/** Equal for equal credentials of one tenant, else different. */
export function keyOf(credential: Credential): string {
  return credential.kind === "token" ? `token ${credential.hash}` : `grant ${credential.id}`;
}

/** Equal for claims of one tenant by one credential, whenever they are made. */
export function claimKey({ tenant, credential }: Claim): string {
  return `${tenant} ${keyOf(credential)}`;
}

/** Minted from the token row that came back, nowhere else. */
export interface Principal {
  readonly tenant: TenantId;
  readonly tokenId: string;
  readonly provider: string;
  readonly profile: Profile;
  readonly scope: "provision" | "read";
}

/** What the token row says of the connection; columns as `plan/claim` selects them. */
export interface TokenStanding {
  readonly status: string;
  readonly enabled: boolean;
  readonly scope: string;
}

/** The standing in a token's row. */
export function standingOf(row: Readonly<Record<string, string | number | null>>): TokenStanding {
  return {
    status: String(row["status"]),
    enabled: row["enabled"] === 1,
    scope: String(row["scope"]),
  };
}

/** May this token do it? Undefined: yes. A token that isn't valid at all has no standing. */
export function judgeToken(
  standing: TokenStanding | undefined,
  access: "read" | "write",
): Fault | undefined {
  if (standing === undefined) return { kind: "unauthenticated" };
  if (standing.status !== "active")
    return { kind: "forbidden", detail: "The tenant is suspended." };
  if (!standing.enabled) return { kind: "forbidden", detail: "The SSO provider is disabled." };
  if (access === "write" && standing.scope !== "provision") {
    return { kind: "forbidden", detail: "The token may only read." };
  }
  return undefined;
}
