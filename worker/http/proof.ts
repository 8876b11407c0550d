/**
 * What was presumed of a token is proven before anything is told that rests on it: by the writer's guard, which held for what was
 * written, or by a look-up. A presumption saves a change the round trip before it; it decides nothing.
 */
import { StoreUnavailable } from "../execute/store.ts";
import type { WriteReply } from "../execute/write.ts";
import { Leniency } from "../parse/quirks.ts";
import { COME_AGAIN, ScimError } from "../scim/fault.ts";
import type { Fault } from "../scim/fault.ts";
import type { Principal } from "../scim/principal.ts";
import { accept, prove } from "./access.ts";
import type { Handler, ScimContext } from "./context.ts";

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
 * What the writer answered: what it wrote just now, its guard has proven; all else is proven before it is told.
 * @throws unauthenticated, forbidden; unavailable, which `proven` understands where the profile is another
 */
export async function confirm(c: ScimContext, { outcomes, isFound }: WriteReply): Promise<void> {
  const presumed = c.get("presumed");
  if (presumed === undefined || c.get("principal") !== undefined) return;
  if (c.get("hasChanged") && !isFound) {
    accept(c, presumed);
    return;
  }
  const isOpen = isFound || outcomes.some((outcome) => outcome?.ok === false && isUnsure(outcome));
  const { profile } = await proveAfter(c, isOpen);
  if (!isOpen && profile !== presumed.profile) throw new ScimError(COME_AGAIN);
}

/** Whether it may have been written all the same. */
export function isUnsure({ fault }: { readonly fault: Fault }): boolean {
  return fault.kind === "internal" || (fault.kind === "unavailable" && fault.isUnknown === true);
}

/** Where something is or may be written, nobody is told that it was not. */
async function proveAfter(c: ScimContext, isOpen: boolean): Promise<Principal> {
  try {
    return await prove(c, "write");
  } catch (error) {
    if (!isOpen || !(error instanceof StoreUnavailable)) throw error;
    throw new ScimError({ kind: "unavailable", retryAfter: 2, isUnknown: true });
  }
}

/** What a token is told that doesn't stand. */
const REFUSALS: ReadonlySet<Fault["kind"]> = new Set(["unauthenticated", "forbidden"]);

/** Whether the request was read by the rules of another profile, and nothing can have been written. */
async function isOutdated(c: ScimContext, fault: Fault): Promise<boolean> {
  const presumed = c.get("presumed");
  if (presumed === undefined || c.get("hasChanged")) return false;
  if (isUnsure({ fault }) || REFUSALS.has(fault.kind)) return false;
  return (await prove(c, "write")).profile !== presumed.profile;
}
