import { describe, expect, it } from "vitest";
import { hashToken, readBearer } from "../../worker/auth/bearer.ts";
import { isUuid } from "../../worker/scim/ids.ts";
import { newTenant } from "./api.ts";
import { DB } from "../support/database.ts";

describe("making a token", () => {
  it("shows it once, and keeps its hash only", async () => {
    const tenant = await newTenant();
    const { status, headers, body } = await tenant.call("POST", "/scim", {
      provider: "entra",
      providerDisplayName: "Entra, production",
    });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    const { token, ...shown } = body;
    expect(await readBearer(`Bearer ${token}`)).toEqual({
      tenant: tenant.id,
      hash: await hashToken(token),
    });
    expect(isUuid(shown.id)).toBe(true);
    expect(shown).toEqual({
      id: shown.id,
      provider: "entra",
      providerDisplayName: "Entra, production",
      scope: "provision",
      created: expect.stringMatching(/^2026-10-01T12:.*Z$/),
      createdBy: "ada",
      lastUsed: null,
      expiresAt: null,
      displayPrefix: token.slice(0, `rcs_${tenant.id}_`.length + 4),
    });
    const list = await tenant.call("GET", "/scim");
    expect(list.body).toEqual({ items: [shown], page: 1, pageSize: 10, totalCount: 1 });
    const { results } = await DB.prepare("SELECT * FROM scim_tokens WHERE tenant_id = ?")
      .bind(tenant.id)
      .all();
    expect(results[0]?.["hash"]).toBe(await hashToken(token));
    expect(JSON.stringify(results)).not.toContain(token.slice(-72, -8));
  });

  it("takes the provider's name, a scope and an expiry in any offset", async () => {
    const tenant = await newTenant();
    const body = { provider: "entra", scope: "read", expiresAt: "2027-01-01T02:00:00+02:00" };
    expect((await tenant.call("POST", "/scim", body)).body).toMatchObject({
      providerDisplayName: "Entra ID",
      scope: "read",
      expiresAt: "2027-01-01T00:00:00.000Z",
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no provider", {}, "provider: is required"],
    ["a provider that isn't there", { provider: "okta" }, 'the scheme "okta"'],
    ["a provider in another case", { provider: "Entra" }, 'the scheme "Entra"'],
    ["half a character", { provider: "\ud800" }, "provider: "],
    ["a blank name", { provider: "entra", providerDisplayName: " " }, "providerDisplayName: "],
    ["two lines", { provider: "entra", providerDisplayName: "a\nb" }, "providerDisplayName: "],
    ["a long name", { provider: "entra", providerDisplayName: "a".repeat(201) }, "200"],
    ["another scope", { provider: "entra", scope: "write" }, "scope: "],
    ["no time", { provider: "entra", expiresAt: "tomorrow" }, "expiresAt: "],
    ["a time gone by", { provider: "entra", expiresAt: "2026-01-01T00:00:00Z" }, "expiresAt: "],
    ["a far time", { provider: "entra", expiresAt: "+12026-01-01T00:00:00Z" }, "expiresAt: "],
    ["an unknown attribute", { provider: "entra", token: "x" }, "token: is unknown"],
    ["a name of every object", { provider: "entra", constructor: 1 }, "constructor: is unknown"],
  ])("refuses %s", async (_, body, detail) => {
    const tenant = await newTenant();
    const reply = await tenant.call("POST", "/scim", body);
    expect([reply.status, reply.body.title]).toEqual([400, "Bad Request"]);
    expect(reply.body.detail).toContain(detail);
    expect(reply.body.errors[0].attribute).toBe(reply.body.detail.split(":")[0]);
  });
});

describe("listing tokens", () => {
  it("newest first, page by page, whatever the case", async () => {
    const tenant = await newTenant();
    await tenant.call("POST", "/sso/providers", { scheme: "okta-eu" });
    for (const [provider, providerDisplayName] of [
      ["entra", "ÄRZTE 1"],
      ["okta-eu", "Ärzte 2"],
      ["entra", "Straße 100%"],
      ["okta-eu", "Straße 4"],
    ]) {
      await tenant.call("POST", "/scim", { provider, providerDisplayName });
    }
    const names = async (query: string): Promise<unknown> => {
      const { body } = await tenant.call("GET", `/scim?${query}`);
      const items: { providerDisplayName: string }[] = body.items;
      return [items.map((item) => item.providerDisplayName), body.totalCount];
    };
    const all = ["Straße 4", "Straße 100%", "Ärzte 2", "ÄRZTE 1"];
    expect(await names("")).toEqual([all, 4]);
    expect(await names("query=")).toEqual([all, 4]);
    expect(await names("pageSize=3")).toEqual([all.slice(0, 3), 4]);
    expect(await names("page=2&pageSize=3")).toEqual([["ÄRZTE 1"], 4]);
    expect(await names("page=9")).toEqual([[], 4]);
    expect(await names("query=%C3%A4rzte")).toEqual([["Ärzte 2", "ÄRZTE 1"], 2]);
    expect(await names("query=OKTA")).toEqual([["Straße 4", "Ärzte 2"], 2]);
    expect(await names("query=%25")).toEqual([["Straße 100%"], 1]);
    expect(await names("query=nobody")).toEqual([[], 0]);
  });

  it.each([
    ..."page=0 page=-1 page=1.5 page=x page= page=1e3 page=99999999".split(" "),
    ..."pageSize=0 pageSize=101 pageSize=%201".split(" "),
  ])("refuses %s", async (query) => {
    const tenant = await newTenant();
    const reply = await tenant.call("GET", `/scim?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].attribute).toBe(query.split("=")[0]);
  });
});

describe("deleting a token", () => {
  it("once, and nobody else's", async () => {
    const [mine, other] = [await newTenant(), await newTenant()];
    const { body } = await mine.call("POST", "/scim", { provider: "entra" });
    expect((await other.call("DELETE", `/scim/${body.id}`)).status).toBe(404);
    expect((await mine.call("GET", "/scim")).body.totalCount).toBe(1);
    const reply = await mine.call("DELETE", `/scim/${body.id}`);
    expect([reply.status, reply.body]).toEqual([204, undefined]);
    expect((await mine.call("DELETE", `/scim/${body.id}`)).status).toBe(404);
    expect((await mine.call("GET", "/scim")).body.totalCount).toBe(0);
  });
});

it("a tenant sees its own tokens only", async () => {
  const [mine, other] = [await newTenant(), await newTenant()];
  await mine.call("POST", "/scim", { provider: "entra" });
  expect((await other.call("GET", "/scim")).body.items).toEqual([]);
});
