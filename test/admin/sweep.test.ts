/** Every endpoint, called by those who may not: refused, and nothing in the database is another than before. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Endpoint } from "../../worker/admin/endpoint.ts";
import { ENDPOINTS } from "../../worker/admin/endpoints.ts";
import { dumpTables } from "../support/dump.ts";
import { call, newTenant, OPERATOR } from "./api.ts";
import type { CallRequest, Reply } from "./api.ts";

/** Bodies that would do, so that nobody is refused for theirs. */
const BODIES: Readonly<Record<string, () => object>> = {
  createToken: () => ({ provider: "entra" }),
  createProvider: () => ({ scheme: "okta" }),
  replaceProvider: () => ({ displayName: "Other" }),
  createClient: () => ({ provider: "entra", displayName: "Other" }),
  createClientSecret: () => ({}),
  createFederatedCredential: () => ({ ...TRUSTED, subject: "other" }),
  createTenant: () => ({ displayName: "Other" }),
  changeTenant: () => ({ status: "suspended" }),
  createSetupLink: () => ({}),
  importTenant: () => ({ lines: [IMPORTED] }),
  // Of the victim's own damage.
  verifyTenant: () => ({ cursor: '["totals"]', repair: true }),
};

const IMPORTED = {
  kind: "connection",
  scheme: "imported",
  displayName: "Imported",
  enabled: true,
  type: "oidc",
  profile: "okta",
  properties: {},
  created: "2026-01-01T00:00:00.000Z",
  lastModified: "2026-01-01T00:00:00.000Z",
};

const TRUSTED = { issuer: "https://issuer.test", subject: "s", audience: "a" };

/** A tenant with one of everything that a path can name; its connection `spare` has no token, and it counts a user too many. */
async function victim() {
  const tenant = await newTenant();
  await tenant.call("POST", "/sso/providers", { scheme: "spare" });
  const token = (await tenant.call("POST", "/scim", { provider: "entra" })).body;
  const made = { provider: "entra", displayName: "Client" };
  const client = (await tenant.call("POST", "/oauth/clients", made)).body.clientId;
  const at = `/oauth/clients/${client}`;
  const secret = (await tenant.call("POST", `${at}/secrets`, {})).body;
  const trust = (await tenant.call("POST", `${at}/federated-credentials`, TRUSTED)).body;
  const path = `/tenants/${tenant.id}/setup-links`;
  const link = (await call("POST", path, { as: OPERATOR, body: {} })).body;
  await env.DB.prepare(`UPDATE writers SET totals = '{"User":1}' WHERE tenant_id = ?`)
    .bind(tenant.id)
    .run();
  const names: Readonly<Record<string, string>> = { scheme: "spare", client, link: link.id };
  const ids: readonly (readonly [string, string])[] = [
    ["/tenants", tenant.id],
    ["/scim", token.id],
    ["/federated-credentials", trust.id],
    ["/secrets", secret.id],
    ["/activity", "00000000-0000-7000-8000-000000000000"],
  ];
  const fill = ({ path: pattern }: Endpoint): string =>
    pattern.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => {
      const [, id = ""] = ids.find(([place]) => pattern.includes(`${place}/:id`)) ?? [];
      return names[name] ?? id;
    });
  return { ...tenant, fill };
}

function bodyOf({ operation, body }: Endpoint): object | undefined {
  return body === undefined ? undefined : BODIES[operation]?.();
}

function send(endpoint: Endpoint, path: string, request: CallRequest): Promise<Reply> {
  return call(endpoint.method, path, { body: bodyOf(endpoint), ...request });
}

const CASES = ENDPOINTS.map((endpoint) => [endpoint.operation, endpoint] as const);

describe.each(CASES)("%s", (_operation, endpoint) => {
  const isForOperators = endpoint.kind === "operator" || endpoint.kind === "tenantByOperator";

  it("is refused to all who may not, and changes nothing", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    const [tenant, other] = [await victim(), await newTenant()];
    const path = tenant.fill(endpoint);
    const named = { "X-Tenant-Id": tenant.id };
    const refusals: readonly (readonly [string, CallRequest, readonly number[]])[] = [
      ["no token", { as: null }, [401]],
      ["another scheme", { as: null, headers: { authorization: "Basic YTpi" } }, [401]],
      ["no JWT", { as: null, headers: { authorization: "Bearer x.y.z" } }, [401]],
      ["an expired token", { as: { ...OPERATOR, ...tenant.as, exp: 1 } }, [401]],
      ["another issuer's", { as: { ...OPERATOR, ...tenant.as, iss: "https://x.example" } }, [401]],
      ["another audience's", { as: { ...OPERATOR, ...tenant.as, aud: "other" } }, [401]],
      ["without the scope", { as: { ...tenant.as, scope: "openid" } }, [403]],
      ["operator's scope alone", { as: { ...tenant.as, scope: "services.iam.operator" } }, [403]],
      ["another tenant's, named", { as: other.as, headers: named }, [403]],
      ["no tenant's", { as: {} }, [403]],
      ["no tenant's, named", { as: {}, headers: named }, [403]],
      ...(isForOperators
        ? ([["a manager's", { as: tenant.as, headers: named }, [403]]] as const)
        : ([["a tenant's that isn't", { as: { tenant_id: "nix" } }, [404]]] as const)),
    ];
    const before = await dumpTables();
    for (const [name, request, statuses] of refusals) {
      const { status, body } = await send(endpoint, path, request);
      expect([name, statuses.includes(status), status]).toEqual([name, true, status]);
      expect(JSON.stringify(body)).not.toContain("Entra ID");
    }
    expect(await dumpTables()).toEqual(before);
  });

  it("finds nothing of another tenant's in its path, and shows nothing of it", async () => {
    const [tenant, other] = [await victim(), await newTenant()];
    if (isForOperators) return;
    const before = rowsOf(await dumpTables(), tenant.id);
    const path = tenant.fill(endpoint);
    const { status, body } = await send(endpoint, path, { as: other.as });
    if (path !== endpoint.path) expect(status).toBe(404);
    expect(JSON.stringify(body ?? "")).not.toContain(`"${tenant.id}"`);
    expect(rowsOf(await dumpTables(), tenant.id)).toEqual(before);
  });

  it("does what it is for, for who may", async () => {
    const tenant = await victim();
    const before = await dumpTables();
    const as = isForOperators ? OPERATOR : tenant.as;
    const { status } = await send(endpoint, tenant.fill(endpoint), { as });
    expect(status).toBe(
      endpoint.operation === "getActivity" ? 404 : (endpoint.success?.status ?? 204),
    );
    const after = await dumpTables();
    const changed = Object.keys(after).filter((table) => !isSame(before[table], after[table]));
    // Every change has its entry, and no read has one.
    const isChange = endpoint.method !== "GET";
    expect(changed.filter((table) => table !== "audit").length > 0).toBe(isChange);
    expect(changed.includes("audit")).toBe(isChange);
  });
});

it("there are bodies for all that take one", () => {
  const taking = ENDPOINTS.filter(({ body }) => body !== undefined);
  expect(taking.map(({ operation }) => operation).toSorted()).toEqual(
    Object.keys(BODIES).toSorted(),
  );
});

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function rowsOf(dump: Awaited<ReturnType<typeof dumpTables>>, tenant: string): string[] {
  return Object.values(dump).flatMap((rows) =>
    rows.filter((row) => row.includes(`"tenant_id":"${tenant}"`)),
  );
}
