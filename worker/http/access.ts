/** From claim to principal: the credential of a request, and the reads and writes that prove it on their way. */
import type { Profile } from "../../schema/provider.ts";
import { authenticate } from "../auth/authenticate.ts";
import { readAccessToken } from "../auth/access-token.ts";
import { readBearer } from "../auth/bearer.ts";
import { executeRead, readToken, touchToken } from "../execute/read.ts";
import { addCost, noCost } from "../execute/store.ts";
import type { Row } from "../execute/store.ts";
import { isLostObject, isOverloaded } from "../execute/passing.ts";
import { sinceOf } from "../execute/write.ts";
import type { WriteReply, WriteRequest, Writer } from "../execute/write.ts";
import type { Leniency } from "../parse/quirks.ts";
import type { WriteCommand } from "../plan/needs.ts";
import type { Statement } from "../plan/statement.ts";
import type { Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import { errorText, log } from "../scim/log.ts";
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
  admit(c, authenticate(token, "read"), token);
  return rows;
}

/** Who is asking, by a read of its own where none came before. */
export async function prove(c: ScimContext, access: "read" | "write"): Promise<Principal> {
  const known = c.get("principal");
  if (known !== undefined) return known;
  if (access === "write") holdOverdrawn(c);
  const token = await readToken(c.get("store"), claimOf(c));
  const principal = authenticate(token, access);
  admit(c, principal, token);
  return principal;
}

/** Hands one command to the tenant's writer. */
export async function write(
  c: ScimContext,
  command: WriteCommand,
): Promise<Outcome & { ok: true }> {
  const step = { command, fault: undefined, bulkId: undefined, references: [] };
  const [outcome] = await writeSteps(c, { steps: [step], failOnErrors: undefined });
  if (outcome === undefined) throw new Error("The writer left out the only step");
  if (!outcome.ok) throw new ScimError(outcome.fault);
  return outcome;
}

/** Hands steps to the tenant's writer; their outcomes, undefined for what wasn't carried out. */
export async function writeSteps(
  c: ScimContext,
  wish: Pick<WriteRequest, "steps" | "failOnErrors">,
): Promise<WriteReply["outcomes"]> {
  const request = { ...wish, requestId: c.get("requestId") };
  const { outcomes, cost } = await askWriter(c, request);
  addCost(c.get("cost"), cost);
  noteOverdrawn(c, outcomes);
  c.set(
    "hasChanged",
    outcomes.some((outcome) => outcome?.ok === true && outcome.changed),
  );
  return outcomes;
}

/** @throws tooManyRequests as long as the writer told this credential to wait */
function holdOverdrawn(c: ScimContext): void {
  const { overdrawn, now } = c.get("wiring");
  const fault = overdrawn?.judge(claimOf(c), now().getTime());
  if (fault !== undefined) throw new ScimError(fault);
}

/** The writer refuses for its rate all of a request or nothing, and `Retry-After` is a header: so a Bulk request is refused as a whole too. */
function noteOverdrawn(c: ScimContext, [outcome]: WriteReply["outcomes"]): void {
  if (outcome?.ok !== false || outcome.fault.kind !== "tooManyRequests") return;
  const { fault } = outcome;
  const { overdrawn, now } = c.get("wiring");
  const isNew = overdrawn?.note(claimOf(c), fault.retryAfter, now().getTime());
  if (isNew === true) logOverdrawn(c);
  throw new ScimError(fault);
}

/** Once for all that is refused while it waits. */
function logOverdrawn(c: ScimContext): void {
  const [principal, requestId] = [c.get("principal"), c.get("requestId")];
  const [tenant, provider] = [principal?.tenant, principal?.provider];
  log({ event: "writer.overdrawn", tenant, provider, requestId, status: 429 });
}

/**
 * A writer that ended in the middle of it may have written or not: its successor is asked once, and looks before it writes.
 * @throws unavailable where that one ends too, or there is no successor yet
 */
async function askWriter(c: ScimContext, request: WriteRequest): Promise<WriteReply> {
  const writer = (): Writer => c.get("wiring").writerOf(claimOf(c).tenant);
  try {
    return await writer().execute(request);
  } catch (error) {
    if (!isLostObject(error)) throw error;
    logLost(c, error);
    if (isOverloaded(error)) throw new ScimError({ kind: "unavailable", retryAfter: 5 });
  }
  try {
    return await writer().execute({ ...request, since: sinceOf(request) });
  } catch (error) {
    if (!isLostObject(error)) throw error;
    logLost(c, error);
    throw new ScimError({ kind: "unavailable", retryAfter: 5, isUnknown: true });
  }
}

function logLost(c: ScimContext, error: unknown): void {
  const principal = c.get("principal");
  const [tenant, provider] = [principal?.tenant, principal?.provider];
  const requestId = c.get("requestId");
  log({ event: "writer.lost", tenant, provider, requestId, error: errorText(error) });
}

/** What the request was forgiven isn't where the connection is strict. */
export function refuseLeniency(c: ScimContext): void {
  refuseForgiven(c.get("principal")?.profile, c.get("leniency"));
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

function admit(c: ScimContext, principal: Principal, token: Row | undefined): void {
  const { failures, now } = c.get("wiring");
  failures?.trust(c.get("client"), now().getTime());
  c.set("principal", principal);
  c.get("leniency").profile = principal.profile;
  refuseLeniency(c);
  if (token === undefined) return;
  const store = c.get("wiring").stores.storeFor(principal.tenant, noCost());
  const touched = touchToken(store, claimOf(c), {
    lastUsed: token["last_used"],
    provider: principal.provider,
    seen: profileSeen(c.req.raw),
  });
  if (touched !== undefined) void deferOf(c)(touched);
}
