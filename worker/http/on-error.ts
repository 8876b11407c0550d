/** Whatever was thrown becomes a SCIM error; what nobody expected becomes a 500 whose text stays in the log. */
import type { Fault } from "../scim/fault.ts";
import { ScimError } from "../scim/fault.ts";
import { renderFault } from "../render/fault.ts";
import { claimOf, prove } from "./access.ts";
import { guideOf } from "./guide.ts";
import type { ScimContext } from "./context.ts";
import { scimResponse } from "./media.ts";
import { logStranger } from "./refused.ts";

/** The token is judged before all else: a fault is told only to who may hear it. */
export async function onError(error: Error, c: ScimContext): Promise<Response> {
  const fault = await faultOf(error, c);
  c.set("fault", fault);
  if (fault.kind === "unauthenticated") logStranger(c, "scim");
  const { status, body, headers } = renderFault(fault, guideOf(c));
  return scimResponse(body, { status, headers });
}

async function faultOf(error: Error, c: ScimContext): Promise<Fault> {
  if (!(error instanceof ScimError)) return unexpected(error, c);
  if (error.fault.kind === "unauthenticated" || c.get("principal") !== undefined)
    return error.fault;
  try {
    claimOf(c);
    await prove(c, "read");
    return error.fault;
  } catch (other) {
    return other instanceof ScimError ? other.fault : unexpected(other, c);
  }
}

function unexpected(error: unknown, c: ScimContext): Fault {
  const requestId = c.get("requestId");
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ level: "error", requestId, error: text }));
  return { kind: "internal", requestId };
}
