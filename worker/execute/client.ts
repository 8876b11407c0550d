/** Reads the credentials of an OAuth client, and takes assertions once. */
import { planFederated, planSecret, planUse } from "../plan/client.ts";
import type { NamedClient } from "../plan/client.ts";
import type { ClientCredential, FederatedCredential } from "../scim/client.ts";
import { standingOf } from "../scim/principal.ts";
import type { Row, Store } from "./store.ts";

/** The client's secret with this hash; undefined where there is none, or it has expired. */
export async function readSecret(
  store: Store,
  client: NamedClient,
  hash: string,
): Promise<ClientCredential | undefined> {
  const [row] = await store.query(planSecret(client, hash));
  return row && credentialOf(row);
}

export async function readFederated(
  store: Store,
  client: NamedClient,
): Promise<readonly FederatedCredential[]> {
  const rows = await store.query(planFederated(client));
  return rows.map((row) => ({
    ...credentialOf(row),
    issuer: String(row["issuer"]),
    subject: String(row["subject"]),
    audience: String(row["audience"]),
    jwksUri: textOf(row, "jwks_uri"),
  }));
}

/** How far the clocks of two isolates may be apart. */
const CLOCK_SKEW_MS = 60_000;

/** False where the assertion was used before. */
export async function useAssertion(
  store: Store,
  client: NamedClient,
  { jtiHash, expires }: { readonly jtiHash: string; readonly expires: Date },
): Promise<boolean> {
  const used = { jtiHash, expiresAt: expires.toISOString() };
  const expired = new Date(Date.parse(client.at) - CLOCK_SKEW_MS).toISOString();
  const [, taken] = await store.batch(planUse(client.tenant, used, expired));
  return taken?.length === 1;
}

function credentialOf(row: Row): ClientCredential {
  return {
    id: String(row["id"]),
    standing: standingOf(row),
    expiresAt: textOf(row, "expires_at"),
    lastUsed: textOf(row, "last_used"),
  };
}

function textOf(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}
