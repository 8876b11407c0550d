/** The attributes that every resource has (RFC 7643 section 3.1). */
import { attribute } from "./attribute.ts";
import type { Attribute } from "./attribute.ts";

export const ID: Attribute = attribute(
  "id",
  "Identifier of the resource, given by the service provider; it never changes and is never used again.",
  {
    caseExact: true,
    mutability: "readOnly",
    returned: "always",
    uniqueness: "server",
    stored: "column",
  },
);

export const EXTERNAL_ID: Attribute = attribute(
  "externalId",
  "Identifier of the resource as given by the provisioning client.",
  { caseExact: true, indexed: true },
);

export const SCHEMAS: Attribute = attribute(
  "schemas",
  "URIs of the schemas that the resource's attributes come from.",
  { type: "reference", referenceTypes: ["uri"], multiValued: true, returned: "always" },
);

export const META: Attribute = attribute(
  "meta",
  "What the service provider knows of the resource.",
  {
    mutability: "readOnly",
    stored: "column",
    subAttributes: [
      attribute("resourceType", "Name of the resource's type.", {
        caseExact: true,
        mutability: "readOnly",
        stored: "column",
      }),
      attribute("created", "When the resource was created.", {
        type: "dateTime",
        mutability: "readOnly",
        stored: "column",
      }),
      attribute("lastModified", "When the resource was last changed.", {
        type: "dateTime",
        mutability: "readOnly",
        stored: "column",
      }),
      attribute("location", "URI of the resource.", {
        type: "reference",
        referenceTypes: ["uri"],
        mutability: "readOnly",
        stored: "derived",
      }),
      attribute("version", "Version of the resource, as in its ETag.", {
        caseExact: true,
        mutability: "readOnly",
        stored: "column",
      }),
    ],
  },
);

/** In the order in which a resource shows them before and after its own attributes. */
export const COMMON_ATTRIBUTES: readonly Attribute[] = Object.freeze([
  SCHEMAS,
  ID,
  EXTERNAL_ID,
  META,
]);
