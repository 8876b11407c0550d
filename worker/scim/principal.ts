/** Who is asking: unproven (`Claim`) and proven (`Principal`). */
import type { Profile } from "../../schema/provider.ts";
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
