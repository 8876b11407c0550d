/** Schemas, resource types and the service provider's configuration (RFC 7643 sections 5 to 7, RFC 7644 section 4). */
import type { Attribute, ResourceType, Schema } from "../../schema/attribute.ts";
import { EXTERNAL_ID, ID } from "../../schema/common.ts";
import {
  DISCOVERY_SCHEMAS,
  RESOURCE_TYPE,
  SCHEMA,
  SERVICE_PROVIDER_CONFIG,
} from "../../schema/discovery.ts";
import { PROVIDER } from "../../schema/provider.ts";
import type { JsonObject } from "../scim/json.ts";
import { sameUrn } from "../scim/urn.ts";

/** Every schema that is served, itself included, in a stable order. */
export function renderSchemas(types: readonly ResourceType[], base: string): JsonObject[] {
  const bases = types.map(({ schema }) => schema);
  const extensions = types.flatMap((type) => type.extensions.map(({ schema }) => schema));
  const all = [...bases, ...extensions, ...DISCOVERY_SCHEMAS];
  const once = all.filter((schema, index) => all.findIndex(({ id }) => id === schema.id) === index);
  return once.map((schema) => renderSchema(schema, base, bases.includes(schema)));
}

/** One of them; URNs compare without case. */
export function findById(resources: readonly JsonObject[], id: string): JsonObject | undefined {
  return resources.find(
    (resource) => typeof resource["id"] === "string" && sameUrn(resource["id"], id),
  );
}

function renderSchema(schema: Schema, base: string, isResource: boolean): JsonObject {
  // RFC 7643 section 3.1 lets schemas list common attributes; Entra wants to discover what it maps, externalId included.
  const common = isResource ? [ID, EXTERNAL_ID] : [];
  return {
    schemas: [SCHEMA.id],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: [...common, ...schema.attributes].map(renderAttribute),
    meta: { resourceType: "Schema", location: `${base}/Schemas/${schema.id}` },
  };
}

function renderAttribute(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes, type } = attribute;
  const isText = type === "string" || type === "reference" || type === "binary";
  return {
    name: attribute.name,
    type,
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(isText && { caseExact: attribute.caseExact }),
    ...(canonicalValues.length > 0 && { canonicalValues }),
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(referenceTypes.length > 0 && { referenceTypes }),
    ...(subAttributes.length > 0 && { subAttributes: subAttributes.map(renderAttribute) }),
  };
}

export function renderResourceTypes(types: readonly ResourceType[], base: string): JsonObject[] {
  return types.map((type) => ({
    schemas: [RESOURCE_TYPE.id],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    ...(type.extensions.length > 0 && {
      schemaExtensions: type.extensions.map(({ schema, required }) => ({
        schema: schema.id,
        required,
      })),
    }),
    meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${type.name}` },
  }));
}

export function renderProvider(base: string): JsonObject {
  const { supports } = PROVIDER;
  return {
    schemas: [SERVICE_PROVIDER_CONFIG.id],
    documentationUri: PROVIDER.documentationUri,
    patch: { supported: supports.patch },
    bulk: {
      supported: supports.bulk,
      maxOperations: PROVIDER.maxOperations,
      maxPayloadSize: PROVIDER.maxPayloadSize,
    },
    filter: { supported: supports.filter, maxResults: PROVIDER.maxResults },
    changePassword: { supported: supports.changePassword },
    sort: { supported: supports.sort },
    etag: { supported: supports.etag },
    pagination: {
      cursor: supports.cursor,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: PROVIDER.defaultPageSize,
      maxPageSize: PROVIDER.maxResults,
      cursorTimeout: PROVIDER.cursorTimeout,
    },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "SCIM token",
        description: "A token that an administrator of the tenant made, sent as a bearer token.",
        specUri: "https://datatracker.ietf.org/doc/html/rfc6750",
        primary: true,
      },
      {
        type: "httpbasic",
        name: "HTTP Basic",
        description: "The same token as the password, with any user name.",
        specUri: "https://datatracker.ietf.org/doc/html/rfc7617",
      },
      {
        type: "oauth2",
        name: "OAuth 2.0 client credentials",
        description:
          "An access token from the tenant's token endpoint, for a client's secret or a trusted issuer's assertion.",
        specUri: "https://datatracker.ietf.org/doc/html/rfc6749#section-4.4",
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
  };
}
