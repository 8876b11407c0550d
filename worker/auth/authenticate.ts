/** Token row to principal: the only place where a `TenantId` is minted for SCIM. */
import { ScimError } from "../scim/fault.ts";
import type { TenantId } from "../scim/ids.ts";
import { judgeToken, standingOf } from "../scim/principal.ts";
import type { Principal } from "../scim/principal.ts";

/** The row that `plan/claim` selects for a valid token. */
export type TokenRow = Readonly<Record<string, string | number | null>>;

/** @throws unauthenticated without a row; forbidden where tenant, provider or scope don't allow the access */
export function authenticate(row: TokenRow | undefined, access: "read" | "write"): Principal {
  const fault = judgeToken(row && standingOf(row), access);
  if (fault !== undefined || row === undefined) {
    throw new ScimError(fault ?? { kind: "unauthenticated" });
  }
  return {
    tenant: String(row["tenant_id"]) as TenantId,
    tokenId: String(row["id"]),
    provider: String(row["provider"]),
    profile: String(row["profile"]) as Principal["profile"],
    scope: row["scope"] === "read" ? "read" : "provision",
  };
}
