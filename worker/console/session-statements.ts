/** SQL of the console's sessions, which lie in the main database, and of the use of set-up links, which lie with their tenant. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";

export interface NewSession {
  /** '' for a session that may choose its tenant. */
  readonly tenant: string;
  /** SHA-256 of the secret, lower-case hex. */
  readonly hash: string;
  readonly subject: string;
  readonly kind: "manager" | "operator" | "setup";
  /** ISO 8601 in UTC, as every time here. */
  readonly at: string;
  readonly expiresAt: string;
}

/** A session by its secret. */
export interface NamedSession {
  readonly tenant: string;
  readonly hash: string;
}

/** The session, where it hasn't ended, nobody left it idle since `idleSince`, and its tenant stands. */
export function planSession(
  { tenant, hash }: NamedSession,
  { now, idleSince }: { readonly now: string; readonly idleSince: string },
): Statement {
  return statement(sql`SELECT subject, kind, last_seen, expires_at FROM sessions
    WHERE tenant_id = ${tenant} AND hash = ${hash} AND expires_at > ${now} AND last_seen > ${idleSince}
      AND (tenant_id = '' OR ${standing(tenant)})`);
}

export function planNewSession(session: NewSession): Statement {
  return statement(sql`INSERT INTO sessions (tenant_id, hash, subject, kind, created, last_seen, expires_at)
    VALUES (${session.tenant}, ${session.hash}, ${session.subject}, ${session.kind}, ${session.at}, ${session.at}, ${session.expiresAt})`);
}

export function planSeenSession({ tenant, hash }: NamedSession, now: string): Statement {
  return statement(
    sql`UPDATE sessions SET last_seen = ${now} WHERE tenant_id = ${tenant} AND hash = ${hash}`,
  );
}

export function planSessionEnd({ tenant, hash }: NamedSession): Statement {
  return statement(sql`DELETE FROM sessions WHERE tenant_id = ${tenant} AND hash = ${hash}`);
}

/** A row where the link is good. */
export function planSetupLink({ tenant, hash }: NamedSession, now: string): Statement {
  return statement(
    sql`SELECT expires_at FROM setup_links WHERE tenant_id = ${tenant} AND ${isGood(tenant, hash, now)}`,
  );
}

/** Uses the link up, and returns its id where it was good: of two at once, one. */
export function planSetupLinkUse({ tenant, hash }: NamedSession, now: string): Statement {
  return statement(
    sql`UPDATE setup_links SET used_at = ${now} WHERE tenant_id = ${tenant} AND ${isGood(tenant, hash, now)} RETURNING id`,
  );
}

function isGood(tenant: string, hash: string, now: string): SQL {
  return sql`hash = ${hash} AND used_at IS NULL AND expires_at > ${now} AND ${standing(tenant)}`;
}

function standing(tenant: string): SQL {
  return sql`EXISTS (SELECT 1 FROM tenants WHERE tenant_id = ${tenant} AND status IN ('active', 'suspended'))`;
}
