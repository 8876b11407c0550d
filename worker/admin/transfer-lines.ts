/**
 * The lines of a tenant's export, version 1: a header, connections, OAuth clients, resources, memberships, an end. Each is a JSON object;
 * those between header and end are in the order of their keys, each key once. Nothing in them lets anybody in.
 */
import * as v from "valibot";
import { PROFILES } from "../../schema/provider.ts";
import { isUuid } from "../scim/ids.ts";
import { isList, isObject, tryJson } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { ProblemError } from "./problem.ts";
import { numberOf, textOf } from "./row.ts";

/** The order in which they come: each may refer to what came before. */
export const KINDS = Object.freeze(["connection", "client", "resource", "member"] as const);
export type Kind = (typeof KINDS)[number];

const NAME = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const ID = v.pipe(v.string(), v.check(isUuid, "must be a UUID in lower case"));
const INSTANT = v.pipe(
  v.string(),
  v.check(isInstant, "must be a time such as 2026-01-01T00:00:00.000Z"),
);
const OBJECT = v.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be an object",
);

/** An SSO provider, without what its properties hold of secrets. */
const CONNECTION = v.strictObject({
  kind: v.literal("connection"),
  scheme: NAME,
  displayName: v.string(),
  enabled: v.boolean(),
  type: v.literal("oidc"),
  profile: v.picklist(PROFILES),
  properties: OBJECT,
  created: INSTANT,
  lastModified: INSTANT,
});

/** An OAuth client, without its secrets and federated credentials. */
const CLIENT = v.strictObject({
  kind: v.literal("client"),
  clientId: NAME,
  provider: NAME,
  displayName: v.string(),
  created: INSTANT,
  createdBy: v.string(),
});

const RESOURCE = v.strictObject({
  kind: v.literal("resource"),
  type: NAME,
  id: ID,
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  created: INSTANT,
  lastModified: INSTANT,
  document: OBJECT,
});

const MEMBER = v.strictObject({ kind: v.literal("member"), group: ID, member: ID, type: NAME });

export const LINE = v.variant("kind", [CONNECTION, CLIENT, RESOURCE, MEMBER]);
export type Line = v.InferOutput<typeof LINE>;
export type LineOf<Name extends Kind> = Extract<Line, { kind: Name }>;

/** As the writer notes times: to the millisecond, in UTC. */
export function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

/** The line of a row of `planExportPage`. @throws ProblemError 409 the row is damaged */
export function lineOf(kind: Kind, row: Row): Line {
  switch (kind) {
    case "connection":
      return v.parse(CONNECTION, {
        kind,
        scheme: textOf(row, "scheme"),
        displayName: textOf(row, "display_name"),
        enabled: numberOf(row, "enabled") === 1,
        type: textOf(row, "type"),
        profile: textOf(row, "profile"),
        properties: withoutSecrets(objectIn(row, "properties")),
        created: textOf(row, "created"),
        lastModified: textOf(row, "last_modified"),
      });
    case "client":
      return {
        kind,
        clientId: textOf(row, "client_id"),
        provider: textOf(row, "provider"),
        displayName: textOf(row, "display_name"),
        created: textOf(row, "created"),
        createdBy: textOf(row, "created_by"),
      };
    case "resource":
      return {
        kind,
        type: textOf(row, "type"),
        id: textOf(row, "id"),
        version: numberOf(row, "version"),
        created: textOf(row, "created"),
        lastModified: textOf(row, "last_modified"),
        document: objectIn(row, "document"),
      };
    case "member":
      return {
        kind,
        group: textOf(row, "group_id"),
        member: textOf(row, "member_id"),
        type: textOf(row, "member_type"),
      };
  }
}

function objectIn(row: Row, column: string): JsonObject {
  const value = tryJson(textOf(row, column));
  if (isObject(value)) return value;
  const key = textOf(row, column === "document" ? "id" : "scheme");
  throw new ProblemError(409, `the ${column} of "${key}" is no JSON object: verify tells more`);
}

/** An administrator may have put one there: the properties are anybody's. */
const SECRET_NAME =
  /secret|passw|passphrase|credential|assertion|(private|api|signing|shared|client|encryption)_?key|access_?token|refresh_?token|bearer|(^|_)token$/i;

function withoutSecrets(properties: JsonObject): JsonObject {
  const kept: MutableJsonObject = {};
  for (const [name, value] of Object.entries(properties)) {
    if (!SECRET_NAME.test(name)) Object.defineProperty(kept, name, own(cleaned(value)));
  }
  return kept;
}

function cleaned(value: Json): Json {
  if (isList(value)) return value.map(cleaned);
  return isObject(value) ? withoutSecrets(value) : value;
}

/** Names such as `__proto__` are names like any other. */
function own(value: Json): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}
