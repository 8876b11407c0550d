/** Signing in by OpenID Connect, or by the one-click link of the local emulation; and signing out. */
import type { AdminPrincipal, VerifyAccessToken } from "../auth/jwt.ts";
import { seal, unseal } from "../auth/seal.ts";
import { noCost } from "../execute/store.ts";
import type { ConsoleContext } from "./context.ts";
import { clearCookie, readCookie, writeCookie } from "./cookies.ts";
import { view } from "./layout.tsx";
import { finishSignIn, startSignIn } from "./openid.ts";
import type { SignInState } from "./openid.ts";
import { CONSOLE, PageError, sessionOf, tenantPath } from "./page.ts";
import type { Page } from "./page.ts";
import { textAt } from "./reading.ts";
import { endSession, startSession } from "./session.ts";
import type { SessionContext } from "./session.ts";
import { errorText, log } from "../scim/log.ts";

/** Seconds that somebody may take at the provider. */
const SIGN_IN_SECONDS = 600;

export const SIGN_IN_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/sign-in", access: "open", answer: signIn },
  { method: "GET", path: "/callback", access: "open", answer: finish },
  { method: "POST", path: "/sign-out", access: "session", answer: signOut },
]);

async function signIn(c: ConsoleContext): Promise<Response> {
  const { openId, verifyLink } = c.get("wiring").console;
  const link = c.req.query("link");
  if (link !== undefined && verifyLink !== undefined) return enterByToken(c, link, verifyLink);
  if (openId === undefined) {
    throw new PageError(
      503,
      "Signing in isn't set up here. An operator has to set CONSOLE_CLIENT_ID: see docs/console.md.",
    );
  }
  const { url, ...state } = await startSignIn(openId, callbackOf(c)).catch((error: unknown) => {
    throw unreachable(c, error);
  });
  const next = localPath(c.req.query("next"));
  const sealed = await seal({ ...state, next }, sealOf(c), c.get("wiring").random);
  writeCookie(c, "sign-in", sealed, SIGN_IN_SECONDS);
  return c.redirect(url, 303);
}

async function finish(c: ConsoleContext): Promise<Response> {
  const { console: config, verifyAccessToken } = c.get("wiring");
  const kept = await unseal(readCookie(c, "sign-in") ?? "", sealOf(c));
  clearCookie(c, "sign-in");
  if (config.openId === undefined || kept === undefined) {
    throw new PageError(
      400,
      "This sign-in took too long, or was begun in another browser. Begin again.",
    );
  }
  const expected: SignInState = {
    state: textAt(kept, "state"),
    nonce: textAt(kept, "nonce"),
    verifier: textAt(kept, "verifier"),
  };
  const redirect = { redirectUri: callbackOf(c), expected };
  const token = await finishSignIn(config.openId, new URL(c.req.url), redirect).catch(
    (error: unknown) => {
      logFailure(c, error);
      throw new PageError(403, "The OpenID provider did not sign you in. Begin again.");
    },
  );
  return enterByToken(c, token, verifyAccessToken, localPath(textAt(kept, "next")));
}

/** Starts a session for whom the token names. */
async function enterByToken(
  c: ConsoleContext,
  token: string,
  verify: VerifyAccessToken,
  next = "",
): Promise<Response> {
  const decision = await verify(token);
  if (decision.kind === "insufficientScope") {
    throw new PageError(
      403,
      "Your account may not manage provisioning: ask for the scope services.iam.",
    );
  }
  if (decision.kind !== "granted")
    throw new PageError(403, "This sign-in isn't valid, or has expired.");
  const { principal } = decision;
  const { tenant = "", kind } = roleOf(principal);
  await enter(c, { tenant, subject: principal.subject, kind });
  return c.redirect(next === "" ? homeOf(tenant) : next, 303);
}

/** Starts a session and gives its cookie to the browser; a session before it ends. */
export async function enter(
  c: ConsoleContext,
  start: Parameters<typeof startSession>[0],
): Promise<void> {
  const context = sessionContextOf(c);
  const before = c.get("session");
  if (before !== undefined) await endSession(before, context.store);
  writeCookie(c, "session", await startSession(start, context));
}

export function homeOf(tenant: string): string {
  return tenant === "" ? `${CONSOLE}/tenants` : tenantPath(tenant);
}

function roleOf({ operator, tenant }: AdminPrincipal) {
  if (operator) return { kind: "operator" } as const;
  if (tenant !== undefined) return { kind: "manager", tenant } as const;
  throw new PageError(403, "Your account belongs to no tenant.");
}

async function signOut(c: ConsoleContext): Promise<Response> {
  await endSession(sessionOf(c), sessionContextOf(c).store);
  clearCookie(c, "session");
  c.set("session", undefined);
  return view(c, "Signed out", <p>You are signed out.</p>);
}

export function sessionContextOf(c: ConsoleContext): SessionContext {
  const { openStore, now, random, console: config } = c.get("wiring");
  return { store: openStore(noCost()), limits: config.sessions, now: now(), random };
}

function sealOf(c: ConsoleContext) {
  return { secret: c.get("wiring").secret, purpose: "sign-in", bound: callbackOf(c) } as const;
}

function callbackOf(c: ConsoleContext): string {
  return new URL(`${CONSOLE}/callback`, c.req.url).href;
}

/** A path of the console to go on with; '' for anything else, so that nobody is sent elsewhere (CWE-601). */
function localPath(text: string | undefined): string {
  return text !== undefined && /^\/console\/[\w./~-]*$/.test(text) ? text : "";
}

function unreachable(c: ConsoleContext, error: unknown): PageError {
  logFailure(c, error);
  return new PageError(503, "The OpenID provider is out of reach. Try again in a moment.");
}

function logFailure(c: ConsoleContext, error: unknown): void {
  log({ event: "console.signIn", requestId: c.get("requestId"), error: errorText(error) });
}
