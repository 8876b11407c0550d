import { describe, expect, it } from "vitest";
import { newTenant } from "./api.ts";

const OKTA = {
  scheme: "okta",
  displayName: "Okta",
  enabled: false,
  type: "oidc",
  profile: "okta",
  properties: { authority: "https://x.okta.com", clientId: "abc", constructor: [1, { a: null }] },
};
const TIMES = {
  suggestedProfile: null,
  created: expect.any(String),
  lastModified: expect.any(String),
};

describe("SSO providers", () => {
  it("are created, read and listed", async () => {
    const tenant = await newTenant();
    const created = await tenant.call("POST", "/sso/providers", OKTA);
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe("/core/iam/v1/sso/providers/okta");
    expect(created.body).toEqual({ ...OKTA, ...TIMES });
    expect((await tenant.call("GET", "/sso/providers/okta")).body).toEqual(created.body);
    expect((await tenant.call("GET", "/sso/providers?pageSize=1&page=2")).body).toEqual({
      items: [created.body],
      page: 2,
      pageSize: 1,
      totalCount: 2,
    });
  });

  it("have defaults", async () => {
    const tenant = await newTenant();
    expect((await tenant.call("POST", "/sso/providers", { scheme: "x" })).body).toEqual({
      scheme: "x",
      displayName: "x",
      enabled: true,
      type: "oidc",
      profile: "generic",
      properties: {},
      ...TIMES,
    });
  });

  it("are unique by scheme in the tenant, and only there", async () => {
    const [mine, other] = [await newTenant(), await newTenant()];
    expect((await mine.call("POST", "/sso/providers", OKTA)).status).toBe(201);
    expect((await mine.call("POST", "/sso/providers", OKTA)).status).toBe(409);
    expect((await other.call("GET", "/sso/providers/okta")).status).toBe(404);
    expect((await other.call("POST", "/sso/providers", OKTA)).status).toBe(201);
  });

  it("are replaced as a whole", async () => {
    const tenant = await newTenant();
    const { body: before } = await tenant.call("POST", "/sso/providers", OKTA);
    const replaced = await tenant.call("PUT", "/sso/providers/okta", { profile: "strict" });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({
      displayName: "okta",
      enabled: true,
      profile: "strict",
      properties: {},
      created: before.created,
    });
    expect(replaced.body.lastModified > before.lastModified).toBe(true);
    const same = await tenant.call("PUT", "/sso/providers/okta", OKTA);
    expect(same.body).toEqual({ ...OKTA, ...TIMES });
    const other = await tenant.call("PUT", "/sso/providers/entra", OKTA);
    expect([other.status, other.body.detail]).toEqual([400, expect.stringContaining("scheme")]);
    expect((await tenant.call("PUT", "/sso/providers/nix", {})).status).toBe(404);
  });

  it("are deleted once they have no tokens", async () => {
    const [mine, other] = [await newTenant(), await newTenant()];
    const { body: token } = await mine.call("POST", "/scim", { provider: "entra" });
    expect((await mine.call("DELETE", "/sso/providers/entra")).status).toBe(409);
    expect((await mine.call("GET", "/sso/providers/entra")).status).toBe(200);
    await mine.call("DELETE", `/scim/${token.id}`);
    expect((await mine.call("DELETE", "/sso/providers/entra")).status).toBe(204);
    expect((await mine.call("DELETE", "/sso/providers/entra")).status).toBe(404);
    expect((await other.call("GET", "/sso/providers/entra")).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no scheme", { displayName: "x" }, "scheme"],
    ["a scheme with a space", { scheme: "a b" }, "scheme"],
    ["a scheme that is a path", { scheme: "../x" }, "scheme"],
    ["a long scheme", { scheme: "a".repeat(65) }, "scheme"],
    ["another type", { scheme: "x", type: "saml" }, "type"],
    ["an unknown profile", { scheme: "x", profile: "duo" }, "profile"],
    ["properties in a list", { scheme: "x", properties: [] }, "properties"],
    ["properties as text", { scheme: "x", properties: "{}" }, "properties"],
    ["enabled as text", { scheme: "x", enabled: "true" }, "enabled"],
    ["an unknown attribute", { scheme: "x", clientId: "abc" }, "clientId"],
  ])("refuse %s", async (_, body, attribute) => {
    const tenant = await newTenant();
    const reply = await tenant.call("POST", "/sso/providers", body);
    expect([reply.status, reply.body.errors[0].attribute]).toEqual([400, attribute]);
    expect(reply.body.detail).toContain(attribute);
  });
});
