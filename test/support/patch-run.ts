/** A PATCH from body to result in memory: what the HTTP layer and the writer do between them, without either. */
import type { ResourceType } from "../../schema/attribute.ts";
import { BEHAVIOURS } from "../../schema/profiles.ts";
import type { Profile } from "../../schema/provider.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { changeMembers } from "../../worker/plan/members.ts";
import { patchDocument } from "../../worker/plan/patch.ts";
import { documentOf } from "../../worker/plan/rows.ts";
import { ScimError } from "../../worker/scim/fault.ts";
import type { Fault } from "../../worker/scim/fault.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import type { Member, Resource } from "../../worker/scim/resource.ts";

/** The id of the resource that is patched. */
export const ID = "2819c223-7f76-453a-919d-413861904646";

export interface PatchRun {
  readonly type: ResourceType;
  readonly profile: Profile;
  readonly before: JsonObject;
  readonly members: readonly Member[];
  readonly body: Json;
}

export interface PatchResult {
  readonly after: JsonObject;
  readonly members: readonly string[];
  /** Quirks that fired, each once, by name. */
  readonly quirks: readonly string[];
}

export function typeNamed(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`There is no resource type ${name}.`);
  return type;
}

/** @throws ScimError, and nothing else */
export function runPatch({ type, profile, before, members, body }: PatchRun): PatchResult {
  const leniency = new Leniency();
  const operations = parsePatch(body, { type, id: ID, leniency });
  refuseForgiven(profile, leniency);
  const after = patchDocument(type, before, operations, BEHAVIOURS[profile]);
  const { added, removed } = changeMembers(members, operations);
  const left = members.map(({ id }) => id).filter((id) => !removed.includes(id));
  return { after, members: [...left, ...added], quirks: namesOf(leniency) };
}

/** What `strict` connections aren't forgiven: the first, as `worker/http/access.ts` has it. */
export function refuseForgiven(profile: Profile, { forgiven }: Leniency): void {
  const [first] = forgiven;
  if (profile === "strict" && first !== undefined) throw new ScimError(first.fault);
}

export function namesOf({ forgiven }: Leniency): string[] {
  return [...new Set(forgiven.map(({ quirk }) => quirk))].toSorted();
}

/** What a resource's own attributes parse to: themselves, where they are valid. */
export function reparse(type: ResourceType, attributes: JsonObject): Resource {
  const leniency = new Leniency();
  const resource = parseResource(type, documentOf(type, ID, attributes), leniency);
  const [first] = leniency.forgiven;
  if (first !== undefined) throw new ScimError(first.fault);
  return resource;
}

/** The fault that the function throws; undefined where it throws none. Other errors go through. */
export function faultOf(run: () => unknown): Fault | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error.fault;
    throw error;
  }
}
