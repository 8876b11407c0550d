/** SSO providers of a tenant: the connections that SCIM tokens belong to. */
import * as v from "valibot";
import { PROFILES } from "../../schema/provider.ts";
import { readObject } from "../scim/json.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Row } from "../execute/store.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { executeInTenant } from "./in-tenant.ts";
import { DISPLAY_NAME } from "./input.ts";
import { PAGE_QUERY, pageOf } from "./page.ts";
import { ProblemError } from "./problem.ts";
import * as plan from "./provider-statements.ts";
import { numberOf, textOf, textOrNull } from "./row.ts";

const SCHEME = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/,
    "must be 1 to 64 letters, digits or any of . _ ~ -, the first a letter or digit",
  ),
);

const VALUES = {
  displayName: v.optional(DISPLAY_NAME),
  enabled: v.optional(v.boolean(), true),
  type: v.optional(v.literal("oidc"), "oidc"),
  profile: v.optional(v.picklist(PROFILES), "generic"),
  /** valibot's record takes lists, and drops names such as "constructor". */
  properties: v.optional(
    v.custom<JsonObject>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      "must be an object",
    ),
    {},
  ),
};
const NEW_PROVIDER = v.strictObject({ scheme: SCHEME, ...VALUES });
const REPLACEMENT = v.strictObject({ scheme: v.optional(v.string()), ...VALUES });

export const PROVIDER_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    method: "GET",
    path: "/sso/providers",
    summary: "List SSO providers",
    query: v.strictObject(PAGE_QUERY),
    async answer({ store, tenant, query }) {
      const rows = await executeInTenant(store, tenant, [plan.planProviders(tenant)]);
      return { status: 200, body: pageOf(rows(0).map(providerOf), query) };
    },
  }),
  tenantEndpoint({
    method: "POST",
    path: "/sso/providers",
    summary: "Create an SSO provider",
    body: NEW_PROVIDER,
    async answer({ store, tenant, body, now }) {
      const values = valuesOf(body.scheme, body);
      const statement = plan.planNewProvider(tenant, values, now.toISOString());
      const [row] = (await executeInTenant(store, tenant, [statement]))(0);
      if (row === undefined) throw new ProblemError(409, `the scheme "${body.scheme}" is taken`);
      return { status: 201, body: providerOf(row), name: body.scheme };
    },
  }),
  tenantEndpoint({
    method: "GET",
    path: "/sso/providers/:scheme",
    summary: "Read an SSO provider",
    async answer({ store, tenant, param }) {
      const scheme = param("scheme");
      const rows = await executeInTenant(store, tenant, [plan.planProvider(tenant, scheme)]);
      return { status: 200, body: providerOf(found(rows(0), scheme)) };
    },
  }),
  tenantEndpoint({
    method: "PUT",
    path: "/sso/providers/:scheme",
    summary: "Replace an SSO provider",
    body: REPLACEMENT,
    async answer({ store, tenant, param, body, now }) {
      const scheme = param("scheme");
      if ((body.scheme ?? scheme) !== scheme) throw otherScheme();
      const values = valuesOf(scheme, body);
      const statement = plan.planProviderReplace(tenant, values, now.toISOString());
      const rows = await executeInTenant(store, tenant, [statement]);
      return { status: 200, body: providerOf(found(rows(0), scheme)) };
    },
  }),
  tenantEndpoint({
    method: "DELETE",
    path: "/sso/providers/:scheme",
    summary: "Delete an SSO provider that has no tokens and no OAuth clients",
    async answer({ store, tenant, param }) {
      const scheme = param("scheme");
      const statements = [
        plan.planProvider(tenant, scheme),
        plan.planProviderDelete(tenant, scheme),
      ];
      const rows = await executeInTenant(store, tenant, statements);
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

function providerOf(row: Row): object {
  const properties = readObject(textOf(row, "properties"));
  return {
    scheme: textOf(row, "scheme"),
    displayName: textOf(row, "display_name"),
    enabled: numberOf(row, "enabled") === 1,
    type: textOf(row, "type"),
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

function otherScheme(): ProblemError {
  const detail = "must be the scheme in the path, or be left out";
  return new ProblemError(400, `scheme: ${detail}`, { errors: [{ attribute: "scheme", detail }] });
}
