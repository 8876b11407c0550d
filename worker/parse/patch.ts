/** The body of PATCH: operations with resolved targets and checked values (RFC 7644 section 3.5.2). */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { attributeRefs, leafOf, pathOf } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isList, isObject, typeOf, valueOf } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";
import type { Filter } from "./filter.ts";
import { parsePatchPath } from "./patch-path.ts";
import type { PatchTarget } from "./patch-path.ts";
import { checkSchemas, isPathKey, removedValue, rewriteValue } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";
import { rowIds } from "./resource.ts";
import { namedParts, parseOne, parseValue } from "./validator.ts";

/** One change of one attribute. A value that is undefined is unassigned: null, [] or "", and the value of every remove. */
export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  readonly target: AttributeRef;
  /** Selects values of a multi-valued attribute. */
  readonly filter: Filter | undefined;
  readonly value: Json | undefined;
  /** Part of the removal of a whole extension, with which its required attributes may go. */
  readonly withExtension?: true;
}

interface Context {
  readonly type: ResourceType;
  /** The id in the request's URL. */
  readonly id: string;
  readonly leniency: Leniency;
}

const OPS = ["add", "replace", "remove"] as const;
type Op = (typeof OPS)[number];

/** @throws invalidSyntax, invalidPath, invalidFilter, invalidValue, noTarget, mutability, tooMany */
export function parsePatch(body: Json, context: Context): PatchOperation[] {
  if (!isObject(body))
    return refuse("invalidSyntax", `The body must be an object, not ${typeOf(body)}.`);
  checkSchemas(valueOf(body, "schemas"), [MESSAGES.patchOp], context.leniency);
  const operations = valueOf(body, "Operations");
  if (!isList(operations) || operations.length === 0) {
    return refuse("invalidSyntax", "Operations must be a list of at least one operation.");
  }
  if (operations.length > PROVIDER.maxOperations) {
    return refuse("tooMany", `Operations holds more than ${PROVIDER.maxOperations} operations.`);
  }
  return operations.flatMap((operation, index) => parseOperation(operation, index, context));
}

function parseOperation(operation: Json, index: number, context: Context): PatchOperation[] {
  const name = `Operations[${index}]`;
  if (!isObject(operation)) {
    return refuse("invalidSyntax", `${name} must be an object, not ${typeOf(operation)}.`);
  }
  const op = readOp(valueOf(operation, "op"), name);
  const path = valueOf(operation, "path") ?? null;
  const value = valueOf(operation, "value");
  if (path !== null && typeof path !== "string") {
    return refuse("invalidPath", `${name}.path must be a string, not ${typeOf(path)}.`);
  }
  if (op !== "remove" && value === undefined) refuse("invalidValue", `${name}.value is missing.`);
  if (path !== null && path.trim() !== "") return parseAtPath(op, path, value, context);
  if (op === "remove") refuse("noTarget", `${name}: a remove operation needs a path.`);
  if (!isObject(value)) {
    return refuse("invalidValue", `${name}.value must be an object where there is no path.`);
  }
  return parseWithoutPath(op, value, context);
}

function readOp(op: Json | undefined, name: string): Op {
  const known = OPS.find((one) => typeof op === "string" && op.toLowerCase() === one);
  return known ?? refuse("invalidSyntax", `${name}.op must be add, remove or replace.`);
}

/** A value without a path is a set of attributes, each changed as if it were the path (RFC 7644 section 3.5.2.1). */
function parseWithoutPath(op: Op, value: JsonObject, context: Context): PatchOperation[] {
  return Object.entries(value).flatMap(([key, one]) => {
    if (key.toLowerCase() === "id" && one === context.id) {
      const detail = "id is read-only.";
      context.leniency.forgive("own-id-in-value", "mutability", detail);
      return [];
    }
    forgivePathKey(key, context);
    return parseAtPath(op, key, one, context);
  });
}

function forgivePathKey(key: string, { type, leniency }: Context): void {
  if (!isPathKey(key, type)) return;
  leniency.forgive("path-as-key", "invalidPath", `${key} is no attribute's name; it is a path.`);
}

function parseAtPath(
  op: Op,
  path: string,
  value: Json | undefined,
  context: Context,
): PatchOperation[] {
  const target = parsePatchPath(path, context.type, context.leniency);
  if (target.kind === "extension") return parseAtExtension(op, target, value, context);
  // They follow from the extensions in use.
  if (target.ref.attribute.name === "schemas") {
    if (op === "remove") refuse("mutability", "schemas is required.");
    return ignoreSchemas(target.ref.attribute, value ?? null, context.leniency);
  }
  checkMutability(target.ref, path);
  return parseAtAttribute(op, target, value, context);
}

/** Which schemas a resource has follows from its attributes: what a client says of it is checked and has no effect. */
function ignoreSchemas(attribute: Attribute, value: Json, leniency: Leniency): [] {
  parseValue(attribute, value, attribute.name, leniency);
  return [];
}

/** The path of a whole extension: each of its attributes in turn, all of them where it is removed. */
function parseAtExtension(
  op: Op,
  target: Extract<PatchTarget, { kind: "extension" }>,
  value: Json | undefined,
  context: Context,
): PatchOperation[] {
  const refs = attributeRefs(context.type).filter(({ extension }) => extension === target.urn);
  if (op === "add" && value === null) return [];
  if (op === "remove" || value === null) {
    return refs.map((ref) => ({
      op: "remove",
      target: ref,
      filter: undefined,
      value: undefined,
      withExtension: true,
    }));
  }
  if (!isObject(value)) {
    return refuse("invalidValue", `${target.urn} takes an object, not ${typeOf(value)}.`);
  }
  return Object.entries(value).flatMap(([name, one]) => {
    // Clients built on scim2-models say here too which schema it is.
    if (name.toLowerCase() === "schemas") return [];
    forgivePathKey(name, context);
    return parseAtPath(op, `${target.urn}:${name}`, one, context);
  });
}

/** What is derived, such as the `$ref` of a manager, follows from the value beside it. */
function checkMutability(ref: AttributeRef, path: string): void {
  const isInside = ref.sub !== undefined;
  if (ref.attribute.mutability === "readOnly" || ref.sub?.mutability === "readOnly") {
    refuse("mutability", `${path} is read-only.`);
  }
  if (isInside && ref.attribute.stored === "rows") {
    refuse("mutability", `${path} can't be changed: remove the value and add another.`);
  }
  if (ref.sub?.stored === "derived") {
    refuse("mutability", `${path} can't be changed: it follows from ${ref.attribute.name}.value.`);
  }
}

function parseAtAttribute(
  op: Op,
  target: Extract<PatchTarget, { kind: "attribute" }>,
  value: Json | undefined,
  context: Context,
): PatchOperation[] {
  const { ref, filter } = target;
  const leaf = leafOf(ref);
  const path = pathOf(ref);
  if (op === "remove") return parseRemove(target, value, context.leniency);
  if (leaf.type === "complex" && !leaf.multiValued) {
    return parseParts(op, ref, value ?? null, context.leniency);
  }
  const isWhole = filter === undefined || ref.sub !== undefined;
  const checked = isWhole
    ? parseValue(leaf, wrapAdded(op, leaf, value ?? null), path, context.leniency)
    : parseSelected(leaf, value ?? null, path, context.leniency);
  if (ref.attribute.stored === "nowhere") return [];
  if (checked === undefined && op === "add") return [];
  if (ref.attribute.stored === "rows") rowIds(path, checked);
  return [{ op, target: ref, filter, value: checked }];
}

/**
 * Sub-attributes that the value of a complex attribute doesn't name are left unchanged (RFC 7644 section 3.5.2.3), so each that
 * it names is changed by itself.
 */
function parseParts(op: Op, ref: AttributeRef, value: Json, leniency: Leniency): PatchOperation[] {
  const path = pathOf(ref);
  const meant = rewriteValue(ref.attribute, value, path, leniency);
  if (meant === null) {
    return op === "add" ? [] : [{ op, target: ref, filter: undefined, value: undefined }];
  }
  return namedParts(ref.attribute, meant, path).flatMap(([sub, part]) => {
    const target = { ...ref, sub };
    const checked = parseValue(sub, part, pathOf(target), leniency);
    if (checked === undefined && op === "add") return [];
    return [{ op, target, filter: undefined, value: checked }];
  });
}

/** `add` may give a multi-valued attribute its one new value as an object (RFC 7644 section 3.5.2.1). */
function wrapAdded(op: Op, leaf: Attribute, value: Json): Json {
  return op === "add" && leaf.multiValued && isObject(value) ? [value] : value;
}

/** What is written at a value path without a sub-attribute is one value of the attribute. */
function parseSelected(
  attribute: Attribute,
  value: Json,
  path: string,
  leniency: Leniency,
): Json | undefined {
  if (isList(value) && value.length === 1) {
    const detail = `${path} takes one value at a value path, not a list.`;
    leniency.forgive("single-value-in-list", "invalidValue", detail);
    return parseSelected(attribute, value[0] ?? null, path, leniency);
  }
  if (value === "") {
    leniency.forgive("empty-string-clears", "invalidValue", `${path} is an empty string.`);
    return undefined;
  }
  return value === null ? undefined : parseOne(attribute, value, path, leniency);
}

/**
 * RFC 7644 section 3.5.2.2 knows no value here and would empty the attribute. Entra and others list the values that are to go, and
 * an ignored list would remove everybody: so a list restricts the removal to its values.
 */
function parseRemove(
  target: Extract<PatchTarget, { kind: "attribute" }>,
  value: Json | undefined,
  leniency: Leniency,
): PatchOperation[] {
  const { ref, filter } = target;
  const path = pathOf(ref);
  const given = value === undefined || value === null || value === "" ? [] : value;
  const values = isList(given) ? given : [given];
  if (
    values.length === 0 ||
    !ref.attribute.multiValued ||
    ref.sub !== undefined ||
    filter !== undefined
  ) {
    return [{ op: "remove", target: ref, filter, value: undefined }];
  }
  leniency.forgive(
    "remove-by-value-list",
    "invalidValue",
    `A remove operation at ${path} takes no value.`,
  );
  return values.map((element) => ({
    op: "remove",
    target: ref,
    filter: valueFilter(removedValue(element), path),
    value: undefined,
  }));
}

function valueFilter(value: string | undefined, path: string): Filter {
  if (value === undefined) {
    return refuse("invalidValue", `A value to remove from ${path} has no value sub-attribute.`);
  }
  return {
    kind: "compare",
    path: { urn: undefined, name: "value", sub: undefined },
    operator: "eq",
    value,
  };
}
