/** What Okta puts into its requests (developer.okta.com/docs/reference/scim/scim-20). */
import {
  CORE_GROUP,
  CORE_USER,
  ENTERPRISE_USER,
  markPrimary,
  writeAttributes,
  type Attributes,
} from "./attributes.ts";
import { patchBody, type Operation, type PatchBody } from "./patch-op.ts";

/** A member as Okta writes one: without a type. */
export interface Member {
  readonly value: string;
  readonly display: string;
}

/** The password is a random one where password sync is off. */
export function createUserBody(
  attributes: Attributes,
  password: string,
): Readonly<Record<string, unknown>> {
  const resource = writeAttributes(attributes);
  return {
    schemas: [CORE_USER, ENTERPRISE_USER],
    ...resource,
    emails: markPrimary(resource["emails"]),
    groups: [],
    password,
    active: true,
  };
}

/** Activation, deactivation and password sync of a catalogue app. */
export function replaceBody(value: Readonly<Record<string, unknown>>): PatchBody {
  return patchBody([{ op: "replace", value }]);
}

export function createGroupBody(displayName: string): Readonly<Record<string, unknown>> {
  return { schemas: [CORE_GROUP], displayName, members: [] };
}

/** Comes with every change of the members too, the group's own id in the value. */
export function nameBody(id: string, displayName: string): PatchBody {
  return replaceBody({ id, displayName });
}

export function changeMembersBody(
  added: readonly Member[],
  removed: readonly string[],
): PatchBody | undefined {
  const operations: readonly Operation[] = [
    ...removed.map((id) => ({ op: "remove", path: `members[value eq "${id}"]` })),
    ...(added.length === 0 ? [] : [{ op: "add", path: "members", value: added }]),
  ];
  return operations.length === 0 ? undefined : patchBody(operations);
}

/** "Push now"; an empty list for an empty group. */
export function setMembersBody(members: readonly Member[]): PatchBody {
  return patchBody([{ op: "replace", path: "members", value: members }]);
}

/** A group of a wizard app is always sent as a whole. */
export function putGroupBody(
  id: string,
  displayName: string,
  members: readonly Member[],
): Readonly<Record<string, unknown>> {
  return { schemas: [CORE_GROUP], id, displayName, members };
}
