/** References inside a change: its own resource, members, and attributes such as `manager`; elsewhere text is just text. */
import type { ResourceType } from "../../schema/attribute.ts";
import { attributeRefs } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import type { Change } from "../scim/command.ts";
import { isList, isObject } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import type { Resource } from "../scim/resource.ts";
import type { PatchOperation } from "../parse/patch.ts";

type IdFor = (text: string) => string;

/** The change with each reference replaced. */
export function mapReferences(
  change: Change<PatchOperation>,
  type: ResourceType,
  idFor: IdFor,
): Change<PatchOperation> {
  switch (change.kind) {
    case "create":
      return { ...change, resource: mapResource(change.resource, type, idFor) };
    case "replace": {
      const resource = mapResource(change.resource, type, idFor);
      return { ...change, id: idFor(change.id), resource };
    }
    case "patch": {
      const operations = change.operations.map((operation) => mapOperation(operation, idFor));
      return { ...change, id: idFor(change.id), operations };
    }
    case "delete":
      return { ...change, id: idFor(change.id) };
  }
}

/** The references in a change, as they are written. */
export function referencesIn(change: Change<PatchOperation>, type: ResourceType): string[] {
  const found: string[] = [];
  mapReferences(change, type, (text) => {
    found.push(text);
    return text;
  });
  return found;
}

function mapResource({ document, members }: Resource, type: ResourceType, idFor: IdFor): Resource {
  const mapped = attributeRefs(type)
    .filter(isReference)
    .reduce((before, ref) => mapAt(before, ref, idFor), document);
  return { document: mapped, members: members.map(idFor) };
}

function isReference({ attribute }: AttributeRef): boolean {
  return attribute.subAttributes.some(({ name }) => name === "$ref");
}

function mapAt(document: JsonObject, ref: AttributeRef, idFor: IdFor): JsonObject {
  const { extension, attribute } = ref;
  if (extension === undefined) return mapName(document, attribute.name, idFor);
  const inner = document[extension];
  return isObject(inner)
    ? { ...document, [extension]: mapName(inner, attribute.name, idFor) }
    : document;
}

function mapName(object: JsonObject, name: string, idFor: IdFor): JsonObject {
  const value = object[name];
  return value === undefined ? object : { ...object, [name]: mapValue(value, idFor) };
}

/** The `value` of a reference, or of each in a list. */
function mapValue(value: Json, idFor: IdFor): Json {
  if (isList(value)) return value.map((one) => mapValue(one, idFor));
  if (!isObject(value)) return value;
  const mapped: MutableJsonObject = { ...value };
  const id = value["value"];
  if (typeof id === "string") mapped["value"] = idFor(id);
  return mapped;
}

function mapOperation(operation: PatchOperation, idFor: IdFor): PatchOperation {
  const { target, value } = operation;
  if (value === undefined || !isReference(target)) return operation;
  if (target.sub === undefined) return { ...operation, value: mapValue(value, idFor) };
  const isId = target.sub.name === "value" && typeof value === "string";
  return isId ? { ...operation, value: idFor(value) } : operation;
}
