/** Rewrites of what identity providers send against the RFC into what they mean. `strict` connections refuse them. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import type { Profile } from "../../schema/provider.ts";
import {
  findAttribute,
  printAttributePath,
  readAttributePath,
  resolvePath,
} from "../scim/attribute-path.ts";
import type { AttributePath } from "../scim/attribute-path.ts";
import type { Fault, ScimType } from "../scim/fault.ts";
import { isList, isObject, typeOf } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import { mapFilter } from "./filter.ts";
import type { Filter } from "./filter.ts";
import type { QuirkName } from "./known-quirks.ts";

/** A quirk that fired, with the fault that it is where nothing is forgiven. */
export interface Forgiven {
  readonly quirk: QuirkName;
  readonly fault: Fault;
}

/** Collects what a request was forgiven; who is asking, and so whether it may be, is known later. */
export class Leniency {
  readonly forgiven: Forgiven[] = [];
  /** The connection's, where it is known before the request is read: it is for writes. */
  profile: Profile | undefined;

  constructor(profile?: Profile) {
    this.profile = profile;
  }

  forgive(quirk: QuirkName, kind: ScimType, detail: string): void {
    this.forgiven.push({ quirk, fault: { kind, detail } });
  }
}

/** The value of an attribute, in the form that its schema asks for. `path` names it in faults. */
export function rewriteValue(
  attribute: Attribute,
  value: Json,
  path: string,
  leniency: Leniency,
): Json {
  // By the RFC an empty string is a string like any other, where one has to be there, it isn't.
  const isText = attribute.type === "string" && !attribute.multiValued && !attribute.required;
  if (value === "" && !(isText && leniency.profile === "strict")) {
    leniency.forgive("empty-string-clears", "invalidValue", `${path} is an empty string.`);
    return null;
  }
  if (attribute.multiValued) return rewriteList(attribute, value, path, leniency);
  if (isList(value) && value.length === 1) {
    leniency.forgive(
      "single-value-in-list",
      "invalidValue",
      `${path} takes one value, not a list.`,
    );
    return rewriteOne(attribute, value[0] ?? null, path, leniency);
  }
  return rewriteOne(attribute, value, path, leniency);
}

function rewriteList(attribute: Attribute, value: Json, path: string, leniency: Leniency): Json {
  if (value === null) return null;
  if (!isList(value)) {
    leniency.forgive(
      "single-object-for-list",
      "invalidValue",
      `${path} takes a list, not ${typeOf(value)}.`,
    );
  }
  const values = isList(value) ? value : [value];
  return values.map((one) => rewriteOne(attribute, one, path, leniency));
}

function rewriteOne(attribute: Attribute, value: Json, path: string, leniency: Leniency): Json {
  if (typeof value !== "string") return value;
  if (attribute.type === "boolean" && /^(true|false)$/i.test(value)) {
    leniency.forgive("boolean-as-string", "invalidValue", `${path} takes a boolean, not a string.`);
    return value.toLowerCase() === "true";
  }
  if (attribute.type === "complex" && findAttribute(attribute.subAttributes, "value")) {
    const detail = `${path} takes an object, not a string.`;
    leniency.forgive("bare-string-for-complex", "invalidValue", detail);
    return { value };
  }
  return value;
}

/** The filter with boolean literals written as strings, and extension attributes without their URN, as they are meant. */
export function rewriteFilter(filter: Filter, type: ResourceType, leniency: Leniency): Filter {
  return mapFilter(filter, (leaf) => {
    if (leaf.kind !== "compare" && leaf.kind !== "present" && leaf.kind !== "valuePath")
      return leaf;
    const path = rewritePath(leaf.path, type, "invalidFilter", leniency);
    if (leaf.kind === "present") return { ...leaf, path };
    const target = resolvePath(type, path);
    if (target?.kind !== "attribute") return { ...leaf, path };
    if (leaf.kind === "compare") {
      return rewriteCompare({ ...leaf, path }, target.sub ?? target.attribute, leniency);
    }
    const inner = rewriteValueFilter(leaf.filter, target.attribute, leniency);
    return { ...leaf, path, filter: inner };
  });
}

/** The same for the filter of a value path, whose paths are relative to the attribute's values. */
export function rewriteValueFilter(
  filter: Filter,
  attribute: Attribute,
  leniency: Leniency,
): Filter {
  return mapFilter(filter, (leaf) => {
    if (leaf.kind !== "compare") return leaf;
    const sub = findAttribute(attribute.subAttributes, leaf.path.name);
    return sub === undefined ? leaf : rewriteCompare(leaf, sub, leniency);
  });
}

function rewriteCompare(
  leaf: Extract<Filter, { kind: "compare" }>,
  attribute: Attribute,
  leniency: Leniency,
): Filter {
  if (attribute.type !== "boolean" || typeof leaf.value !== "string") return leaf;
  if (!/^(true|false)$/i.test(leaf.value)) return leaf;
  const detail = `${printAttributePath(leaf.path)} compares with a boolean, not a string.`;
  leniency.forgive("boolean-as-string", "invalidFilter", detail);
  return { ...leaf, value: leaf.value.toLowerCase() === "true" };
}

/** The path with the URN of the one extension that knows the name, where the base schema doesn't. */
export function rewritePath(
  path: AttributePath,
  type: ResourceType,
  kind: ScimType,
  leniency: Leniency,
): AttributePath {
  if (path.urn !== undefined || resolvePath(type, path) !== undefined) return path;
  for (const { schema } of type.extensions) {
    const qualified = { ...path, urn: schema.id };
    if (resolvePath(type, qualified) === undefined) continue;
    const detail = `${path.name} belongs to ${schema.id} and is written with that URN before it.`;
    leniency.forgive("extension-without-urn", kind, detail);
    return qualified;
  }
  return path;
}

/** Is a key of a value without a path a path itself: dotted, or a whole URN with an attribute's name? */
export function isPathKey(key: string, type: ResourceType): boolean {
  if (!key.includes(".") && !key.includes("[")) return false;
  const isExtension = type.extensions.some(
    ({ schema }) => schema.id.toLowerCase() === key.toLowerCase(),
  );
  return !isExtension && (key.includes("[") || readAttributePath(key) !== undefined);
}

/** Does a body's list of schemas name the one that it must? */
export function checkSchemas(
  schemas: Json | undefined,
  known: readonly string[],
  leniency: Leniency,
): void {
  const [base = ""] = known;
  const named = isList(schemas) ? schemas : [];
  const isKnown = (urn: Json): boolean =>
    typeof urn === "string" && known.some((id) => id.toLowerCase() === urn.toLowerCase());
  const hasBase = named.some(
    (urn) => typeof urn === "string" && urn.toLowerCase() === base.toLowerCase(),
  );
  if (hasBase && named.every(isKnown)) return;
  const detail = `schemas must be a list of URIs with ${base}, and no schema that isn't served.`;
  leniency.forgive("schemas-missing-or-foreign", "invalidValue", detail);
}

/** An element of the list of values of a remove operation: the object with the value, or the value alone. */
export function removedValue(element: Json): string | undefined {
  const value = isObject(element) ? element["value"] : element;
  return typeof value === "string" ? value : undefined;
}
