/** What authentik puts into its requests (goauthentik/authentik, authentik/providers/scim/clients). */
import {
  CORE_GROUP,
  CORE_USER,
  markPrimary,
  writeAttributes,
  type Attributes,
} from "./attributes.ts";
import { patchBody, type Operation, type PatchBody } from "./patch-op.ts";

/** `id` only in updates. */
export function userBody(
  attributes: Attributes,
  active: boolean,
  id?: string,
): Readonly<Record<string, unknown>> {
  const resource = writeAttributes(attributes);
  return {
    schemas: [CORE_USER],
    ...(id === undefined ? {} : { id }),
    ...resource,
    active,
    emails: markPrimary(resource["emails"]),
  };
}

export function groupBody(
  externalId: string,
  displayName: string,
): Readonly<Record<string, unknown>> {
  return { schemas: [CORE_GROUP], externalId, displayName };
}

/** Without `schemas` of its own: they are a default of the request's type, and what wasn't set isn't written. */
export function replaceGroupBody(
  group: Readonly<Record<string, unknown>>,
): Omit<PatchBody, "schemas"> {
  return { Operations: [{ op: "replace", value: group }] };
}

/** An operation for each member, at most so many in a request; 0 means no limit. */
export function memberBodies(
  added: readonly string[],
  removed: readonly string[],
  maxOperations: number,
): readonly PatchBody[] {
  const operations = [
    ...added.map((value) => memberOperation("add", value)),
    ...removed.map((value) => memberOperation("remove", value)),
  ];
  const size = maxOperations < 1 ? Math.max(1, operations.length) : maxOperations;
  const bodies: PatchBody[] = [];
  for (let start = 0; start < operations.length; start += size) {
    bodies.push(patchBody(operations.slice(start, start + size)));
  }
  return bodies;
}

function memberOperation(op: string, value: string): Operation {
  return { op, path: "members", value: [{ value }] };
}
