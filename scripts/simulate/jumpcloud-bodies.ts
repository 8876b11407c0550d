/** What JumpCloud puts into its requests (recorded in github.com/ShiftControl-io/scim-v2-rust, src/test_data). */
import {
  CORE_USER,
  ENTERPRISE_USER,
  markPrimary,
  selectsElements,
  writeAttributes,
  type Attributes,
} from "./attributes.ts";
import { patchBody, type PatchBody } from "./patch-op.ts";

const LISTS: readonly string[] = ["emails", "phoneNumbers", "addresses", "photos"];

/** Both schemas, also where the extension has no data. */
export function createUserBody(attributes: Attributes): Readonly<Record<string, unknown>> {
  return {
    ...writeUser(attributes),
    active: true,
    schemas: [CORE_USER, ENTERPRISE_USER],
  };
}

/** The whole user with its id; a list without values is sent empty, the schemas come the other way round. */
export function putUserBody(
  id: string,
  attributes: Attributes,
  active: boolean,
): Readonly<Record<string, unknown>> {
  return {
    active,
    addresses: [],
    phoneNumbers: [],
    ...writeUser(attributes),
    id,
    schemas: [ENTERPRISE_USER, CORE_USER],
  };
}

/** An operation for each attribute that changes, a whole list for a multi-valued one; undefined for no change. */
export function patchUserBody(from: Attributes, to: Attributes): PatchBody | undefined {
  const changed = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (path) => from[path] !== to[path],
  );
  const resource = writeUser(to);
  const lists = LISTS.filter((name) => changed.some((path) => path.startsWith(`${name}[`)));
  const operations = [
    ...changed
      .filter((path) => !selectsElements(path))
      .map((path) => ({ op: "replace", path, value: to[path] ?? null })),
    ...lists.map((path) => ({ op: "replace", path, value: resource[path] ?? [] })),
  ];
  return operations.length === 0 ? undefined : patchBody(operations);
}

export function activeBody(active: boolean): PatchBody {
  return patchBody([{ op: "replace", path: "active", value: active }]);
}

export function addMembersBody(ids: readonly string[]): PatchBody {
  return patchBody([{ op: "add", path: "members", value: ids.map((value) => ({ value })) }]);
}

/** A list of values, which must remove these members and no others. */
export function removeMembersBody(ids: readonly string[]): PatchBody {
  return patchBody([{ op: "remove", path: "members", value: ids.map((value) => ({ value })) }]);
}

function writeUser(attributes: Attributes): Record<string, unknown> {
  const resource = writeAttributes(attributes);
  for (const name of ["emails", "phoneNumbers", "addresses"]) {
    if (resource[name] !== undefined) resource[name] = markPrimary(resource[name]);
  }
  return resource;
}
