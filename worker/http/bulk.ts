/** Bulk requests: many changes in one body, carried out in few batches (RFC 7644 section 3.7). */
import type { ResourceType } from "../../schema/attribute.ts";
import { parseBulk } from "../parse/bulk.ts";
import type { BulkOperation, BulkTarget } from "../parse/bulk.ts";
import { parseChange } from "../parse/change.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { Leniency } from "../parse/quirks.ts";
import { NOTHING_SHOWN } from "../plan/reads.ts";
import { referencesIn } from "../plan/references.ts";
import { BULK_ID } from "../plan/steps.ts";
import type { RequestedStep } from "../plan/steps.ts";
import { renderBulk } from "../render/bulk.ts";
import type { BulkResult } from "../render/bulk.ts";
import { locationOf } from "../render/resource.ts";
import type { Change, Outcome } from "../scim/command.ts";
import { ScimError } from "../scim/fault.ts";
import { etagOf } from "../scim/ids.ts";
import type { Json } from "../scim/json.ts";
import type { Principal } from "../scim/principal.ts";
import { identify, refuseForgiven, refuseLeniency } from "./access.ts";
import type { Asked } from "./asked.ts";
import { commandOf } from "./command.ts";
import type { ScimContext } from "./context.ts";
import { guideOf } from "./guide.ts";
import { readBody, scimResponse } from "./media.ts";
import { writeSteps } from "./write.ts";

export async function runBulk(c: ScimContext, types: readonly ResourceType[]): Promise<Response> {
  const principal = await identify(c);
  const { operations, failOnErrors } = parseBulk(types, await readBody(c), c.get("leniency"));
  refuseLeniency(c);
  const steps = operations.map((operation) => stepOf(c, operation, principal));
  const outcomes = await writeSteps(c, { steps, failOnErrors });
  const failed = outcomes.find((outcome) => outcome?.ok === false);
  if (failed?.ok === false) c.set("fault", failed.fault);
  const results = operations.flatMap((operation, index) => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : [resultOf(c, operation, outcome)];
  });
  return scimResponse(renderBulk(results, guideOf(c)), { status: 200 });
}

function stepOf(c: ScimContext, operation: BulkOperation, principal: Principal): RequestedStep {
  const { bulkId, target, version, fault } = operation;
  const none = { command: undefined, bulkId, references: [] };
  if (target === undefined) return { ...none, fault };
  try {
    const leniency = new Leniency(principal.profile);
    const change = parseChange(target, operation.data, leniency);
    refuseForgiven(principal.profile, leniency);
    const ifMatch = version === undefined ? undefined : [version];
    const command = commandOf(c, principal, {
      type: target.type,
      change,
      leniency,
      wanted: NOTHING_SHOWN,
      preconditions: { ifMatch, ifNoneMatch: undefined },
      asked: askedBy(target, operation.data),
    });
    return { command, fault: undefined, bulkId, references: bulkIdsIn(change, target.type) };
  } catch (error) {
    if (error instanceof ScimError) return { ...none, fault: error.fault };
    throw error;
  }
}

function askedBy({ method, type, id }: BulkTarget, body: Json): Asked {
  return { method, path: `${type.endpoint}${id === undefined ? "" : "/{id}"}`, query: [], body };
}

/** The bulkIds that a change refers to. */
function bulkIdsIn(change: Change<PatchOperation>, type: ResourceType): string[] {
  const ids = referencesIn(change, type).flatMap((text) =>
    text.startsWith(BULK_ID) ? [text.slice(BULK_ID.length)] : [],
  );
  return [...new Set(ids)];
}

const SUCCESS = { POST: 201, PUT: 200, PATCH: 200, DELETE: 204 } as const;

function resultOf(c: ScimContext, operation: BulkOperation, outcome: Outcome): BulkResult {
  const { method, bulkId, target } = operation;
  const [base, types] = [c.get("base"), c.get("types")];
  const resource = outcome.ok ? outcome.resource : undefined;
  const id = resource?.id ?? target?.id;
  const location =
    target === undefined || id === undefined || id.startsWith(BULK_ID)
      ? undefined
      : locationOf({ type: target.type.name, id }, base, types);
  return {
    method,
    bulkId,
    location,
    version: resource && etagOf(resource.version),
    status: SUCCESS[target?.method ?? "POST"],
    fault: outcome.ok ? undefined : outcome.fault,
  };
}
