/** Statements for a tenant that has to be there: one round trip tells that, and carries them out. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Row, Store } from "../execute/store.ts";
import { ProblemError } from "./problem.ts";

/** Condition: the tenant is in this database and not being deleted. Every write carries it, so that no race passes it by. */
export function tenantStands(tenant: string): SQL {
  return sql`EXISTS (SELECT 1 FROM tenants WHERE tenant_id = ${tenant} AND status IN ('active', 'suspended') AND shard IS NULL)`;
}

/**
 * The rows of each statement, in their order.
 * @throws ProblemError 404 where there is no such tenant, or it is being deleted
 */
export async function executeInTenant(
  store: Store,
  tenant: string,
  statements: readonly Statement[],
): Promise<(index: number) => readonly Row[]> {
  const [standing, ...results] = await store.batch([planStanding(tenant), ...statements]);
  if (standing?.length !== 1) throw new ProblemError(404, `there is no tenant "${tenant}"`);
  return (index) => results[index] ?? [];
}

function planStanding(tenant: string): Statement {
  return statement(sql`SELECT 1 AS stands WHERE ${tenantStands(tenant)}`);
}
