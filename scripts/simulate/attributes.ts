/**
 * A user as flat attributes, each under the path by which a PATCH names it (RFC 7644 3.10 and 3.5.2): how the attribute
 * mapping of an IdP sees it.
 */
import { isObject } from "../local/state.ts";

export const CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Attribute path to value; an attribute without a value has no entry. */
export type Attributes = Readonly<Record<string, string>>;

/** The attributes that the directory knows; `active` and `manager` have a course of their own. */
const USER_ATTRIBUTES: readonly string[] = [
  "externalId",
  "userName",
  "displayName",
  "name.givenName",
  "name.familyName",
  "name.formatted",
  "title",
  "preferredLanguage",
  "locale",
  'emails[type eq "work"].value',
  'emails[type eq "other"].value',
  "emails[not (type pr)].value",
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'phoneNumbers[type eq "fax"].value',
  'addresses[type eq "work"].streetAddress',
  'addresses[type eq "work"].locality',
  'addresses[type eq "work"].region',
  'addresses[type eq "work"].postalCode',
  'addresses[type eq "work"].country',
  'addresses[type eq "work"].formatted',
  "photos[not (type pr)].value",
  `${ENTERPRISE_USER}:employeeNumber`,
  `${ENTERPRISE_USER}:department`,
];

type Target =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "sub"; readonly name: string; readonly sub: string }
  | {
      readonly kind: "typed";
      readonly name: string;
      /** Undefined for the value that has no type. */
      readonly type: string | undefined;
      readonly sub: string;
    };

/** What the directory knows, as a user resource holds it. */
export function readAttributes(resource: Readonly<Record<string, unknown>>): Attributes {
  const attributes: Record<string, string> = {};
  for (const path of USER_ATTRIBUTES) {
    const value = readAttribute(resource, path);
    if (value !== undefined) attributes[path] = value;
  }
  return attributes;
}

function readAttribute(
  resource: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  const target = readPath(path);
  switch (target.kind) {
    case "plain":
      return asText(resource[target.name]);
    case "sub":
      return asText(asObject(resource[target.name])[target.sub]);
    case "typed": {
      const element = readElements(resource, target.name).find(
        (one) => one["type"] === target.type,
      );
      return asText(element?.[target.sub]);
    }
  }
}

/** The elements of a multi-valued complex attribute. */
export function readElements(
  resource: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = resource[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The id in `manager` of the enterprise extension. */
export function readManager(resource: Readonly<Record<string, unknown>>): string | undefined {
  const manager = asObject(asObject(resource[ENTERPRISE_USER])["manager"]);
  const id = asText(manager["value"]);
  return id === "" ? undefined : id;
}

/** The members of a user resource that say the same. */
export function writeAttributes(attributes: Attributes): Record<string, unknown> {
  const resource: Record<string, unknown> = {};
  const complex = new Map<string, Record<string, unknown>>();
  const lists = new Map<string, Record<string, unknown>[]>();
  for (const [path, value] of Object.entries(attributes)) {
    const target = readPath(path);
    switch (target.kind) {
      case "plain":
        resource[target.name] = value;
        break;
      case "sub":
        entry(complex, target.name, (): Record<string, unknown> => ({}))[target.sub] = value;
        break;
      case "typed":
        findElement(
          entry(lists, target.name, () => []),
          target.type,
        )[target.sub] = value;
        break;
    }
  }
  return { ...resource, ...Object.fromEntries(complex), ...Object.fromEntries(lists) };
}

/** The resource with these attributes written over it; what a complex attribute has besides is kept. */
export function overlayAttributes(
  resource: Readonly<Record<string, unknown>>,
  attributes: Attributes,
): Record<string, unknown> {
  const written: Record<string, unknown> = { ...resource };
  for (const [name, value] of Object.entries(writeAttributes(attributes))) {
    const kept = resource[name];
    written[name] = isObject(value) && isObject(kept) ? { ...kept, ...value } : markPrimary(value);
  }
  return written;
}

/** Whether the path selects elements by a value filter, so that it can't be a key of a path-less value. */
export function selectsElements(path: string): boolean {
  return readPath(path).kind === "typed";
}

/** The first of the values is the primary one. */
export function markPrimary(values: unknown): unknown {
  if (!Array.isArray(values)) return values;
  return values.map((value: Readonly<Record<string, unknown>>, index) =>
    index === 0 ? { ...value, primary: true } : value,
  );
}

function readPath(path: string): Target {
  if (path.startsWith(`${ENTERPRISE_USER}:`)) {
    return { kind: "sub", name: ENTERPRISE_USER, sub: path.slice(ENTERPRISE_USER.length + 1) };
  }
  const typed = /^(\w+)\[(?:type eq "(\w+)"|not \(type pr\))\]\.(\w+)$/.exec(path);
  if (typed !== null) {
    const [, name = "", type, sub = ""] = typed;
    return { kind: "typed", name, type, sub };
  }
  const [name = "", sub] = path.split(".");
  return sub === undefined ? { kind: "plain", name } : { kind: "sub", name, sub };
}

function findElement(
  list: Record<string, unknown>[],
  type: string | undefined,
): Record<string, unknown> {
  const present = list.find((element) => element["type"] === type);
  if (present !== undefined) return present;
  const added: Record<string, unknown> = type === undefined ? {} : { type };
  list.push(added);
  return added;
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
