/** Whatever was thrown becomes a SCIM error; what nobody expected becomes a 500 whose text stays in the log. */
import { StoreUnavailable } from "../execute/store.ts";
import type { Fault } from "../scim/fault.ts";
import { ScimError } from "../scim/fault.ts";
import { isTenantIdText } from "../scim/ids.ts";
import { errorText, log } from "../scim/log.ts";
import { renderFault } from "../render/fault.ts";
import { claimOf, prove } from "./access.ts";
import { guideOf } from "./guide.ts";
import type { ScimContext } from "./context.ts";
import { scimResponse } from "./media.ts";
import { isUnsure } from "./proof.ts";
import { logStranger } from "./refused.ts";

/** What is told, and what nobody foresaw. */
interface Told {
  readonly fault: Fault;
  readonly cause?: unknown;
}

/** The token is judged before all else: a fault is told only to who may hear it. */
export async function onError(error: Error, c: ScimContext): Promise<Response> {
  const { fault: told, cause } = await judge(error, c);
  const fault = await limited(told, c);
  c.set("fault", fault);
  const { status, body, headers } = renderFault(fault, guideOf(c));
  const isFailure = status >= 500 && fault.kind !== "notImplemented";
  if (isFailure || c.get("principal") === undefined) logFault({ fault, cause }, status, c);
  return scimResponse(body, { status, headers });
}

async function judge(error: Error, c: ScimContext): Promise<Told> {
  if (!(error instanceof ScimError)) return unforeseen(error, c);
  const { fault } = error;
  const needsNoProof = fault.kind === "unauthenticated" || fault.kind === "tooManyRequests";
  if (needsNoProof || c.get("principal") !== undefined) return { fault };
  try {
    claimOf(c);
    await prove(c, "read");
    return { fault };
  } catch (other) {
    // Where it may have been written, nobody is told that it was not.
    if (other instanceof StoreUnavailable && isUnsure({ fault })) return { fault };
    return other instanceof ScimError ? { fault: other.fault } : unforeseen(other, c);
  }
}

/** Whoever fails too often hears that instead. */
async function limited(fault: Fault, c: ScimContext): Promise<Fault> {
  const { failures, now } = c.get("wiring");
  if (fault.kind !== "unauthenticated" || failures === undefined) return fault;
  return (await failures.note(c.get("client"), now().getTime())) ?? fault;
}

function unforeseen(cause: unknown, c: ScimContext): Told {
  if (cause instanceof StoreUnavailable) {
    return { fault: { kind: "unavailable", retryAfter: 2 }, cause: cause.cause ?? cause };
  }
  return { fault: { kind: "internal", requestId: c.get("requestId") }, cause };
}

/** Refusals of a proven connection are in its tenant's activity; what was refused before, and what failed, is here. */
function logFault({ fault, cause }: Told, status: number, c: ScimContext): void {
  if (status < 500 || fault.kind === "notImplemented")
    return logStranger(c, "scim", { ...whoAsks(c), status, outcome: fault.kind });
  log({
    event: "request.failed",
    requestId: c.get("requestId"),
    ...whoAsks(c),
    status,
    outcome: fault.kind,
    ...(cause !== undefined && { error: errorText(cause) }),
  });
}

function whoAsks(c: ScimContext): { tenant?: string; provider?: string; claimedTenant?: string } {
  const principal = c.get("principal");
  if (principal !== undefined) return { tenant: principal.tenant, provider: principal.provider };
  const claimed = c.get("claim")?.tenant ?? c.req.param("tenant");
  if (claimed === undefined) return {};
  // What is no tenant's id may be anything: somebody's token in the wrong place.
  return { claimedTenant: isTenantIdText(claimed) ? claimed : "(malformed)" };
}
