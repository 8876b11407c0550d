/** What every answer says of itself: nothing is kept, sniffed, told on, or opened to other origins. */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accessToken } from "../support/admin.ts";
import { ORIGIN, makeTenant } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly token?: string;
  readonly tenant?: string;
}

async function askedOf(tenant: Tenant): Promise<readonly Asked[]> {
  const [base, token] = [`/${tenant.id}/api/scim/v2`, tenant.token];
  const admin = await accessToken();
  const api = "/core/iam/v1";
  return [
    { method: "GET", path: `${base}/Users`, status: 200, token },
    { method: "GET", path: `${base}/Users/nobody`, status: 404, token },
    { method: "OPTIONS", path: `${base}/Users`, status: 204, token },
    { method: "OPTIONS", path: `${base}/Users`, status: 401 },
    { method: "PUT", path: `${base}/Users`, status: 405, token },
    { method: "POST", path: `${base}/Users`, status: 400, token },
    { method: "GET", path: `${base}/Users`, status: 401 },
    { method: "GET", path: `${base}/Me`, status: 501, token },
    { method: "GET", path: `${base}/ServiceProviderConfig`, status: 200 },
    { method: "GET", path: `${api}/scim/Users`, status: 200, token },
    { method: "GET", path: `${api}/scim`, status: 200, token: admin, tenant: tenant.id },
    { method: "GET", path: `${api}/scim`, status: 401 },
    { method: "OPTIONS", path: `${api}/scim`, status: 401 },
    { method: "GET", path: `${api}/nothing`, status: 404, token: admin },
    { method: "GET", path: `/${tenant.id}/oauth/token`, status: 405 },
    { method: "GET", path: "/nothing/here", status: 404 },
  ];
}

async function ask({ method, path, token, tenant }: Asked, origin = ORIGIN): Promise<Response> {
  const headers = new Headers({
    Origin: "https://elsewhere.test",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization",
  });
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (tenant !== undefined) headers.set("X-Tenant-Id", tenant);
  return exports.default.fetch(new Request(`${origin}${path}`, { method, headers }));
}

describe("every answer", () => {
  it("says nosniff, no-store, no-referrer and, over TLS, to stay there; and allows no other origin", async () => {
    for (const asked of await askedOf(await makeTenant())) {
      const what = `${asked.method} ${asked.path}`;
      const { status, headers } = await ask(asked);
      expect([what, status]).toEqual([what, asked.status]);
      expect(Object.fromEntries(headers), what).toMatchObject({
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "strict-transport-security": "max-age=31536000",
      });
      const cors = [...headers.keys()].filter((name) => name.startsWith("access-control-"));
      expect(cors, what).toEqual([]);
    }
  });

  it("doesn't speak of TLS where there is none", async () => {
    const tenant = await makeTenant();
    const path = `/${tenant.id}/api/scim/v2/ServiceProviderConfig`;
    const { headers } = await ask({ method: "GET", path, status: 200 }, "http://rollcall.test");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.has("strict-transport-security")).toBe(false);
  });

  it("may say itself that it can be kept: the metadata, which tells nothing of a tenant", async () => {
    const path = "/.well-known/oauth-authorization-server/demo";
    const { headers } = await ask({ method: "GET", path, status: 200 });
    expect(headers.get("cache-control")).toBe("public, max-age=3600");
  });
});
