/** SQL of set-up links, for the management API; the console takes them. */
import { sql, statement } from "../plan/statement.ts";
import type { Statement } from "../plan/statement.ts";
import type { Deletion } from "./audit-entry.ts";
import { tenantStands } from "./in-tenant.ts";

/** A link to be kept: all but its secret. */
export interface NewLink {
  readonly id: string;
  /** SHA-256 of the secret, lower-case hex. */
  readonly hash: string;
  readonly created: string;
  readonly createdBy: string;
  readonly expiresAt: string;
}

/** Newest first. */
export function planLinks(tenant: string): Statement {
  return statement(sql`
    SELECT id, created, created_by, expires_at, used_at FROM setup_links
    WHERE tenant_id = ${tenant} ORDER BY created DESC, id DESC`);
}

export function planNewLink(tenant: string, link: NewLink): Statement {
  return statement(sql`
    INSERT INTO setup_links (tenant_id, hash, id, created, created_by, expires_at, used_at)
    SELECT ${tenant}, ${link.hash}, ${link.id}, ${link.created}, ${link.createdBy}, ${link.expiresAt}, NULL
    WHERE ${tenantStands(tenant)}`);
}

/** Returns the id, or nothing where the tenant has no such link. */
export function planLinkDelete(tenant: string, id: string): Deletion {
  const row = sql`FROM setup_links WHERE tenant_id = ${tenant} AND id = ${id}`;
  return {
    gone: sql`SELECT json_object('expiresAt', expires_at, 'usedAt', used_at) AS detail ${row}`,
    statements: [statement(sql`DELETE ${row} RETURNING id`)],
  };
}
