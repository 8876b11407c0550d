/** Notes what a connection was refused or forgiven, without delaying the answer; what nobody proved is never stored. */
import { noCost } from "../execute/store.ts";
import { planActivityNote } from "../plan/activity.ts";
import type { ActivityNote } from "../plan/activity.ts";
import type { Fault } from "../scim/fault.ts";
import { uuidv7 } from "../scim/ids.ts";
import type { Principal } from "../scim/principal.ts";
import { claimOf } from "./access.ts";
import { askedOf, describeAsked } from "./asked.ts";
import type { ScimContext } from "./context.ts";
import { deferOf } from "./defer.ts";

/** A change is noted in its own batch; a plain read isn't noted at all. */
export function noteActivity(c: ScimContext): void {
  const principal = c.get("principal");
  const fault = c.get("fault");
  const isForgiven = c.get("leniency").forgiven.length > 0 && !c.get("hasChanged");
  if (principal === undefined || (fault === undefined && !isForgiven)) return;
  // Who is turned away because there is too much to do must not add to it; the log has it.
  if (fault !== undefined && PASSING.has(fault.kind)) return;
  const note = planActivityNote(noteOf(c, principal));
  void deferOf(c)(c.get("wiring").openStore(noCost()).query(note));
}

const PASSING: ReadonlySet<Fault["kind"]> = new Set(["tooManyRequests", "unavailable"]);

function noteOf(c: ScimContext, principal: Principal): ActivityNote {
  const { now, random } = c.get("wiring");
  const fault = c.get("fault");
  const [at, arrived] = [now(), Date.parse(claimOf(c).at)];
  const below = new URL(c.req.url).pathname.split("/").slice(-2);
  const type = c.get("types").find(({ endpoint }) => below.includes(endpoint.slice(1)));
  const detail = fault !== undefined && "detail" in fault ? fault.detail : (fault?.kind ?? null);
  return {
    tenant: principal.tenant,
    id: uuidv7(at.getTime(), random(8), ""),
    at: at.toISOString(),
    tokenId: principal.tokenId,
    provider: principal.provider,
    operation: operationOf(c.req.method, below.at(-1)),
    resourceType: type?.name ?? null,
    resourceId: c.req.param("id") ?? null,
    outcome: fault === undefined ? "unchanged" : "refused",
    quirks: [...new Set(c.get("leniency").forgiven.map(({ quirk }) => quirk))],
    status: c.res.status,
    detail,
    latency: at.getTime() - arrived,
    request: describeAsked(askedOf(c)),
  };
}

const OPERATIONS: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "replace",
  PATCH: "patch",
  DELETE: "delete",
};

function operationOf(method: string, last: string | undefined): string {
  if (last === ".search") return "search";
  if (last === "Bulk") return "bulk";
  return OPERATIONS[method] ?? "read";
}
