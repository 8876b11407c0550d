/** Resources as JSON text, out of the text that is stored: spliced where nothing in it has to be left out. */
import type { ResourceType } from "../../schema/attribute.ts";
import { attributeRefs } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { isUnassigned, readObject } from "../scim/json.ts";
import type { JsonObject, MutableJsonObject } from "../scim/json.ts";
import { showsAttribute } from "../scim/projection.ts";
import type { Projection } from "../scim/projection.ts";
import type { ResourceColumns, ResourceText } from "../scim/resource.ts";
import {
  derivedReference,
  derivedValue,
  isDerived,
  referenceTo,
  renderResource,
} from "./resource.ts";
import type { RenderContext } from "./resource.ts";

/** A renderer for the resources of one answer; what it gives parses to what `renderResource` makes of them. */
export function textRenderer(context: RenderContext): (resource: ResourceText) => string {
  const layout = layoutOf(context);
  const whole = layout && { ...context, ...layout };
  const render = objectRenderer(context);
  return ({ text, ...resource }) =>
    (whole && spliceDocument(text, resource, whole)) ??
    JSON.stringify(render({ text, ...resource }));
}

/** The same as objects, for who looks into them. */
export function objectRenderer(context: RenderContext): (resource: ResourceText) => JsonObject {
  return ({ text, ...resource }) =>
    renderResource({ ...resource, document: readObject(text) }, context);
}

/** Where what is stored and what is derived of a type go. */
interface Layout {
  /** What is shown beside the document; `meta` comes last. */
  readonly derived: readonly AttributeRef[];
  /** The reference in the document whose URI and name are filled in. */
  readonly reference: AttributeRef | undefined;
}

/** Undefined where the answer doesn't show the whole document, or the document has several references. */
function layoutOf({ type, projection }: RenderContext): Layout | undefined {
  if (!showsDocument(type, projection)) return undefined;
  const refs = attributeRefs(type);
  const [reference, ...more] = refs.filter(({ attribute }) => derivedReference(attribute));
  const derived = refs.filter((ref) => isDerived(ref) && showsAttribute(projection, ref));
  const isMeta = ({ attribute }: AttributeRef): number => Number(attribute.name === "meta");
  if (more.length > 0) return undefined;
  return { derived: derived.toSorted((one, other) => isMeta(one) - isMeta(other)), reference };
}

/** Attributes that are asked away may be what isn't in the document, such as members. */
function showsDocument(type: ResourceType, { kind, refs, extensions }: Projection): boolean {
  const isLeftOut =
    kind === "only" ||
    extensions.length > 0 ||
    refs.some((ref) => ref.sub !== undefined || !isDerived(ref));
  const isHidden = attributeRefs(type).some(
    ({ attribute: { stored, returned } }) =>
      stored === "document" && (returned === "never" || returned === "request"),
  );
  return !isLeftOut && !isHidden;
}

/** The document with what is derived at its end; undefined where it has to be looked into. */
function spliceDocument(
  text: string,
  resource: ResourceColumns,
  context: RenderContext & Layout,
): string | undefined {
  const document = spliceReference(text, resource, context);
  if (document === undefined || !document.startsWith('{"schemas":')) return undefined;
  const derived: MutableJsonObject = {};
  for (const ref of context.derived) {
    const value = derivedValue(ref, resource, context);
    if (!isUnassigned(value)) derived[ref.attribute.name] = value;
  }
  const more = JSON.stringify(derived);
  return more === "{}" ? document : `${document.slice(0, -1)},${more.slice(1)}`;
}

/**
 * The document with the URI and the name of what it refers to (`manager`). In JSON text `"name":{` can only be where the name is one
 * of an object's, since a quote within a string is escaped; undefined where that is so in more than one place.
 */
function spliceReference(
  text: string,
  { names = {} }: ResourceColumns,
  { reference, base, types }: RenderContext & Layout,
): string | undefined {
  const [named, ...more] = Object.entries(names);
  if (named === undefined) return text;
  const target = reference && derivedReference(reference.attribute);
  if (reference === undefined || target === undefined || more.length > 0) return undefined;
  const start = `"${reference.attribute.name}":{`;
  const at = text.indexOf(start) + start.length;
  if (at < start.length || text.includes(start, at)) return undefined;
  const [id, displayName] = named;
  const [type = ""] = target.referenceTypes;
  const filled = JSON.stringify({ $ref: referenceTo(base, types, type, id), displayName });
  return `${text.slice(0, at)}${filled.slice(1, -1)},${text.slice(at)}`;
}
