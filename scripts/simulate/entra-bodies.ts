/**
 * What Microsoft Entra ID puts into its requests (learn.microsoft.com/entra/identity/app-provisioning, "Develop a SCIM
 * endpoint" and "Known issues with SCIM 2.0 compliance"), with the feature flag aadOptscim062020 and without it.
 */
import {
  CORE_GROUP,
  CORE_USER,
  ENTERPRISE_USER,
  markPrimary,
  selectsElements,
  writeAttributes,
  type Attributes,
} from "./attributes.ts";
import { patchBody, type PatchBody } from "./patch-op.ts";

export type Dialect = "default" | "flag";

const MANAGER = `${ENTERPRISE_USER}:manager`;

export function createUserBody(attributes: Attributes): Readonly<Record<string, unknown>> {
  const resource = writeAttributes(attributes);
  return {
    schemas: [CORE_USER, ENTERPRISE_USER],
    ...resource,
    active: true,
    emails: markPrimary(resource["emails"]),
    meta: { resourceType: "User" },
    roles: [],
  };
}

/** The second schema is none of SCIM's; members follow in PATCH requests. */
export function createGroupBody(
  externalId: string,
  displayName: string,
): Readonly<Record<string, unknown>> {
  return {
    schemas: [
      CORE_GROUP,
      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    externalId,
    displayName,
    meta: { resourceType: "Group" },
  };
}

/**
 * Turns `from` into `to`; undefined where they are the same. Without the flag each attribute has its own operation; with it
 * all replacements share one value without a path, whose keys are paths, except those that select elements.
 */
export function patchUserBody(
  from: Attributes,
  to: Attributes,
  dialect: Dialect,
): PatchBody | undefined {
  const changed = Object.entries(to).filter(([path, value]) => from[path] !== value);
  if (changed.length === 0) return undefined;
  const single = changed.filter(
    ([path]) => dialect === "default" || from[path] === undefined || selectsElements(path),
  );
  const shared = changed.filter((change) => !single.includes(change));
  return patchBody([
    ...single.map(([path, value]) => ({
      op: spell(from[path] === undefined ? "add" : "replace", dialect),
      path,
      value,
    })),
    ...(shared.length === 0 ? [] : [{ op: "replace", value: Object.fromEntries(shared) }]),
  ]);
}

export function activeBody(active: boolean, dialect: Dialect): PatchBody {
  const value = dialect === "flag" ? active : active ? "True" : "False";
  return patchBody([{ op: spell("replace", dialect), path: "active", value }]);
}

/** The id as a bare string; "" takes the manager away. */
export function managerBody(
  from: string | undefined,
  to: string | undefined,
  dialect: Dialect,
): PatchBody {
  const op = spell(from === undefined ? "add" : "replace", dialect);
  return patchBody([{ op, path: MANAGER, value: to ?? "" }]);
}

export function renameBody(displayName: string, dialect: Dialect): PatchBody {
  return patchBody([{ op: spell("replace", dialect), path: "displayName", value: displayName }]);
}

export function addMembersBody(ids: readonly string[], dialect: Dialect): PatchBody {
  return patchBody([
    { op: spell("add", dialect), path: "members", value: memberValues(ids, dialect) },
  ]);
}

/** Without the flag a list of values, which must remove these members and no others. */
export function removeMembersBody(ids: readonly string[], dialect: Dialect): PatchBody {
  switch (dialect) {
    case "default":
      return patchBody([{ op: "Remove", path: "members", value: memberValues(ids, dialect) }]);
    case "flag":
      return patchBody(ids.map((id) => ({ op: "remove", path: `members[value eq "${id}"]` })));
  }
}

function memberValues(ids: readonly string[], dialect: Dialect): readonly unknown[] {
  return ids.map((value) => (dialect === "default" ? { $ref: null, value } : { value }));
}

function spell(op: "add" | "replace", dialect: Dialect): string {
  if (dialect === "flag") return op;
  return op === "add" ? "Add" : "Replace";
}
