/** Who may do what: the token is judged first, and the same way for every reason to refuse it. */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { makeToken } from "../../worker/auth/bearer.ts";
import { manage } from "../support/admin.ts";
import { ORIGIN, addToken, clientOf, group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

const secret = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));

async function raw(path: string, authorization?: string, method = "GET"): Promise<Response> {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, { method, headers }));
}

async function sql(text: string, tenant: Tenant): Promise<void> {
  await DB.prepare(text).bind(tenant.id).run();
}

type Prepare = (tenant: Tenant) => Promise<{ tenant?: string; authorization?: string | undefined }>;

const REFUSED: readonly [string, Prepare][] = [
  ["no credential", async () => ({ authorization: undefined })],
  ["another scheme", async (t) => ({ authorization: `Digest ${t.token}` })],
  ["a token and something more", async (t) => ({ authorization: `Bearer ${t.token} x` })],
  ["Basic that is no base64", async () => ({ authorization: "Basic !!!" })],
  [
    "Basic with the token as user name",
    async (t) => ({ authorization: `Basic ${btoa(`${t.token}:x`)}` }),
  ],
  ["text that is no token", async () => ({ authorization: "Bearer not-a-token" })],
  ["no text at all", async () => ({ authorization: "Bearer " })],
  [
    "an unknown token of the tenant",
    async (t) => ({ authorization: `Bearer ${makeToken(t.id, secret())}` }),
  ],
  [
    "a token of another tenant",
    async () => ({ authorization: `Bearer ${(await makeTenant()).token}` }),
  ],
  [
    "a token with a wrong checksum",
    async (t) => ({ authorization: `Bearer ${t.token.slice(0, -1)}x` }),
  ],
  [
    "an expired token",
    async (t) => {
      await sql(
        "UPDATE scim_tokens SET expires_at = '2020-01-01T00:00:00.000Z' WHERE tenant_id = ?",
        t,
      );
      return {};
    },
  ],
  [
    "a deleted token",
    async (t) => {
      await sql("DELETE FROM scim_tokens WHERE tenant_id = ?", t);
      return {};
    },
  ],
  [
    "a deleted tenant",
    async (t) => {
      await sql("UPDATE tenants SET status = 'deleting' WHERE tenant_id = ?", t);
      return {};
    },
  ],
  ["an unknown tenant", async () => ({ tenant: "unknown" })],
  ["a malformed tenant", async () => ({ tenant: "Not_A_Tenant" })],
  [
    "a token of a malformed tenant",
    async () => ({ tenant: "UPPER", authorization: `Bearer ${makeToken("UPPER", secret())}` }),
  ],
];

describe("401", () => {
  it.each(REFUSED)("%s", async (_name, prepare) => {
    const tenant = await makeTenant();
    const wish = {
      tenant: tenant.id,
      authorization: `Bearer ${tenant.token}`,
      ...(await prepare(tenant)),
    };
    const base = `/${wish.tenant}/api/scim/v2`;
    const attempts = [
      raw(`${base}/Users`, wish.authorization),
      raw(`${base}/Users?filter=broken`, wish.authorization),
      raw(`${base}/Nothing`, wish.authorization),
      raw(`${base}/Users`, wish.authorization, "PROPFIND"),
      raw(`${base}/Users`, wish.authorization, "POST"),
      raw(`${base}/Schemas`, wish.authorization),
      raw(`${base}/Me`, wish.authorization),
      raw(`${base}/Users/x`, wish.authorization, "DELETE"),
    ];
    const bodies = new Set<string>();
    for (const response of await Promise.all(attempts)) {
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(response.headers.get("content-type")).toBe("application/scim+json");
      bodies.add(await response.text());
    }
    expect([...bodies].map((body) => JSON.parse(body))).toEqual([
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        status: "401",
        detail: "The request has no valid SCIM token for this tenant.",
      },
    ]);
  });
});

describe("a token", () => {
  it.each<[string, (token: string) => string]>([
    ["as a bearer token", (token) => `Bearer ${token}`],
    ["whatever the case of the scheme", (token) => `bEARER  ${token}`],
    ["as the password of Basic", (token) => `Basic ${btoa(`scim:${token}`)}`],
    ["as the password of Basic without a user name", (token) => `Basic ${btoa(`:${token}`)}`],
    ["bare", (token) => token],
  ])("is taken %s", async (_name, authorization) => {
    const tenant = await makeTenant();
    const response = await raw(`/${tenant.id}/api/scim/v2/Users`, authorization(tenant.token));
    expect(response.status).toBe(200);
    const tenantless = await raw("/core/iam/v1/scim", authorization(tenant.token));
    expect(tenantless.headers.get("content-type")).toBe("application/scim+json");
    await response.body?.cancel();
    await tenantless.body?.cancel();
  });
});

describe("403", () => {
  it.each([
    ["a suspended tenant", "UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?"],
    ["a disabled provider", "UPDATE sso_providers SET enabled = 0 WHERE tenant_id = ?"],
  ])("%s", async (_name, text) => {
    const tenant = await makeTenant();
    await sql(text, tenant);
    const answers = [await tenant.get("/Users"), await tenant.post("/Users", user("x"))];
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  });

  it("a token that may only read, and writes", async () => {
    const tenant = await makeTenant();
    const token = makeToken(tenant.id, secret());
    await addToken(tenant.id, token, "read");
    const reader = clientOf(tenant.id, token, tenant.base);
    expect((await reader.get("/Users")).status).toBe(200);
    for (const [method, path] of [
      ["POST", "/Users"],
      ["PUT", "/Users/x"],
      ["PATCH", "/Groups/x"],
      ["DELETE", "/Groups/x"],
    ] as const) {
      expect((await reader.request(method, path, {})).status, method).toBe(403);
    }
  });
});

describe("after the token", () => {
  it("comes the path, then the method, then the body", async () => {
    const tenant = await makeTenant();
    const text = { "Content-Type": "text/plain" };
    expect((await tenant.request("POST", "/Nothing", "x", text)).status).toBe(404);
    const wrongMethod = await tenant.request("PATCH", "/Users", "x", text);
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get("allow")).toBe("GET, HEAD, POST, OPTIONS");
    expect((await tenant.request("POST", "/Users", "x", text)).status).toBe(415);
  });

  it("a configuration is there without a token too, for any tenant, and costs nothing", async () => {
    for (const tenant of ["demo", "unknown", "NOT_VALID"]) {
      const response = await raw(`/${tenant}/api/scim/v2/ServiceProviderConfig`);
      expect(response.status).toBe(200);
      expect(response.headers.get("x-rollcall-cost")).toBe("st=0;rt=0;rr=0;rw=0");
    }
    const wrong = await raw("/demo/api/scim/v2/ServiceProviderConfig", "Bearer wrong");
    expect(wrong.status).toBe(401);
  });
});

describe("the base without a tenant", () => {
  it("serves the same resources; the tenant follows from the token", async () => {
    const tenant = await makeTenant();
    const tenantless = clientOf(tenant.id, tenant.token, `${ORIGIN}/core/iam/v1/scim`);
    const { body } = await tenantless.post("/Users", user("here@x.test"));
    expect(body.meta.location).toBe(`${ORIGIN}/core/iam/v1/scim/Users/${body.id}`);
    expect((await tenant.get(`/Users/${body.id}`)).body.userName).toBe("here@x.test");
  });

  it("is the management API's at its root and at a token's id, for all but SCIM credentials", async () => {
    const tenant = await makeTenant();
    const id = crypto.randomUUID();
    const asScim = await raw(`/core/iam/v1/scim/${id}`, `Bearer ${tenant.token}`);
    expect(asScim.status).toBe(404);
    expect(asScim.headers.get("content-type")).toBe("application/scim+json");
    const asStranger = await raw("/core/iam/v1/scim");
    expect(asStranger.status).toBe(401);
    expect(asStranger.headers.get("content-type")).toBe("application/problem+json");
    expect((await manage("GET", "/scim", { tenant: tenant.id })).status).toBe(200);
  });
});

describe("a token's life", () => {
  it("is over with the request that follows its deletion; its users stay as they were", async () => {
    const { id } = (await manage("POST", "/tenants", { body: { displayName: "Life" } })).body;
    await manage("POST", "/sso/providers", {
      tenant: id,
      body: { scheme: "entra", displayName: "Entra", type: "oidc", profile: "entra" },
    });
    const issue = (): ReturnType<typeof manage> =>
      manage("POST", "/scim", {
        tenant: id,
        body: { provider: "entra", providerDisplayName: "E" },
      });
    const [first, second] = [(await issue()).body, (await issue()).body];
    const base = `${ORIGIN}/${id}/api/scim/v2`;
    const [one, two] = [clientOf(id, first.token, base), clientOf(id, second.token, base)];
    const { body: created } = await one.post("/Users", user("stays@x.test"));
    const { body: holder } = await one.post("/Groups", group("stays", [created.id]));
    expect((await manage("DELETE", `/scim/${first.id}`, { tenant: id })).status).toBe(204);
    expect((await one.get(`/Users/${created.id}`)).status).toBe(401);
    expect((await one.patch(`/Users/${created.id}`, [])).status).toBe(401);
    expect((await two.get(`/Users/${created.id}`)).body).toEqual({
      ...created,
      groups: [
        { value: holder.id, $ref: `${base}/Groups/${holder.id}`, display: "stays", type: "direct" },
      ],
    });
    expect((await two.get(`/Groups/${holder.id}`)).body).toEqual(holder);
  });
});
