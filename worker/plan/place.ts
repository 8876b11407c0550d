/** Where a tenant is: its row in the main database names the shard, and its row in the shard (or the main database) says that it is here. */
import { sql, statement } from "./statement.ts";
import type { Statement } from "./statement.ts";

/** `shard` is NULL where the tenant's rows are in this database; there is no row where the database doesn't know the tenant. */
export function planPlace(tenant: string): Statement {
  return statement(sql`SELECT shard FROM tenants WHERE tenant_id = ${tenant}`);
}
