/** The OpenAPI 3.1 document of the management API, made from the table of its endpoints. */
import { toJsonSchema } from "@valibot/to-json-schema";
import type { JsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { ADMIN_SCOPE, OPERATOR_SCOPE } from "../auth/jwt.ts";
import { TENANT_HEADER } from "./access.ts";
import { parametersOf, templateOf } from "./audit-entry.ts";
import type { Endpoint } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { PROBLEM, PROBLEM_STATUSES, TITLES } from "./problem.ts";
import type { ProblemStatus } from "./problem.ts";

export const OPENAPI_PATH = "/openapi.json";

/** By the first segment of an endpoint's path. */
const TAGS: Readonly<Record<string, string>> = Object.freeze({
  scim: "SCIM tokens",
  sso: "SSO providers",
  oauth: "OAuth clients",
  tenants: "Tenants",
  overview: "Overview",
  activity: "Activity",
  audit: "Audit",
});

export function openApiDocument(): object {
  const paths = Map.groupBy(ENDPOINTS, ({ path }) => templateOf(path));
  return {
    openapi: "3.1.1",
    info: {
      title: "Rollcall management API",
      version: "1",
      description:
        "Tenants, the connections of their identity providers, and what these did. Errors are problem details (RFC 9457).",
    },
    servers: [{ url: "/core/iam/v1" }],
    tags: Object.values(TAGS).map((name) => ({ name })),
    paths: {
      ...Object.fromEntries([...paths].map(([path, all]) => [path, pathItem(all)])),
      [OPENAPI_PATH]: { get: OWN_OPERATION },
    },
    components: {
      schemas: { Problem: schemaOf(PROBLEM, "output") },
      responses: problemResponses(),
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `An access token of the configured issuer with the scope ${ADMIN_SCOPE}; operators' have ${OPERATOR_SCOPE} too.`,
        },
      },
    },
  };
}

const OWN_OPERATION = {
  operationId: "getOpenApi",
  summary: "This document",
  security: [],
  responses: {
    200: {
      description: "The document",
      content: { "application/json": { schema: { type: "object" } } },
    },
  },
};

function pathItem(endpoints: readonly Endpoint[]): object {
  return Object.fromEntries(
    endpoints.map((endpoint) => [endpoint.method.toLowerCase(), operationOf(endpoint)]),
  );
}

function operationOf(endpoint: Endpoint): object {
  const { operation, path, summary, kind, body } = endpoint;
  const [, first = ""] = path.split("/");
  const isForOperators = kind === "operator" || kind === "tenantByOperator";
  return {
    operationId: operation,
    summary,
    tags: [TAGS[first]],
    security: [{ accessToken: isForOperators ? [ADMIN_SCOPE, OPERATOR_SCOPE] : [ADMIN_SCOPE] }],
    parameters: [
      ...parametersOf(path).map((name) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string" },
      })),
      ...queryOf(endpoint),
      ...(isForOperators ? [] : [TENANT_PARAMETER]),
    ],
    ...(body !== undefined && {
      requestBody: { required: true, content: contentOf(schemaOf(body, "input")) },
    }),
    responses: { ...successOf(endpoint), ...problemsOf(endpoint) },
  };
}

const TENANT_PARAMETER = {
  name: TENANT_HEADER,
  in: "header",
  description: "The tenant, where it isn't that of the access token: for operators only.",
  schema: { type: "string" },
};

function queryOf({ query }: Endpoint): readonly object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, "input");
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema: typeof schema === "boolean" ? schema : withDefault(schema),
  }));
}

/** Defaults of numbers are given as text, which a query is. */
function withDefault(schema: JsonSchema): JsonSchema {
  const isNumber = schema.type === "integer" && typeof schema.default === "string";
  return isNumber ? { ...schema, default: Number(schema.default) } : schema;
}

function successOf({ success }: Endpoint): object {
  if (success === undefined) return { 204: { description: "Done" } };
  const location = { Location: { schema: { type: "string" } } };
  return {
    [success.status]: {
      description: success.status === 201 ? "Created" : "Done",
      ...(success.status === 201 && { headers: location }),
      content: contentOf(schemaOf(success.body, "output")),
    },
  };
}

function contentOf(schema: JsonSchema): object {
  return { "application/json": { schema } };
}

/** The problems of its own, and those that follow from what it takes. */
function problemsOf({ path, kind, body, problems = [] }: Endpoint): object {
  const isOfSomething = kind !== "operator" || path.includes(":");
  const statuses: readonly ProblemStatus[] = [
    ...([400, 401, 403, 500, 503] as const),
    ...(isOfSomething ? ([404] as const) : []),
    ...(body === undefined ? [] : ([413, 415] as const)),
    ...problems,
  ];
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );
}

/** Every problem as a response; that of another method (405) belongs to no operation. */
function problemResponses(): object {
  const schema = { $ref: "#/components/schemas/Problem" };
  return Object.fromEntries(
    PROBLEM_STATUSES.map((status) => [
      nameOf(status),
      {
        description: TITLES[status],
        headers: { ...PROBLEM_HEADERS[status] },
        content: { "application/problem+json": { schema } },
      },
    ]),
  );
}

const TEXT_HEADER = { schema: { type: "string" } };
const PROBLEM_HEADERS: Readonly<Partial<Record<ProblemStatus, object>>> = Object.freeze({
  401: { "WWW-Authenticate": TEXT_HEADER },
  405: { Allow: TEXT_HEADER },
  503: { "Retry-After": { schema: { type: "integer" } } },
});

function nameOf(status: ProblemStatus): string {
  return TITLES[status].replaceAll(" ", "");
}

/** What JSON Schema can't say of a schema is left out: the API checks it all the same. */
function schemaOf(schema: v.GenericSchema, typeMode: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: "draft-2020-12",
    errorMode: "ignore",
    typeMode,
  });
  return rest;
}
