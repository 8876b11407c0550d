/** Attributes, schemas and resource types as data (RFC 7643 sections 2, 6 and 7). */

export type AttributeType =
  | "string"
  | "boolean"
  | "decimal"
  | "integer"
  | "dateTime"
  | "binary"
  | "reference"
  | "complex";

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly returned: "always" | "never" | "default" | "request";
  readonly uniqueness: "none" | "server" | "global";
  readonly canonicalValues: readonly string[];
  /** What the value is taken for where there is none (`primary`: RFC 7643 section 2.4). */
  readonly assumed?: boolean;
  readonly referenceTypes: readonly string[];
  readonly subAttributes: readonly Attribute[];
  /** Equality and prefix filters are answered from `resource_values`, not by a scan. */
  readonly indexed: boolean;
  /**
   * Where the values live: in the resource's document, as rows of their own, computed when they are rendered, in
   * columns beside the document, or nowhere (a password is accepted and dropped).
   */
  readonly stored: "document" | "rows" | "derived" | "column" | "nowhere";
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

export interface SchemaExtension {
  readonly schema: Schema;
  readonly required: boolean;
}

export interface ResourceType {
  readonly name: string;
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly SchemaExtension[];
  /** The attributes that it shares with every other type. */
  readonly common: readonly Attribute[];
  /** Attributes tried in this order for the `display` that others show of a resource of this type. */
  readonly displayedBy: readonly string[];
}

type Characteristics = Partial<Omit<Attribute, "name" | "description">>;

/** An attribute with the defaults of RFC 7643 section 2.2 for what is not said. */
export function attribute(
  name: string,
  description: string,
  characteristics: Characteristics = {},
): Attribute {
  const type =
    characteristics.type ?? (characteristics.subAttributes === undefined ? "string" : "complex");
  return Object.freeze({
    name,
    description,
    type,
    multiValued: false,
    required: false,
    // RFC 7643 sections 2.3.6 and 2.3.7: binary values and references are case exact.
    caseExact: type === "binary" || type === "reference",
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    canonicalValues: [],
    referenceTypes: [],
    subAttributes: [],
    indexed: false,
    stored: "document",
    ...characteristics,
  } satisfies Attribute);
}

/** The sub-attributes that multi-valued attributes share (RFC 7643 section 2.4). */
export function pluralSubAttributes(
  value: Attribute,
  types: readonly string[] = [],
): readonly Attribute[] {
  return [
    value,
    attribute("display", "A name of this value for people to read."),
    attribute("type", "A label for what the value is used for.", { canonicalValues: types }),
    attribute("primary", "Whether this is the preferred value; true for one value at most.", {
      type: "boolean",
      assumed: false,
    }),
  ];
}
