/** The quirks that a tenant's connection was forgiven, as its activity log has them. */
import { expect } from "vitest";
import type { Tenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

interface Entry {
  readonly quirks: string;
  readonly resource_id: string | null;
}

/** Notes are written after the answer: one more request, and once its note is there, so are those before it. */
export async function readFired(tenant: Tenant): Promise<readonly string[]> {
  const last = crypto.randomUUID();
  expect((await tenant.get(`/Users/${last}`)).status).toBe(404);
  const isThere = async (): Promise<boolean> =>
    (await entriesOf(tenant)).some(({ resource_id: id }) => id === last);
  await expect.poll(isThere, { interval: 5 }).toBe(true);
  const names = (await entriesOf(tenant)).flatMap(({ quirks }) => JSON.parse(quirks) as string[]);
  return [...new Set(names)].toSorted();
}

async function entriesOf({ id }: Tenant): Promise<readonly Entry[]> {
  const rows = DB.prepare("SELECT quirks, resource_id FROM activity WHERE tenant_id = ?");
  return (await rows.bind(id).all<Entry>()).results;
}
