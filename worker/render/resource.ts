/** A stored resource as the JSON that a client sees: derived attributes filled in, the projection applied. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, valueAt } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { etagOf } from "../scim/ids.ts";
import { isList, isObject, isUnassigned } from "../scim/json.ts";
import type { Json, JsonObject, MutableJsonObject } from "../scim/json.ts";
import { showsAttribute, showsSubAttribute } from "../scim/projection.ts";
import type { Projection } from "../scim/projection.ts";
import type { ResourceColumns, StoredResource } from "../scim/resource.ts";

export interface RenderContext {
  /** The base URL of the request, without a slash at its end. */
  readonly base: string;
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
  readonly projection: Projection;
}

export function renderResource(resource: StoredResource, context: RenderContext): JsonObject {
  const shown: MutableJsonObject = {};
  for (const ref of attributeRefs(context.type)) {
    if (!showsAttribute(context.projection, ref)) continue;
    const value = projectValue(ref, valueOf(ref, resource, context), context.projection);
    if (isUnassigned(value) || value === undefined) continue;
    if (ref.extension === undefined) shown[ref.attribute.name] = value;
    else shown[ref.extension] = { ...asObject(shown[ref.extension]), [ref.attribute.name]: value };
  }
  const { meta, ...attributes } = shown;
  return meta === undefined ? attributes : { ...attributes, meta };
}

/** The `Location` of a resource, which is its `meta.location`. */
export function locationOf(
  resource: Pick<StoredResource, "type" | "id">,
  base: string,
  types: readonly ResourceType[],
): string {
  return referenceTo(base, types, resource.type, resource.id);
}

/** Is it read from elsewhere than the document, which holds the id as well? */
export function isDerived({ attribute: { stored, name } }: AttributeRef): boolean {
  return stored === "rows" || stored === "derived" || (stored === "column" && name !== "id");
}

/** The `$ref` of a reference in the document, whose URI and name are filled in. */
export function derivedReference({ stored, subAttributes }: Attribute): Attribute | undefined {
  if (stored !== "document") return undefined;
  return subAttributes.find((sub) => sub.name === "$ref" && sub.stored === "derived");
}

function valueOf(
  ref: AttributeRef,
  resource: StoredResource,
  context: RenderContext,
): Json | undefined {
  if (isDerived(ref)) return derivedValue(ref, resource, context);
  const value = valueAt(ref, resource.document);
  const reference = derivedReference(ref.attribute);
  return reference !== undefined && isObject(value)
    ? renderReference(value, reference, resource, context)
    : value;
}

/** The value of what isn't in the document. */
export function derivedValue(
  { attribute }: AttributeRef,
  resource: ResourceColumns,
  context: RenderContext,
): Json {
  if (attribute.stored === "rows") return renderMembers(resource, context);
  if (attribute.stored === "derived") return renderMemberships(resource, context);
  return renderMeta(resource, context);
}

function renderMeta(resource: ResourceColumns, { base, types }: RenderContext): JsonObject {
  return {
    resourceType: resource.type,
    created: resource.created,
    lastModified: resource.lastModified,
    location: locationOf(resource, base, types),
    version: etagOf(resource.version),
  };
}

function renderMembers({ members = [] }: ResourceColumns, { base, types }: RenderContext): Json[] {
  return members.map(({ id, type, display }) => ({
    value: id,
    $ref: referenceTo(base, types, type, id),
    type,
    ...(display !== null && { display }),
  }));
}

function renderMemberships(
  { memberships = [] }: ResourceColumns,
  { base, types }: RenderContext,
): Json[] {
  const holding = types.find(({ schema }) =>
    schema.attributes.some(({ stored }) => stored === "rows"),
  );
  return memberships.map(({ id, display, direct }) => ({
    value: id,
    $ref: referenceTo(base, types, holding?.name ?? "", id),
    ...(display !== null && { display }),
    type: direct ? "direct" : "indirect",
  }));
}

/** A reference such as `manager`: its URI and name are filled in where its target is there. */
function renderReference(
  value: JsonObject,
  reference: Attribute,
  { names = {} }: StoredResource,
  { base, types }: RenderContext,
): JsonObject {
  const id = value["value"];
  const name = typeof id === "string" && Object.hasOwn(names, id) ? names[id] : undefined;
  if (typeof id !== "string" || name === undefined) return value;
  const [type = ""] = reference.referenceTypes;
  return { ...value, $ref: referenceTo(base, types, type, id), displayName: name };
}

export function referenceTo(
  base: string,
  types: readonly ResourceType[],
  type: string,
  id: string,
): string {
  const endpoint = types.find(({ name }) => name === type)?.endpoint ?? "";
  return `${base}${endpoint}/${id}`;
}

/** The value without the sub-attributes that aren't shown. */
function projectValue(
  ref: AttributeRef,
  value: Json | undefined,
  projection: Projection,
): Json | undefined {
  if (isList(value)) return value.map((one) => projectValue(ref, one, projection) ?? null);
  if (!isObject(value) || projection.kind === "default") return value;
  const shown: MutableJsonObject = {};
  for (const sub of ref.attribute.subAttributes) {
    const part = value[sub.name];
    if (part !== undefined && showsSubAttribute(projection, { ...ref, sub }))
      shown[sub.name] = part;
  }
  return shown;
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
