/** PATCH over a document: the operations in order, all or none (RFC 7644 section 3.5.2). */
import type { ResourceType } from "../../schema/attribute.ts";
import { findAttribute, leafOf, pathOf } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isList, isObject, isUnassigned } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { addValues, changeSelected, removeSelected } from "./patch-values.ts";
import { checkAttributes } from "./required.ts";

export interface PatchRules {
  /** `replace` at a value path without a match creates the value (Entra) instead of failing with noTarget. */
  readonly replaceCreates: boolean;
}

/**
 * The document after the operations. Operations on the attribute that is stored as rows are not for here.
 * @throws noTarget, invalidFilter, invalidValue, mutability
 */
export function patchDocument(
  type: ResourceType,
  document: JsonObject,
  operations: readonly PatchOperation[],
  rules: PatchRules,
): JsonObject {
  let current = document;
  for (const operation of operations) {
    if (operation.target.attribute.stored !== "document") continue;
    current = applyOperation(current, operation, rules);
    refuseRemovalOfRequired(current, operation);
  }
  checkAttributes(type, document, current);
  return current;
}

function applyOperation(
  document: JsonObject,
  operation: PatchOperation,
  rules: PatchRules,
): JsonObject {
  const { target } = operation;
  const holder = holderOf(document, target);
  const before = holder[target.attribute.name];
  const after = changeAttribute(before, operation, rules);
  return withHolder(document, target, assign(holder, target.attribute.name, after));
}

/** The value of the attribute after one operation; undefined where it is unassigned. A complex one is changed by its parts. */
function changeAttribute(
  before: Json | undefined,
  operation: PatchOperation,
  rules: PatchRules,
): Json | undefined {
  const { target } = operation;
  if (target.attribute.multiValued) return changeList(asList(before), operation, rules);
  if (target.sub === undefined) return operation.value;
  return assign(asObject(before), target.sub.name, operation.value);
}

function changeList(
  before: readonly Json[],
  operation: PatchOperation,
  rules: PatchRules,
): Json | undefined {
  const { op, target, filter, value } = operation;
  if (filter === undefined && target.sub === undefined) {
    if (op === "remove" || value === undefined) return undefined;
    return op === "add" ? addValues(before, asList(value), target.attribute) : value;
  }
  return op === "remove" || value === undefined
    ? removeSelected(before, operation, rules.replaceCreates)
    : changeSelected(before, operation, rules.replaceCreates);
}

/** RFC 7644 section 3.5.2.2: removing what is required is a mutability error. */
function refuseRemovalOfRequired(document: JsonObject, operation: PatchOperation): void {
  const { op, target, withExtension } = operation;
  if (!leafOf(target).required || withExtension) return;
  const left = holderOf(document, target)[target.attribute.name];
  if (op === "remove" && isMissing(left, target)) {
    refuse("mutability", `${pathOf(target)} is required.`);
  }
  if (target.sub === undefined && isUnassigned(left)) {
    refuse("invalidValue", `${pathOf(target)} is required and can't be left without a value.`);
  }
}

/** Is there no value of the attribute, or one without the sub-attribute? */
function isMissing(left: Json | undefined, { sub }: AttributeRef): boolean {
  if (sub === undefined) return isUnassigned(left);
  const values = isList(left) ? left : [left];
  return values.some((value) => isObject(value) && value[sub.name] === undefined);
}

function holderOf(document: JsonObject, target: AttributeRef): JsonObject {
  return target.extension === undefined ? document : asObject(document[target.extension]);
}

function withHolder(document: JsonObject, target: AttributeRef, holder: JsonObject): JsonObject {
  return target.extension === undefined ? holder : assign(document, target.extension, holder);
}

/** A copy with the value under the name; what is unassigned isn't there. */
function assign(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const copy: MutableJsonObject = { ...object };
  if (value === undefined || isUnassigned(value)) delete copy[name];
  else copy[name] = value;
  return copy;
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function asList(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** The values of a unique attribute that operations may write: what the writer looks up before it decides. */
export function writtenStrings(operations: readonly PatchOperation[], path: string): string[] {
  return operations
    .filter(({ target }) => pathOf(target) === path)
    .map(({ value }) => value)
    .filter((value) => typeof value === "string");
}

/** The ids that operations write into references such as `manager`. */
export function writtenReferences(operations: readonly PatchOperation[]): string[] {
  return operations.flatMap(({ target, value }) => {
    if (findAttribute(target.attribute.subAttributes, "$ref") === undefined) return [];
    if (leafOf(target).name === "value" && typeof value === "string") return [value];
    const id = isObject(value) ? value["value"] : undefined;
    return typeof id === "string" ? [id] : [];
  });
}
