/** Sessions of the console: a row by the hash of a secret that only the cookie holds, so that signing out ends it everywhere. */
import { hexOf, sha256Of } from "../auth/digest.ts";
import type { AdminPrincipal } from "../auth/jwt.ts";
import type { Store } from "../execute/store.ts";
import type { SessionLimits } from "../http/wiring.ts";
import {
  planNewSession,
  planSeenSession,
  planSession,
  planSessionEnd,
} from "./session-statements.ts";
import type { NamedSession, NewSession } from "./session-statements.ts";

export type SessionKind = NewSession["kind"];

export interface Session {
  /** The one tenant that it is for; '' where it may choose. */
  readonly tenant: string;
  readonly subject: string;
  readonly kind: SessionKind;
  /** What each form of this session carries (OWASP: synchronizer token). */
  readonly csrf: string;
  readonly key: NamedSession;
}

/** How often its last use is written, as a part of the time that it may be idle. */
const SEEN_PART = 1 / 30;

const COOKIE = /^([a-z0-9-]*)\.([0-9a-f]{64})$/;

/** However long others may last. */
const SETUP_LIFE = 4 * 3600;

export interface SessionContext {
  readonly store: Store;
  readonly limits: SessionLimits;
  readonly now: Date;
  readonly random: (length: number) => Uint8Array;
}

type Starting = Pick<NewSession, "tenant" | "subject" | "kind">;

/** Starts a session, and gives the value of its cookie. */
export async function startSession(start: Starting, context: SessionContext): Promise<string> {
  const { store, limits, now, random } = context;
  const secret = hexOf(random(32));
  const at = now.toISOString();
  const life = start.kind === "setup" ? Math.min(limits.life, SETUP_LIFE) : limits.life;
  const expiresAt = new Date(now.getTime() + life * 1000).toISOString();
  await store.query(planNewSession({ ...start, hash: await sha256Of(secret), at, expiresAt }));
  return `${start.tenant}.${secret}`;
}

/** The session of a cookie's value; undefined where there is none, or it has ended. */
export async function readSession(
  cookie: string | undefined,
  { store, limits, now }: SessionContext,
): Promise<Session | undefined> {
  const [, tenant, secret] = COOKIE.exec(cookie ?? "") ?? [];
  if (tenant === undefined || secret === undefined) return undefined;
  const key = { tenant, hash: await sha256Of(secret) };
  const at = now.toISOString();
  const idleSince = new Date(now.getTime() - limits.idle * 1000).toISOString();
  const [row] = await store.query(planSession(key, { now: at, idleSince }));
  if (row === undefined) return undefined;
  const unseen = now.getTime() - Date.parse(String(row["last_seen"]));
  if (unseen > limits.idle * 1000 * SEEN_PART) {
    await store.query(planSeenSession(key, at));
  }
  const csrf = await sha256Of(`csrf ${secret}`);
  return { tenant, subject: String(row["subject"]), kind: kindOf(row["kind"]), csrf, key };
}

export async function endSession({ key }: Session, store: Store): Promise<void> {
  await store.query(planSessionEnd(key));
}

/** Whom the management API takes the session for. */
export function callerOf({ subject, tenant, kind }: Session): AdminPrincipal {
  return { subject, tenant: tenant === "" ? undefined : tenant, operator: kind === "operator" };
}

function kindOf(value: unknown): SessionKind {
  return value === "operator" || value === "manager" ? value : "setup";
}
