/**
 * The note of a request that changed nothing: refused, or forgiven something. What changes is noted in its own batch. It is written
 * after the answer, so the tenant may be gone by then: no row comes back into an empty house.
 */
import { sql, statement } from "./statement.ts";
import type { Statement } from "./statement.ts";

export interface ActivityNote {
  readonly tenant: string;
  readonly id: string;
  readonly at: string;
  readonly tokenId: string;
  readonly provider: string;
  readonly operation: string;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly outcome: "refused" | "unchanged";
  readonly quirks: readonly string[];
  readonly status: number;
  readonly detail: string | null;
  /** Milliseconds. */
  readonly latency: number;
  /** What was asked for, in a line. */
  readonly request: string;
}

export function planActivityNote(note: ActivityNote): Statement {
  return statement(sql`INSERT INTO activity
      (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes, status, detail, latency, request)
    SELECT ${note.tenant}, ${note.id}, ${note.at}, ${note.tokenId}, ${note.provider}, ${note.operation}, ${note.resourceType},
      ${note.resourceId}, ${note.outcome}, ${JSON.stringify(note.quirks)}, '[]', ${note.status}, ${note.detail}, ${note.latency}, ${note.request}
    FROM tenants WHERE tenant_id = ${note.tenant} AND status IN ('active', 'suspended') AND shard IS NULL`);
}
