/** Changes on their way to the tenant's writer, and what came of them. */
import { isLostObject, isOverloaded } from "../execute/passing.ts";
import { addCost } from "../execute/store.ts";
import { sinceOf } from "../execute/write.ts";
import type { WriteReply, WriteRequest } from "../execute/write.ts";
import type { Writer } from "../execute/writer.ts";
import type { WriteCommand } from "../plan/needs.ts";
import type { Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import { errorText, log } from "../scim/log.ts";
import { claimOf, identify } from "./access.ts";
import type { ScimContext } from "./context.ts";
import { confirm } from "./proof.ts";

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
  const { tokenId } = await identify(c);
  const reply = await askWriter(c, { ...wish, tokenId, requestId: c.get("requestId") });
  const { outcomes, cost } = reply;
  addCost(c.get("cost"), cost);
  const hasChanged = outcomes.some((outcome) => outcome?.ok === true && outcome.changed);
  c.set("hasChanged", hasChanged);
  await confirm(c, reply);
  noteOverdrawn(c, outcomes);
  return outcomes;
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
  const { tenant, provider } = c.get("principal") ?? {};
  const requestId = c.get("requestId");
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
  const { tenant, provider } = c.get("principal") ?? c.get("presumed") ?? {};
  const requestId = c.get("requestId");
  log({ event: "writer.lost", tenant, provider, requestId, error: errorText(error) });
}
