/** The schemas of the discovery resources themselves (RFC 7643 sections 5, 6, 7 and 8.7.2; RFC 9865 section 4). */
import { attribute } from "./attribute.ts";
import type { Attribute, Schema } from "./attribute.ts";

const READ_ONLY = { mutability: "readOnly" } as const;

function text(name: string, description: string, more: object = {}): Attribute {
  return attribute(name, description, { ...READ_ONLY, ...more });
}
function flag(name: string, description: string): Attribute {
  return attribute(name, description, { ...READ_ONLY, type: "boolean", required: true });
}
function count(name: string, description: string, required = true): Attribute {
  return attribute(name, description, { ...READ_ONLY, type: "integer", required });
}
function feature(name: string, description: string, more: readonly Attribute[] = []): Attribute {
  return attribute(name, description, {
    ...READ_ONLY,
    required: true,
    subAttributes: [flag("supported", "Whether the feature is supported."), ...more],
  });
}

export const SERVICE_PROVIDER_CONFIG: Schema = Object.freeze({
  id: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
  name: "Service Provider Configuration",
  description: "What this service provider supports",
  attributes: [
    attribute("documentationUri", "URI of documentation for people.", {
      ...READ_ONLY,
      type: "reference",
      referenceTypes: ["external"],
    }),
    feature("patch", "PATCH (RFC 7644 section 3.5.2)."),
    feature("bulk", "Bulk requests (RFC 7644 section 3.7).", [
      count("maxOperations", "The largest number of operations in one request."),
      count("maxPayloadSize", "The largest request body, in bytes."),
    ]),
    feature("filter", "Filters (RFC 7644 section 3.4.2.2).", [
      count("maxResults", "The largest number of resources in one response."),
    ]),
    feature("changePassword", "Changing passwords."),
    feature("sort", "Sorting (RFC 7644 section 3.4.2.3)."),
    feature("etag", "ETags (RFC 7644 section 3.14)."),
    attribute("pagination", "Pagination methods (RFC 9865 section 4).", {
      ...READ_ONLY,
      subAttributes: [
        flag("cursor", "Whether cursor pagination is supported."),
        flag("index", "Whether index pagination is supported."),
        text("defaultPaginationMethod", "The method used when the client names none.", {
          canonicalValues: ["cursor", "index"],
        }),
        count("defaultPageSize", "Resources in a page when the client gives no count.", false),
        count("maxPageSize", "The largest number of resources in a page.", false),
        count("cursorTimeout", "Seconds for which a cursor is good.", false),
      ],
    }),
    attribute("authenticationSchemes", "Ways to authenticate.", {
      ...READ_ONLY,
      multiValued: true,
      required: true,
      subAttributes: [
        text("type", "The scheme.", {
          required: true,
          canonicalValues: ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"],
        }),
        text("name", "The scheme's common name.", { required: true }),
        text("description", "What the scheme is.", { required: true }),
        attribute("specUri", "URI of its specification.", {
          ...READ_ONLY,
          type: "reference",
          referenceTypes: ["external"],
        }),
        attribute("documentationUri", "URI of its documentation.", {
          ...READ_ONLY,
          type: "reference",
          referenceTypes: ["external"],
        }),
        attribute("primary", "Whether this is the preferred scheme.", {
          ...READ_ONLY,
          type: "boolean",
        }),
      ],
    }),
  ],
});

export const RESOURCE_TYPE: Schema = Object.freeze({
  id: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
  name: "ResourceType",
  description: "The kinds of resources that are served",
  attributes: [
    text("name", "Name of the resource type.", { required: true, caseExact: true }),
    text("description", "What a resource of this type is."),
    attribute("endpoint", "Endpoint relative to the base URL.", {
      ...READ_ONLY,
      type: "reference",
      referenceTypes: ["uri"],
      required: true,
    }),
    attribute("schema", "URI of the base schema.", {
      ...READ_ONLY,
      type: "reference",
      referenceTypes: ["uri"],
      required: true,
    }),
    attribute("schemaExtensions", "Extensions of the resource type.", {
      ...READ_ONLY,
      multiValued: true,
      subAttributes: [
        attribute("schema", "URI of the extension's schema.", {
          ...READ_ONLY,
          type: "reference",
          referenceTypes: ["uri"],
          required: true,
        }),
        flag("required", "Whether every resource of the type must have it."),
      ],
    }),
  ],
});

function characteristics(): readonly Attribute[] {
  return [
    text("name", "Name of the attribute.", { required: true, caseExact: true }),
    text("type", "Data type of the attribute.", {
      required: true,
      canonicalValues: [
        "string",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "binary",
        "reference",
        "complex",
      ],
    }),
    flag("multiValued", "Whether the attribute has several values."),
    text("description", "What the attribute means."),
    attribute("required", "Whether the attribute must have a value.", {
      ...READ_ONLY,
      type: "boolean",
    }),
    text("canonicalValues", "Values that are suggested.", { multiValued: true }),
    attribute("caseExact", "Whether the case of a string matters.", {
      ...READ_ONLY,
      type: "boolean",
    }),
    text("mutability", "When the value can be written.", {
      canonicalValues: ["readOnly", "readWrite", "immutable", "writeOnly"],
    }),
    text("returned", "When the value is returned.", {
      canonicalValues: ["always", "never", "default", "request"],
    }),
    text("uniqueness", "How unique the value is.", {
      canonicalValues: ["none", "server", "global"],
    }),
    text("referenceTypes", "What a reference may point to.", { multiValued: true }),
  ];
}

export const SCHEMA: Schema = Object.freeze({
  id: "urn:ietf:params:scim:schemas:core:2.0:Schema",
  name: "Schema",
  description: "The schemas that are served",
  attributes: [
    text("name", "The schema's name."),
    text("description", "What the schema describes."),
    attribute("attributes", "The attributes of the schema.", {
      ...READ_ONLY,
      multiValued: true,
      required: true,
      subAttributes: [
        ...characteristics(),
        attribute("subAttributes", "The sub-attributes of a complex attribute.", {
          ...READ_ONLY,
          multiValued: true,
          subAttributes: characteristics(),
        }),
      ],
    }),
  ],
});

/** The discovery schemas, in the order in which /Schemas lists them after those of the resource types. */
export const DISCOVERY_SCHEMAS: readonly Schema[] = Object.freeze([
  SERVICE_PROVIDER_CONFIG,
  RESOURCE_TYPE,
  SCHEMA,
]);
