import { describe, expect, it, vi } from "vitest";
import { isUuid } from "../../worker/scim/ids.ts";
import { appWith, call, newTenant, OPERATOR } from "./api.ts";
import type { CallRequest, Reply } from "./api.ts";
import { DB } from "../support/database.ts";

interface Entry {
  readonly id: string;
  readonly operation: string;
  readonly target: string;
  readonly detail: Record<string, unknown>;
}

type Tenant = Awaited<ReturnType<typeof newTenant>>;

/** Newest first; that of the provider which each tenant begins with is left out. */
async function logOf(tenant: Tenant): Promise<Entry[]> {
  const entries: Entry[] = (await tenant.call("GET", "/audit?count=200")).body.items;
  return entries.slice(0, -1);
}

async function operatorsLog(): Promise<Entry[]> {
  return (await call("GET", "/audit?count=200", { as: OPERATOR })).body.items;
}

function operate(method: string, path: string, body?: unknown): Promise<Reply> {
  return call(method, path, { as: OPERATOR, body });
}

const TRUSTED = { issuer: "https://issuer.test", subject: "s", audience: "a" };

describe("a change has its entry", () => {
  it("with who, from where, when and what", async () => {
    const tenant = await newTenant();
    const headers = { "CF-Connecting-IP": "192.0.2.7" };
    const body = { provider: "entra", scope: "read" };
    const made = await call("POST", "/scim", { as: { ...tenant.as, sub: "bob" }, headers, body });
    const [entry] = await logOf(tenant);
    expect(isUuid(entry?.id ?? "")).toBe(true);
    expect(entry).toEqual({
      id: entry?.id,
      at: expect.stringMatching(/^2026-10-01T12:.*Z$/),
      actor: "bob",
      address: "192.0.2.7",
      operation: "POST /scim",
      target: `/scim/${made.body.id}`,
      detail: { provider: "entra", scope: "read" },
    });
  });

  it("of a tenant, whatever it is; a deletion tells what went", async () => {
    const tenant = await newTenant();
    const manage = tenant.call;
    await manage("POST", "/sso/providers", {
      scheme: "okta",
      properties: { clientId: "c", clientSecret: "s3cret" },
    });
    await manage("PUT", "/sso/providers/okta", {
      displayName: "Okta",
      properties: { k: "s3cret" },
    });
    await manage("DELETE", "/sso/providers/okta");
    const token = (await manage("POST", "/scim", { provider: "entra" })).body;
    await manage("DELETE", `/scim/${token.id}`);
    const client = { provider: "entra", displayName: "Client" };
    const { clientId } = (await manage("POST", "/oauth/clients", client)).body;
    const at = `/oauth/clients/${clientId}`;
    const secret = (await manage("POST", `${at}/secrets`, {})).body;
    await manage("DELETE", `${at}/secrets/${secret.id}`);
    const trust = (await manage("POST", `${at}/federated-credentials`, TRUSTED)).body;
    await manage("DELETE", `${at}/federated-credentials/${trust.id}`);
    await manage("DELETE", at);
    const told = (await logOf(tenant)).map(({ operation, target, detail }) => [
      operation,
      target,
      detail,
    ]);
    const secrets = "/oauth/clients/{client}/secrets";
    const trusts = "/oauth/clients/{client}/federated-credentials";
    const okta = { enabled: true, type: "oidc", profile: "generic" };
    expect(told.toReversed()).toEqual([
      [
        "POST /sso/providers",
        "/sso/providers/okta",
        { scheme: "okta", ...okta, properties: ["clientId", "clientSecret"] },
      ],
      [
        "PUT /sso/providers/{scheme}",
        "/sso/providers/okta",
        { ...okta, displayName: "Okta", properties: ["k"] },
      ],
      [
        "DELETE /sso/providers/{scheme}",
        "/sso/providers/okta",
        { displayName: "Okta", profile: "generic" },
      ],
      ["POST /scim", `/scim/${token.id}`, { provider: "entra", scope: "provision" }],
      [
        "DELETE /scim/{id}",
        `/scim/${token.id}`,
        {
          provider: "entra",
          providerDisplayName: "Entra ID",
          displayPrefix: token.displayPrefix,
        },
      ],
      ["POST /oauth/clients", at, client],
      [`POST ${secrets}`, `${at}/secrets/${secret.id}`, { scope: "provision" }],
      [
        `DELETE ${secrets}/{id}`,
        `${at}/secrets/${secret.id}`,
        { displayPrefix: secret.displayPrefix, expiresAt: secret.expiresAt },
      ],
      [
        `POST ${trusts}`,
        `${at}/federated-credentials/${trust.id}`,
        { ...TRUSTED, scope: "provision" },
      ],
      [`DELETE ${trusts}/{id}`, `${at}/federated-credentials/${trust.id}`, TRUSTED],
      ["DELETE /oauth/clients/{client}", at, client],
    ]);
  });

  it("of the tenants themselves, in the operators' own log, which outlives them", async () => {
    const { body } = await operate("POST", "/tenants", { displayName: "Globex" });
    const path = `/tenants/${body.id}`;
    await operate("PATCH", path, { status: "suspended" });
    const link = (await operate("POST", `${path}/setup-links`, {})).body;
    const asManager = { as: { tenant_id: body.id } };
    expect((await call("GET", "/audit", asManager)).body.items).toMatchObject([
      { operation: "POST /tenants/{id}/setup-links", target: `${path}/setup-links/${link.id}` },
    ]);
    await operate("DELETE", path);
    expect(await rowsOf(body.id)).toBe(0);
    const told = (await operatorsLog()).filter(({ target }) => target === path);
    expect(told.toReversed()).toMatchObject([
      { operation: "POST /tenants", detail: { displayName: "Globex" } },
      { operation: "PATCH /tenants/{id}", detail: { status: "suspended" } },
      { operation: "DELETE /tenants/{id}", detail: { displayName: "Globex" } },
    ]);
  });
});

async function rowsOf(tenant: string): Promise<unknown> {
  const rows = DB.prepare("SELECT count(*) AS n FROM audit WHERE tenant_id = ?").bind(tenant);
  return (await rows.first())?.["n"];
}

describe("what changed nothing has none", () => {
  it.each<[string, string, unknown, number]>([
    ["POST", "/scim", { provider: "okta" }, 400],
    ["POST", "/sso/providers", { scheme: "entra" }, 409],
    ["PUT", "/sso/providers/okta", {}, 404],
    ["DELETE", "/sso/providers/okta", undefined, 404],
    ["DELETE", "/scim/00000000-0000-7000-8000-000000000000", undefined, 404],
    ["POST", "/oauth/clients", { provider: "okta", displayName: "x" }, 400],
    ["DELETE", "/oauth/clients/x", undefined, 404],
    ["POST", "/oauth/clients/x/secrets", {}, 404],
    ["DELETE", "/oauth/clients/x/secrets/y", undefined, 404],
    ["POST", "/oauth/clients/x/federated-credentials", TRUSTED, 404],
    ["DELETE", "/oauth/clients/x/federated-credentials/y", undefined, 404],
  ])("%s %s", async (method, path, body, status) => {
    const tenant = await newTenant();
    expect((await tenant.call(method, path, body)).status).toBe(status);
    expect(await logOf(tenant)).toEqual([]);
  });

  it("a provider that has tokens, a trust that is there, a tenant that isn't", async () => {
    const tenant = await newTenant();
    await tenant.call("POST", "/scim", { provider: "entra" });
    const client = { provider: "entra", displayName: "Client" };
    const { clientId } = (await tenant.call("POST", "/oauth/clients", client)).body;
    const path = `/oauth/clients/${clientId}/federated-credentials`;
    await tenant.call("POST", path, TRUSTED);
    const [before, operators] = [await logOf(tenant), await operatorsLog()];
    expect((await tenant.call("DELETE", "/sso/providers/entra")).status).toBe(409);
    expect((await tenant.call("POST", path, TRUSTED)).status).toBe(409);
    expect((await operate("POST", "/tenants", { id: tenant.id, displayName: "x" })).status).toBe(
      409,
    );
    expect((await operate("PATCH", "/tenants/nix", {})).status).toBe(404);
    expect((await operate("DELETE", "/tenants/nix")).status).toBe(404);
    expect((await operate("POST", "/tenants/nix/setup-links", {})).status).toBe(404);
    expect(await logOf(tenant)).toEqual(before);
    expect(await operatorsLog()).toEqual(operators);
    expect(await rowsOf("nix")).toBe(0);
  });

  it("reads", async () => {
    const tenant = await newTenant();
    for (const path of ["/scim", "/sso/providers", "/activity", "/audit", "/overview"]) {
      expect((await tenant.call("GET", path)).status).toBe(200);
    }
    expect(await logOf(tenant)).toEqual([]);
  });
});

it("the change and its entry are one batch: where the entry can't be written, nothing is", async () => {
  vi.spyOn(console, "error").mockReturnValue();
  const tenant = await newTenant();
  // The same random bytes at the same time make the same id, which the entry before has.
  const fixed = {
    now: () => new Date("2026-10-01T13:00:00Z"),
    random: (n: number) => new Uint8Array(n),
  };
  const request = (scheme: string): CallRequest => ({
    as: tenant.as,
    body: { scheme },
    app: appWith(fixed),
  });
  expect((await call("POST", "/sso/providers", request("a"))).status).toBe(201);
  expect((await call("POST", "/sso/providers", request("b"))).status).toBe(500);
  expect((await tenant.call("GET", "/sso/providers/b")).status).toBe(404);
});

describe("reading it", () => {
  it("page by page, newest first, the tenant's own", async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    for (const scheme of ["a", "b", "c"]) await tenant.call("POST", "/sso/providers", { scheme });
    const first = (await tenant.call("GET", "/audit?count=2")).body;
    const rest = (await tenant.call("GET", `/audit?count=2&cursor=${first.nextCursor}`)).body;
    const targets = [...first.items, ...rest.items].map(({ target }: Entry) => target);
    expect(targets).toEqual(["c", "b", "a", "entra"].map((scheme) => `/sso/providers/${scheme}`));
    expect(rest.nextCursor).toBeNull();
    expect(await logOf(other)).toEqual([]);
  });

  it("operators name the tenant, or read their own; nobody else reads that", async () => {
    const tenant = await newTenant();
    const named = await call("GET", "/audit", {
      as: OPERATOR,
      headers: { "X-Tenant-Id": tenant.id },
    });
    expect(named.body.items).toHaveLength(1);
    const mine = (await operatorsLog()).find(({ target }) => target === `/tenants/${tenant.id}`);
    expect(mine?.operation).toBe("POST /tenants");
    expect((await call("GET", "/audit")).status).toBe(403);
    const none = { as: tenant.as, headers: { "X-Tenant-Id": "" } };
    expect((await call("GET", "/audit", none)).status).toBe(403);
    const empty = { as: OPERATOR, headers: { "X-Tenant-Id": "" } };
    expect((await call("GET", "/audit", empty)).status).toBe(404);
  });
});
