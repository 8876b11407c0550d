/** SSO providers of a tenant: the connections that SCIM tokens belong to. */
import * as v from "valibot";
import { PROFILES } from "../../schema/provider.ts";
import { readObject } from "../scim/json.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { DISPLAY_NAME } from "./input.ts";
import { pageSchema, TIME } from "./output.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError, inputProblem } from "./problem.ts";
import * as plan from "./provider-statements.ts";
import { numberOf, textOf, textOrNull } from "./row.ts";

const SCHEME = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/,
    "must be 1 to 64 letters, digits or any of . _ ~ -, the first a letter or digit",
  ),
);

/** valibot's record takes lists, and drops names such as "constructor". */
const PROPERTIES = v.pipe(
  v.custom<JsonObject>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object",
  ),
  v.metadata({
    type: "object",
    description: "authority, clientId and what else the sign-in needs",
  }),
);

const VALUES = {
  displayName: v.optional(DISPLAY_NAME),
  enabled: v.optional(v.boolean(), true),
  type: v.optional(v.literal("oidc"), "oidc"),
  profile: v.optional(v.picklist(PROFILES), "generic"),
  properties: v.optional(PROPERTIES, {}),
};
const SHOWN_PROVIDER = v.strictObject({
  scheme: v.string(),
  displayName: v.string(),
  enabled: v.boolean(),
  type: v.literal("oidc"),
  profile: v.string(),
  suggestedProfile: v.pipe(
    v.nullable(v.string()),
    v.description("what its requests look like, by their User-Agent"),
  ),
  properties: PROPERTIES,
  created: TIME,
  lastModified: TIME,
});
const NEW_PROVIDER = v.strictObject({ scheme: SCHEME, ...VALUES });
const REPLACEMENT = v.strictObject({ scheme: v.optional(v.string()), ...VALUES });

export const PROVIDER_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "listProviders",
    method: "GET",
    path: "/sso/providers",
    summary: "List SSO providers",
    query: v.strictObject(PAGE_QUERY),
    success: { status: 200, body: pageSchema(SHOWN_PROVIDER) },
    async answer({ tenant, query, read }) {
      const rows = await read([plan.planProviders(tenant)]);
      return { status: 200, body: pageOf(rows(0).map(providerOf), query) };
    },
  }),
  tenantEndpoint({
    operation: "createProvider",
    method: "POST",
    path: "/sso/providers",
    summary: "Create an SSO provider",
    body: NEW_PROVIDER,
    success: { status: 201, body: SHOWN_PROVIDER },
    problems: [409],
    kept: withoutProperties,
    async answer({ tenant, body, now, change }) {
      const values = valuesOf(body.scheme, body);
      const statement = plan.planNewProvider(tenant, values, now.toISOString());
      const [row] = (await change([statement], { name: body.scheme }))(0);
      if (row === undefined) throw new ProblemError(409, `the scheme "${body.scheme}" is taken`);
      return { status: 201, body: providerOf(row), name: body.scheme };
    },
  }),
  tenantEndpoint({
    operation: "getProvider",
    method: "GET",
    path: "/sso/providers/:scheme",
    summary: "Read an SSO provider",
    success: { status: 200, body: SHOWN_PROVIDER },
    async answer({ tenant, param, read }) {
      const scheme = param("scheme");
      const rows = await read([plan.planProvider(tenant, scheme)]);
      return { status: 200, body: providerOf(found(rows(0), scheme)) };
    },
  }),
  tenantEndpoint({
    operation: "replaceProvider",
    method: "PUT",
    path: "/sso/providers/:scheme",
    summary: "Replace an SSO provider",
    body: REPLACEMENT,
    success: { status: 200, body: SHOWN_PROVIDER },
    kept: withoutProperties,
    async answer({ tenant, param, body, now, change }) {
      const scheme = param("scheme");
      if ((body.scheme ?? scheme) !== scheme) {
        throw inputProblem("scheme", "must be the scheme in the path, or be left out");
      }
      const values = valuesOf(scheme, body);
      const statement = plan.planProviderReplace(tenant, values, now.toISOString());
      const rows = await change([statement]);
      return { status: 200, body: providerOf(found(rows(0), scheme)) };
    },
  }),
  tenantEndpoint({
    operation: "deleteProvider",
    method: "DELETE",
    path: "/sso/providers/:scheme",
    summary: "Delete an SSO provider that has no tokens and no OAuth clients",
    problems: [409],
    async answer({ tenant, param, change }) {
      const scheme = param("scheme");
      const { statements, gone } = plan.planProviderDelete(tenant, scheme);
      const rows = await change([plan.planProvider(tenant, scheme), ...statements], { gone });
      found(rows(0), scheme);
      if (rows(1).length === 0) {
        throw new ProblemError(409, "the SSO provider has SCIM tokens or OAuth clients");
      }
      return { status: 204 };
    },
  }),
]);

function valuesOf(scheme: string, body: v.InferOutput<typeof REPLACEMENT>): plan.ProviderValues {
  const { displayName = scheme, enabled, profile, properties } = body;
  return { scheme, displayName, enabled, profile, properties: JSON.stringify(properties) };
}

/** Their values may be secrets, so the audit log has their names. */
function withoutProperties(body: v.InferOutput<typeof REPLACEMENT>): object {
  return { ...body, properties: Object.keys(body.properties) };
}

function providerOf(row: Row): v.InferOutput<typeof SHOWN_PROVIDER> {
  const properties = readObject(textOf(row, "properties"));
  return {
    scheme: textOf(row, "scheme"),
    displayName: textOf(row, "display_name"),
    enabled: numberOf(row, "enabled") === 1,
    type: "oidc",
    profile: textOf(row, "profile"),
    suggestedProfile: textOrNull(row, "seen_profile"),
    properties,
    created: textOf(row, "created"),
    lastModified: textOf(row, "last_modified"),
  };
}

function found(rows: readonly Row[], scheme: string): Row {
  const [row] = rows;
  if (row === undefined) throw new ProblemError(404, `there is no SSO provider "${scheme}"`);
  return row;
}

/** Of a body that names the provider for something else. */
export function noSuchProvider(scheme: string): ProblemError {
  return inputProblem("provider", `this tenant has no SSO provider with the scheme "${scheme}"`);
}
