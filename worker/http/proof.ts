/**
 * What was presumed of a token is proven before anything is told that rests on it: by the writer's guard, which held for what was
 * written, or by a look-up. A presumption saves a change the round trip before it; it decides nothing.
 */
import { Leniency } from "../parse/quirks.ts";
import type { Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import { prove } from "./access.ts";
import type { ScimContext } from "./context.ts";

type Handler = (c: ScimContext) => Promise<Response>;

/** Faults are proven before they are told. What was read by the rules of a profile that the connection no longer has is read anew. */
export function proven(handler: Handler): Handler {
  return async (c) => {
    try {
      return await handler(c);
    } catch (error) {
      if (!(error instanceof ScimError) || !(await isOutdated(c, error.fault))) throw error;
      c.set("leniency", new Leniency(c.get("principal")?.profile));
      return handler(c);
    }
  };
}

/**
 * What the writer answered. Nothing is proven where nothing was written: the token may have fallen since it was seen.
 * @throws unauthenticated, forbidden; what `proven` understands, where the profile is another
 */
export async function confirm(
  c: ScimContext,
  outcomes: readonly (Outcome | undefined)[],
): Promise<void> {
  const presumed = c.get("presumed");
  if (presumed === undefined || c.get("principal") !== undefined) return;
  if (c.get("hasChanged")) {
    c.set("principal", presumed);
    return;
  }
  const [first] = outcomes;
  if (first?.ok === false && isBusy(first.fault)) return;
  const principal = await prove(c, "write");
  if (principal.profile !== presumed.profile)
    throw new ScimError({ kind: "unavailable", retryAfter: 1 });
}

/** Whether there is too much to do to say more: that is told to whoever was known a moment ago, and grants nothing. */
export function isBusy(fault: Fault): boolean {
  return (
    fault.kind === "tooManyRequests" || (fault.kind === "unavailable" && fault.isUnknown === true)
  );
}

/** What a token is told that doesn't stand. */
const REFUSALS: ReadonlySet<Fault["kind"]> = new Set(["unauthenticated", "forbidden"]);

async function isOutdated(c: ScimContext, fault: Fault): Promise<boolean> {
  const presumed = c.get("presumed");
  if (presumed === undefined || isBusy(fault) || REFUSALS.has(fault.kind)) return false;
  return (await prove(c, "write")).profile !== presumed.profile;
}
