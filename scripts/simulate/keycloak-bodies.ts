/** What the SCIM plug-in of Keycloak puts into its requests (mitodl/keycloak-scim, UserAdapter and GroupAdapter). */
import { CORE_GROUP, CORE_USER, writeAttributes, type Attributes } from "./attributes.ts";
import { patchBody, type PatchBody } from "./patch-op.ts";

/** E-mail addresses have no type; `id` only in a PUT. */
export function userBody(
  attributes: Attributes,
  active: boolean,
  id?: string,
): Readonly<Record<string, unknown>> {
  return {
    schemas: [CORE_USER],
    ...(id === undefined ? {} : { id }),
    ...writeAttributes(attributes),
    active,
    roles: [],
  };
}

/** The three attributes that it patches; `active` as text. */
export function patchUserBody(attributes: Attributes, active: boolean): PatchBody {
  return patchBody([
    { op: "replace", path: "active", value: String(active) },
    { op: "replace", path: "userName", value: attributes["userName"] },
    { op: "replace", path: "displayName", value: attributes["displayName"] },
  ]);
}

export interface KeycloakGroup {
  readonly externalId: string;
  readonly displayName: string;
  /** Ids on the server. */
  readonly members: readonly string[];
}

export function groupBody(group: KeycloakGroup, id?: string): Readonly<Record<string, unknown>> {
  const { externalId, displayName, members } = group;
  return {
    schemas: [CORE_GROUP],
    ...(id === undefined ? {} : { id }),
    externalId,
    displayName,
    members: members.map((value) => ({ value, type: "User", $ref: `Users/${value}` })),
  };
}

/** The whole group again; an empty one has its members removed. */
export function patchGroupBody(group: KeycloakGroup): PatchBody {
  const { externalId, displayName, members } = group;
  return patchBody([
    members.length === 0
      ? { op: "remove", path: "members" }
      : {
          op: "replace",
          path: "members",
          value: members.map((value) => ({ value, type: "User" })),
        },
    { op: "replace", path: "displayName", value: displayName },
    { op: "replace", path: "externalId", value: externalId },
  ]);
}
