/** Tenants on shards, made through the management API, and what each database holds of them. */
import { env } from "cloudflare:workers";
import { TENANT_TABLES } from "../../worker/admin/removal-statements.ts";
import { openD1Store } from "../../worker/execute/store-d1.ts";
import { openLibsqlStore } from "../../worker/execute/store-libsql.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { makeStores } from "../../worker/execute/stores.ts";
import type { Stores } from "../../worker/execute/stores.ts";
import { readObject } from "../../worker/scim/json.ts";
import { manage } from "../support/admin.ts";
import { databaseOf, openStore } from "../support/database.ts";
import { ORIGIN, clientOf } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

/** One on each engine. */
export const SHARDS = ["eu", "far"] as const;
export type Shard = (typeof SHARDS)[number];

const { far } = readObject(env.SHARDS ?? "{}");

export const OPEN: Readonly<Record<Shard | "main", OpenStore>> = {
  main: openStore,
  eu: (cost) => openD1Store(env.SHARD_EU, cost),
  far: (cost) => openLibsqlStore({ url: typeof far === "string" ? far : "" }, cost),
};

/** The stores of an isolate that knows nothing yet. */
export function freshStores(): Stores {
  return makeStores({ main: OPEN.main, shards: new Map(SHARDS.map((name) => [name, OPEN[name]])) });
}

export function place(tenant: string, shard: string | null) {
  return manage("POST", `/tenants/${tenant}/placement`, { body: { shard } });
}

export async function newTenant(): Promise<string> {
  const id = `t-${crypto.randomUUID()}`;
  await manage("POST", "/tenants", { body: { id, displayName: "Placed" } });
  return id;
}

/** A client of a new tenant on this shard. */
export async function placedTenant(shard: string): Promise<Tenant> {
  const id = await newTenant();
  await place(id, shard);
  await manage("POST", "/sso/providers", { tenant: id, body: { scheme: "idp" } });
  const { body } = await manage("POST", "/scim", { tenant: id, body: { provider: "idp" } });
  return clientOf(id, body.token, `${ORIGIN}/${id}/api/scim/v2`);
}

/** Table -> number of the tenant's rows, of those that have any. */
export async function rowsIn(
  name: Shard | "main",
  tenant: string,
): Promise<Readonly<Record<string, number>>> {
  const tables = ["tenants", "writers", ...Object.keys(TENANT_TABLES)];
  const database = databaseOf(OPEN[name]);
  const counts = await database.batch<{ n: number }>(
    tables.map((table) =>
      database.prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?`).bind(tenant),
    ),
  );
  const counted = tables.map((table, index) => [table, counts[index]?.results[0]?.n ?? 0] as const);
  return Object.fromEntries(counted.filter(([, n]) => n > 0));
}
