/** Who is asking: unproven (`Claim`) and proven (`Principal`). */
import type { Profile } from "../../schema/provider.ts";
import type { Fault } from "./fault.ts";
import type { TenantId } from "./ids.ts";

/** What a request says of itself. Statements are built for a claim and read nothing where it doesn't hold. */
export interface Claim {
  readonly tenant: string;
  /** SHA-256 of the token, lower-case hex. */
  readonly tokenHash: string;
  /** The time at which the token has to be valid, ISO 8601 in UTC. */
  readonly at: string;
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
