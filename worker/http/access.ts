/** From claim to principal: the credential of a request, and the reads that prove it on their way. */
import type { Profile } from "../../schema/provider.ts";
import { authenticate } from "../auth/authenticate.ts";
import { readAccessToken } from "../auth/access-token.ts";
import { readBearer } from "../auth/bearer.ts";
import { executeRead, readToken, touchToken } from "../execute/read.ts";
import { noCost } from "../execute/store.ts";
import type { Row } from "../execute/store.ts";
import type { Leniency } from "../parse/quirks.ts";
import type { Statement } from "../plan/statement.ts";
import { ScimError } from "../scim/fault.ts";
import type { Claim, Principal } from "../scim/principal.ts";
import type { ScimContext } from "./context.ts";
import { deferOf } from "./defer.ts";
import { profileSeen } from "./seen.ts";
import type { Wiring } from "./wiring.ts";

/** @throws unauthenticated where there is no credential for this tenant; whether it is good is seen with the first read */
export async function readClaim(
  authorization: string | undefined,
  tenant: string | undefined,
  { now, secret }: Pick<Wiring, "now" | "secret">,
): Promise<Claim> {
  const at = now();
  const shown = await readCredential(authorization, { now: at, secret });
  if (shown === undefined || (tenant !== undefined && tenant !== shown.tenant)) {
    throw new ScimError({ kind: "unauthenticated" });
  }
  return { ...shown, at: at.toISOString() };
}

/** A SCIM token, or an access token of an OAuth client. */
async function readCredential(
  authorization: string | undefined,
  context: Parameters<typeof readAccessToken>[1],
): Promise<Pick<Claim, "tenant" | "credential"> | undefined> {
  const token = await readBearer(authorization);
  if (token !== undefined) {
    return { tenant: token.tenant, credential: { kind: "token", hash: token.hash } };
  }
  const grant = await readAccessToken(authorization, context);
  return grant && { tenant: grant.tenant, credential: { kind: "grant", id: grant.credentialId } };
}

/** The rows of a statement, and with them, in the same round trip, who is asking. */
export async function readRows(c: ScimContext, statement: Statement): Promise<readonly Row[]> {
  const { token, rows } = await executeRead(c.get("store"), statement);
  admit(c, token, "read");
  return rows;
}

/** Who is asking, by a read of its own where none came before. */
export async function prove(c: ScimContext, access: "read" | "write"): Promise<Principal> {
  const proven = c.get("principal");
  if (proven !== undefined) return proven;
  return admit(c, await readToken(c.get("store"), claimOf(c)), access);
}

/**
 * Who asks for a change: where this isolate saw the token a moment ago, by that. Then it is presumed, and not proven (`proof.ts`)
 * before the writer has written for it.
 */
export async function identify(c: ScimContext): Promise<Principal> {
  const identified = c.get("principal") ?? c.get("presumed");
  if (identified !== undefined) return identified;
  await holdOverdrawn(c);
  return presume(c) ?? prove(c, "write");
}

function presume(c: ScimContext): Principal | undefined {
  const { known, now } = c.get("wiring");
  const presumed = known?.find(claimOf(c), now().getTime());
  if (presumed === undefined) return undefined;
  c.set("presumed", presumed);
  c.get("leniency").profile = presumed.profile;
  return presumed;
}

/** @throws tooManyRequests as long as the writer told this credential to wait */
async function holdOverdrawn(c: ScimContext): Promise<void> {
  const { overdrawn, now } = c.get("wiring");
  const fault = overdrawn?.judge(claimOf(c), now().getTime());
  if (fault === undefined) return;
  await prove(c, "write");
  throw new ScimError(fault);
}

/** What the request was forgiven isn't where the connection is strict. */
export function refuseLeniency(c: ScimContext): void {
  const leniency = c.get("leniency");
  refuseForgiven(leniency.profile, leniency);
}

/** @throws the first forgiven fault, where the connection is strict */
export function refuseForgiven(profile: Profile | undefined, { forgiven }: Leniency): void {
  const [first] = forgiven;
  if (profile === "strict" && first !== undefined) throw new ScimError(first.fault);
}

export function claimOf(c: ScimContext): Claim {
  const claim = c.get("claim");
  if (claim === undefined) throw new ScimError({ kind: "unauthenticated" });
  return claim;
}

/** @throws unauthenticated, forbidden; what was forgiven, where the connection is strict */
function admit(c: ScimContext, token: Row | undefined, access: "read" | "write"): Principal {
  const { known, now } = c.get("wiring");
  const claim = claimOf(c);
  known?.forget(claim);
  const principal = authenticate(token, access);
  known?.note(claim, principal, now().getTime());
  accept(c, principal);
  c.get("leniency").profile = principal.profile;
  refuseLeniency(c);
  noteUse(c, principal, token);
  return principal;
}

/** It is proven who asks. */
export function accept(c: ScimContext, principal: Principal): void {
  const { failures, now } = c.get("wiring");
  failures?.trust(c.get("client"), now().getTime());
  c.set("principal", principal);
}

function noteUse(c: ScimContext, principal: Principal, token: Row | undefined): void {
  const store = c.get("wiring").stores.storeFor(principal.tenant, noCost());
  const touched = touchToken(store, claimOf(c), {
    lastUsed: token?.["last_used"],
    provider: principal.provider,
    seen: profileSeen(c.req.raw),
  });
  if (touched !== undefined) void deferOf(c)(touched);
}
