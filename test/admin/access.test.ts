import { describe, expect, it, vi } from "vitest";
import { ENDPOINTS } from "../../worker/admin/endpoints.ts";
import { appWith, call, newTenant, OPERATOR } from "./api.ts";
import type { CallRequest } from "./api.ts";
import { storesOf } from "../support/database.ts";

const TENANT_PATHS = ["/scim", "/sso/providers", "/activity"];

describe("who may call", () => {
  it.each<[string, CallRequest, number, RegExp | null]>([
    ["nobody without a token", { as: null }, 401, /^Bearer$/],
    ["nobody by another scheme", basic(), 401, /^Bearer$/],
    ["nobody with an expired token", { as: { exp: 1 } }, 401, /^Bearer error="invalid_token"$/],
    ["nobody with a SCIM token", scim(), 401, /^Bearer error="invalid_token"$/],
    ["nobody without the scope", { as: { scope: "x" } }, 403, /insufficient_scope/],
    ["no manager without a tenant", {}, 403, null],
    ["no operator who names no tenant", { as: OPERATOR }, 400, null],
    ["no operator of a tenant that isn't", { as: { ...OPERATOR, tenant_id: "nix" } }, 404, null],
    ["no manager of a tenant that isn't", { as: { tenant_id: "nix" } }, 404, null],
  ])("%s", async (_, request, status, challenge) => {
    for (const path of TENANT_PATHS) {
      const reply = await call("GET", path, request);
      expect(reply.status).toBe(status);
      expect(reply.headers.get("content-type")).toBe("application/problem+json");
      expect(reply.body).toMatchObject({ type: "about:blank", status });
      if (challenge) expect(reply.headers.get("www-authenticate")).toMatch(challenge);
      else expect(reply.headers.get("www-authenticate")).toBeNull();
    }
  });

  it("503 where the issuer's keys are out of reach", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const app = appWith({ verifyAccessToken: async () => ({ kind: "undecided", reason: "down" }) });
    const reply = await call("GET", "/scim", { app });
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});

function basic(): CallRequest {
  return { as: null, headers: { authorization: "Basic YTpi" } };
}
function scim(): CallRequest {
  return { as: null, headers: { authorization: `Bearer rcs_acme_${"0".repeat(72)}` } };
}

describe("which tenant", () => {
  it("is that of the header for operators, and for others their own only", async () => {
    const [mine, other] = [await newTenant(), await newTenant()];
    const named = (as: object, tenant: string) =>
      call("GET", "/scim", { as: { ...as }, headers: { "X-Tenant-Id": tenant } });
    expect((await named(mine.as, mine.id)).status).toBe(200);
    expect((await named(mine.as, other.id)).status).toBe(403);
    expect((await named(OPERATOR, other.id)).status).toBe(200);
    expect((await named({ ...OPERATOR, ...mine.as }, other.id)).status).toBe(200);
    expect((await named(OPERATOR, "")).status).toBe(404);
  });

  it("doesn't matter where tenants are managed, but the scope does", async () => {
    const { as, id } = await newTenant();
    for (const { method, path } of ENDPOINTS.filter((each) => each.path.startsWith("/tenants"))) {
      const reply = await call(method, path.replace(":id", id), { as, body: reading(method) });
      expect([method, path, reply.status]).toEqual([method, path, 403]);
    }
  });
});

function reading(method: string): object | undefined {
  return method === "GET" ? undefined : {};
}

describe("what is wrong with a call", () => {
  it.each<[string, string, string, Omit<CallRequest, "as">, number]>([
    ["unknown path", "GET", "/nothing", {}, 404],
    ["a SCIM path", "GET", "/scim/Users", {}, 404],
    ["no JSON", "POST", "/scim", { body: "{" }, 400],
    ["an empty body", "POST", "/scim", { headers: { "content-type": "application/json" } }, 400],
    ["a list", "POST", "/scim", { body: [] }, 400],
    ["null", "POST", "/scim", { body: "null" }, 400],
    ["no content type", "POST", "/scim", {}, 415],
    ["text", "POST", "/scim", { body: "{}", headers: { "content-type": "text/plain" } }, 415],
    ["too large", "POST", "/scim", { body: { provider: "x".repeat(65_536) } }, 413],
    ["too deep", "POST", "/sso/providers", { body: deep() }, 400],
    ["an unknown query parameter", "GET", "/scim?pagesize=1", {}, 400],
  ])("%s", async (_, method, path, request, status) => {
    const { as } = await newTenant();
    const reply = await call(method, path, { as, ...request });
    expect([reply.status, reply.body.status]).toEqual([status, status]);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
  });

  it("a charset is fine", async () => {
    const { as } = await newTenant();
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    const body = { scheme: "okta" };
    expect((await call("POST", "/sso/providers", { as, body, headers })).status).toBe(201);
  });

  it.each([
    ["/scim", "GET, HEAD, POST, OPTIONS"],
    ["/scim/00000000-0000-7000-8000-000000000000", "DELETE, OPTIONS"],
    ["/sso/providers", "GET, HEAD, POST, OPTIONS"],
    ["/sso/providers/entra", "GET, HEAD, PUT, DELETE, OPTIONS"],
    ["/tenants", "GET, HEAD, POST, OPTIONS"],
    ["/tenants/x", "GET, HEAD, PATCH, DELETE, OPTIONS"],
    ["/activity", "GET, HEAD, OPTIONS"],
  ])("OPTIONS and another method at %s", async (path, allow) => {
    const told = await call("OPTIONS", path, { as: OPERATOR });
    expect([told.status, told.body, told.headers.get("allow")]).toEqual([204, undefined, allow]);
    const reply = await call("QUERY", path, { as: OPERATOR });
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, allow]);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
  });

  it("HEAD answers as GET does, without the body", async () => {
    const { as } = await newTenant();
    const reply = await call("HEAD", "/scim", { as });
    expect([reply.status, reply.headers.get("content-type"), reply.body]).toEqual([
      200,
      "application/json",
      undefined,
    ]);
  });

  it("an error that nobody foresaw stays in the log", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const app = appWith({
      stores: storesOf(() => {
        throw new Error("the secret text");
      }),
    });
    const reply = await call("GET", "/scim", { as: { tenant_id: "x" }, app });
    expect(reply.body).toMatchObject({ status: 500, requestId: "request-1" });
    expect(JSON.stringify(reply.body)).not.toContain("secret");
    expect(log.mock.lastCall?.[0]).toContain("the secret text");
  });
});

function deep(): string {
  return `{"scheme":"x","properties":${'{"a":'.repeat(5000)}1${"}".repeat(5001)}`;
}
