/** Attribute paths: as a client wrote them, and as the schemas know them (RFC 7644 sections 3.4.2.2 and 3.10). */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { perType } from "./per-type.ts";
import { sameUrn } from "./urn.ts";

/** Names as written: `[urn:]name[.sub]`. */
export interface AttributePath {
  readonly urn: string | undefined;
  readonly name: string;
  readonly sub: string | undefined;
}

/** An attribute of a resource type, or a sub-attribute of it. */
export interface AttributeRef {
  /** URN of the extension that it belongs to; undefined for the base schema and the common attributes. */
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** The attribute's value, whether or not the path goes on to a sub-attribute; undefined where the object has none. */
export function valueAt(
  { extension, attribute }: Pick<AttributeRef, "extension" | "attribute">,
  object: JsonObject,
): Json | undefined {
  const holder = extension === undefined ? object : object[extension];
  return isObject(holder) ? holder[attribute.name] : undefined;
}

/** What a path leads to: an attribute, or a whole extension. */
export type PathTarget =
  | ({ readonly kind: "attribute" } & AttributeRef)
  | { readonly kind: "extension"; readonly urn: string; readonly attributes: readonly Attribute[] };

const NAME = /^[A-Za-z$][\w$-]*$/;

/** Reads `[urn:]name[.sub]`; undefined where the text has not that form. */
export function readAttributePath(text: string): AttributePath | undefined {
  const colon = text.lastIndexOf(":");
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  if (urn !== undefined && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(`${urn}:x`)) return undefined;
  const [name = "", sub, ...more] = text.slice(colon + 1).split(".");
  if (!NAME.test(name) || more.length > 0) return undefined;
  if (sub !== undefined && !NAME.test(sub)) return undefined;
  return { urn, name, sub };
}

export function printAttributePath(path: AttributePath): string {
  const urn = path.urn === undefined ? "" : `${path.urn}:`;
  return path.sub === undefined ? `${urn}${path.name}` : `${urn}${path.name}.${path.sub}`;
}

/** Attribute names are case-insensitive (RFC 7643 section 2.1). */
export function findAttribute(
  attributes: readonly Attribute[],
  name: string,
): Attribute | undefined {
  const folded = name.toLowerCase();
  return attributes.find((attribute) => attribute.name.toLowerCase() === folded);
}

/** Finds what a path means for a resource type; undefined where its schemas don't know it. */
export function resolvePath(type: ResourceType, path: AttributePath): PathTarget | undefined {
  if (path.urn !== undefined && path.sub === undefined) {
    const whole = `${path.urn}:${path.name}`;
    const extension = type.extensions.find(({ schema }) => sameUrn(schema.id, whole));
    if (extension !== undefined) {
      const { id, attributes } = extension.schema;
      return { kind: "extension", urn: id, attributes };
    }
  }
  const place = attributesUnder(type, path.urn);
  const attribute = place && findAttribute(place.attributes, path.name);
  if (place === undefined || attribute === undefined) return undefined;
  if (path.sub === undefined) {
    return { kind: "attribute", extension: place.extension, attribute, sub: undefined };
  }
  const sub = findAttribute(attribute.subAttributes, path.sub);
  if (sub === undefined) return undefined;
  return { kind: "attribute", extension: place.extension, attribute, sub };
}

interface Place {
  readonly extension: string | undefined;
  readonly attributes: readonly Attribute[];
}

function attributesUnder(type: ResourceType, urn: string | undefined): Place | undefined {
  if (urn === undefined || sameUrn(urn, type.schema.id)) {
    return { extension: undefined, attributes: baseAttributes(type) };
  }
  const extension = type.extensions.find(({ schema }) => sameUrn(schema.id, urn));
  return extension && { extension: extension.schema.id, attributes: extension.schema.attributes };
}

/** The attributes at the top of a resource: the common ones and those of the base schema. */
export function baseAttributes(type: ResourceType): readonly Attribute[] {
  return [...type.common, ...type.schema.attributes];
}

/** Every attribute of a type with the extension that it belongs to. */
export const attributeRefs = perType((type): readonly AttributeRef[] => {
  const base = baseAttributes(type).map((attribute) => ({
    extension: undefined,
    attribute,
    sub: undefined,
  }));
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({ extension: schema.id, attribute, sub: undefined })),
  );
  return [...base, ...extended];
});

/** The attribute that a path ends at. */
export function leafOf(ref: AttributeRef): Attribute {
  return ref.sub ?? ref.attribute;
}

/** The canonical text of a path: `emails.value`, `urn:...:User:department`. */
export function pathOf(ref: AttributeRef): string {
  return printAttributePath({
    urn: ref.extension,
    name: ref.attribute.name,
    sub: ref.sub?.name,
  });
}
