/** SQL of tenants, for operators. A deleted tenant's row stays, so that its id is never used again. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { PageRequest } from "./page.ts";

export interface NewTenant {
  readonly id: string;
  readonly displayName: string;
  readonly created: string;
}

export interface TenantChange {
  readonly displayName?: string | undefined;
  readonly status?: "active" | "suspended" | undefined;
  readonly activityDays?: number | undefined;
}

/** How many days a tenant's activity and audit entries are kept where nobody said so. */
const ACTIVITY_DAYS = 90;

/** A number binds as REAL, so this is a literal. */
export const KEPT_DAYS = sql.raw(`coalesce(activity_days, ${ACTIVITY_DAYS})`);

export const SHOWN: SQL = sql`tenant_id, display_name, status, shard, ${KEPT_DAYS} AS activity_days, created, last_modified`;

/** How many there are, and a page of them, newest first. */
export function planTenants({ page, pageSize }: PageRequest): readonly Statement[] {
  return [
    statement(sql`SELECT count(*) AS total FROM tenants WHERE status <> 'deleted'`),
    statement(sql`
      SELECT ${SHOWN} FROM tenants WHERE status <> 'deleted' ORDER BY created DESC, tenant_id
      LIMIT CAST(${pageSize} AS INTEGER) OFFSET CAST(${(page - 1) * pageSize} AS INTEGER)`),
  ];
}

export function planTenant(tenant: string): Statement {
  return statement(
    sql`SELECT ${SHOWN} FROM tenants WHERE tenant_id = ${tenant} AND status <> 'deleted'`,
  );
}

/** The tenant and the row of its writer, in one batch; UniqueViolation where the id is or was used. */
export function planNewTenant(tenant: NewTenant): readonly Statement[] {
  return [
    statement(sql`
      INSERT INTO tenants (tenant_id, display_name, status, created, last_modified)
      VALUES (${tenant.id}, ${tenant.displayName}, 'active', ${tenant.created}, ${tenant.created})
      RETURNING ${SHOWN}`),
    statement(sql`
      INSERT INTO writers (tenant_id, sequence, ok, totals, last_id) VALUES (${tenant.id}, 0, 1, '{}', '')`),
  ];
}

/** Returns the row, or none where the tenant is not there or is being deleted. */
export function planTenantChange(tenant: string, change: TenantChange, now: string): Statement {
  return statement(sql`
    UPDATE tenants
    SET display_name = coalesce(${change.displayName ?? null}, display_name),
      status = coalesce(${change.status ?? null}, status),
      activity_days = coalesce(CAST(${change.activityDays ?? null} AS INTEGER), activity_days), last_modified = ${now}
    WHERE tenant_id = ${tenant} AND status IN ('active', 'suspended')
    RETURNING ${SHOWN}`);
}
