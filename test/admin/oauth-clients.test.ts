import { describe, expect, it } from "vitest";
import { hashToken } from "../../worker/auth/bearer.ts";
import { noCost } from "../../worker/execute/store.ts";
import { isUuid } from "../../worker/scim/ids.ts";
import { appWith, call, newTenant } from "./api.ts";
import { DB, openStore, storesOf } from "../support/database.ts";

type Tenant = Awaited<ReturnType<typeof newTenant>>;

const CLIENTS = "/oauth/clients";
const TRUSTED = {
  issuer: "https://login.microsoftonline.com/0000/v2.0",
  subject: "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
  audience: "api://rollcall",
};

async function newClient(tenant: Tenant, displayName = "Entra, production"): Promise<string> {
  const reply = await tenant.call("POST", CLIENTS, { provider: "entra", displayName });
  expect(reply.status).toBe(201);
  return `${CLIENTS}/${reply.body.clientId}`;
}

describe("an OAuth client", () => {
  it("is registered, read, listed and deleted", async () => {
    const tenant = await newTenant();
    const reply = await tenant.call("POST", CLIENTS, { provider: "entra", displayName: "One" });
    expect([reply.status, reply.headers.get("cache-control")]).toEqual([201, "no-store"]);
    const { clientId } = reply.body;
    expect(isUuid(clientId)).toBe(true);
    expect(reply.headers.get("location")).toBe(`/core/iam/v1${CLIENTS}/${clientId}`);
    expect(reply.body).toEqual({
      clientId,
      provider: "entra",
      displayName: "One",
      created: expect.stringMatching(/^2026-10-01T12:.*Z$/),
      createdBy: "ada",
    });
    expect((await tenant.call("GET", `${CLIENTS}/${clientId}`)).body).toEqual(reply.body);
    await newClient(tenant, "Two");
    const list = (await tenant.call("GET", CLIENTS)).body;
    expect(list).toMatchObject({ page: 1, pageSize: 10, totalCount: 2 });
    expect(list.items.map((item: { displayName: string }) => item.displayName)).toEqual([
      "Two",
      "One",
    ]);
    expect((await tenant.call("GET", `${CLIENTS}?page=2&pageSize=1`)).body.items).toEqual([
      reply.body,
    ]);
    expect((await tenant.call("DELETE", `${CLIENTS}/${clientId}`)).status).toBe(204);
    expect((await tenant.call("DELETE", `${CLIENTS}/${clientId}`)).status).toBe(404);
    expect((await tenant.call("GET", `${CLIENTS}/${clientId}`)).status).toBe(404);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no provider", { displayName: "x" }, "provider: is required"],
    [
      "a provider that isn't there",
      { provider: "okta", displayName: "x" },
      "provider: this tenant",
    ],
    ["no name", { provider: "entra" }, "displayName: is required"],
    ["a blank name", { provider: "entra", displayName: " " }, "displayName: "],
    ["an unknown attribute", { provider: "entra", displayName: "x", id: "1" }, "id: is unknown"],
  ])("is refused with %s", async (_name, body, detail) => {
    const reply = await (await newTenant()).call("POST", CLIENTS, body);
    expect(reply.status).toBe(400);
    expect(reply.body.detail).toContain(detail);
  });

  it("takes everything of its own along, and nothing else", async () => {
    const tenant = await newTenant();
    const [gone, kept] = [await newClient(tenant), await newClient(tenant)];
    for (const client of [gone, kept]) {
      await tenant.call("POST", `${client}/secrets`, {});
      await tenant.call("POST", `${client}/federated-credentials`, TRUSTED);
    }
    await tenant.call("POST", "/scim", { provider: "entra" });
    expect((await tenant.call("DELETE", gone)).status).toBe(204);
    for (const [table, rows] of [
      ["scim_tokens", 3],
      ["federated_credentials", 1],
      ["oauth_clients", 1],
    ] as const) {
      const count = await DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?`)
        .bind(tenant.id)
        .first("n");
      expect(count, table).toBe(rows);
    }
    for (const below of ["secrets", "federated-credentials"]) {
      expect((await tenant.call("GET", `${kept}/${below}`)).body.totalCount).toBe(1);
      expect((await tenant.call("GET", `${gone}/${below}`)).status).toBe(404);
    }
  });

  it("keeps its SSO provider", async () => {
    const tenant = await newTenant();
    const client = await newClient(tenant);
    const reply = await tenant.call("DELETE", "/sso/providers/entra");
    expect([reply.status, reply.body.detail]).toEqual([
      409,
      "the SSO provider has SCIM tokens or OAuth clients",
    ]);
    await tenant.call("DELETE", client);
    expect((await tenant.call("DELETE", "/sso/providers/entra")).status).toBe(204);
  });

  it("is nobody else's", async () => {
    const [mine, other] = [await newTenant(), await newTenant()];
    const client = await newClient(mine);
    const secret = (await mine.call("POST", `${client}/secrets`, {})).body.id;
    const trusted = (await mine.call("POST", `${client}/federated-credentials`, TRUSTED)).body.id;
    for (const [method, path, body] of [
      ["GET", client],
      ["DELETE", client],
      ["GET", `${client}/secrets`],
      ["POST", `${client}/secrets`, {}],
      ["DELETE", `${client}/secrets/${secret}`],
      ["GET", `${client}/federated-credentials`],
      ["POST", `${client}/federated-credentials`, TRUSTED],
      ["DELETE", `${client}/federated-credentials/${trusted}`],
    ] as const) {
      expect((await other.call(method, path, body)).status, `${method} ${path}`).toBe(404);
    }
    expect((await other.call("GET", CLIENTS)).body.totalCount).toBe(0);
    expect((await mine.call("GET", `${client}/secrets`)).body.totalCount).toBe(1);
    expect((await call("GET", CLIENTS, { as: null })).status).toBe(401);
    expect((await call("GET", CLIENTS, { as: { ...mine.as, scope: "other" } })).status).toBe(403);
  });
});

describe("a secret", () => {
  it("is shown once, and kept as a hash; several are good at once", async () => {
    const tenant = await newTenant();
    const client = await newClient(tenant);
    const { status, headers, body } = await tenant.call("POST", `${client}/secrets`, {});
    expect([status, headers.get("cache-control")]).toEqual([201, "no-store"]);
    const { secret, ...shown } = body;
    expect(secret).toMatch(new RegExp(`^rcc_${tenant.id}_[0-9a-f]{72}$`));
    expect(shown).toEqual({
      id: shown.id,
      displayPrefix: secret.slice(0, `rcc_${tenant.id}_`.length + 4),
      scope: "provision",
      created: expect.stringMatching(/^2026-10-01T12:/),
      createdBy: "ada",
      lastUsed: null,
      expiresAt: expect.stringMatching(/^2027-10-01T12:/),
    });
    const second = (await tenant.call("POST", `${client}/secrets`, { scope: "read" })).body;
    const list = (await tenant.call("GET", `${client}/secrets`)).body;
    expect(list.items.map((item: { id: string }) => item.id)).toEqual([second.id, shown.id]);
    expect(list.items[1]).toEqual(shown);
    const { results } = await DB.prepare("SELECT * FROM scim_tokens WHERE tenant_id = ?")
      .bind(tenant.id)
      .all();
    expect(results.map((row) => String(row["hash"])).toSorted()).toEqual(
      [await hashToken(secret), await hashToken(second.secret)].toSorted(),
    );
    expect(JSON.stringify(results)).not.toContain(secret.slice(-72, -8));
  });

  it("is none of the SCIM tokens, and isn't deleted as one", async () => {
    const tenant = await newTenant();
    const client = await newClient(tenant);
    const { id } = (await tenant.call("POST", `${client}/secrets`, {})).body;
    const trusted = (await tenant.call("POST", `${client}/federated-credentials`, TRUSTED)).body;
    const token = (await tenant.call("POST", "/scim", { provider: "entra" })).body;
    const list = (await tenant.call("GET", "/scim")).body;
    expect(list.items.map((item: { id: string }) => item.id)).toEqual([token.id]);
    for (const each of [id, trusted.id]) {
      expect((await tenant.call("DELETE", `/scim/${each}`)).status).toBe(404);
    }
    for (const each of [token.id, trusted.id]) {
      expect((await tenant.call("DELETE", `${client}/secrets/${each}`)).status).toBe(404);
    }
    for (const each of [token.id, id]) {
      const path = `${client}/federated-credentials/${each}`;
      expect((await tenant.call("DELETE", path)).status).toBe(404);
    }
    expect((await tenant.call("GET", `${client}/secrets`)).body.totalCount).toBe(1);
  });

  it("is deleted once, by its own client", async () => {
    const tenant = await newTenant();
    const [client, other] = [await newClient(tenant), await newClient(tenant)];
    const { id } = (await tenant.call("POST", `${client}/secrets`, {})).body;
    expect((await tenant.call("DELETE", `${other}/secrets/${id}`)).status).toBe(404);
    expect((await tenant.call("DELETE", `${client}/secrets/${id}`)).status).toBe(204);
    expect((await tenant.call("DELETE", `${client}/secrets/${id}`)).status).toBe(404);
  });

  it.each([
    ["2027-01-01T02:00:00+02:00", "2027-01-01T00:00:00.000Z"],
    ["2029-10-01T11:00:00Z", "2029-10-01T11:00:00.000Z"],
  ])("takes an expiry of %s", async (expiresAt, expected) => {
    const tenant = await newTenant();
    const reply = await tenant.call("POST", `${await newClient(tenant)}/secrets`, { expiresAt });
    expect(reply.body.expiresAt).toBe(expected);
  });

  it.each<[string, Record<string, unknown>]>([
    ["a time gone by", { expiresAt: "2026-01-01T00:00:00Z" }],
    ["a time after three years", { expiresAt: "2029-10-02T00:00:00Z" }],
    ["no time", { expiresAt: "tomorrow" }],
    ["no expiry at all", { expiresAt: null }],
    ["another scope", { scope: "write" }],
    ["a secret of one's own", { secret: "x" }],
  ])("is refused with %s", async (_name, body) => {
    const tenant = await newTenant();
    const reply = await tenant.call("POST", `${await newClient(tenant)}/secrets`, body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].attribute).toBe(Object.keys(body)[0]);
  });
});

describe("a federated credential", () => {
  it("is made, listed and deleted", async () => {
    const tenant = await newTenant();
    const client = await newClient(tenant);
    const path = `${client}/federated-credentials`;
    const { status, body } = await tenant.call("POST", path, TRUSTED);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...TRUSTED,
      id: body.id,
      jwksUri: null,
      scope: "provision",
      created: expect.stringMatching(/^2026-10-01T12:/),
      createdBy: "ada",
      lastUsed: null,
    });
    const jwksUri = "http://127.0.0.1:9000/keys?v=2";
    const local = { ...TRUSTED, issuer: "http://localhost:9000", jwksUri, scope: "read" };
    const second = (await tenant.call("POST", path, local)).body;
    expect(second).toMatchObject(local);
    expect((await tenant.call("GET", path)).body.items).toEqual([second, body]);
    expect((await tenant.call("POST", path, TRUSTED)).status).toBe(409);
    const other = { ...TRUSTED, jwksUri: "https://keys.test" };
    expect((await tenant.call("POST", path, other)).status).toBe(409);
    expect((await tenant.call("DELETE", `${path}/${body.id}`)).status).toBe(204);
    expect((await tenant.call("DELETE", `${path}/${body.id}`)).status).toBe(404);
    expect((await tenant.call("POST", path, other)).status).toBe(201);
  });

  it.each<[string, Record<string, unknown>]>([
    ["http", { issuer: "http://issuer.test" }],
    ["http that only looks like this machine", { issuer: "http://localhost.issuer.test" }],
    ["no URL", { issuer: "issuer.test" }],
    ["another scheme", { issuer: "file:///etc/passwd" }],
    ["a query", { issuer: "https://issuer.test/?a=b" }],
    ["a fragment", { issuer: "https://issuer.test/#a" }],
    ["a user", { issuer: "https://a:b@issuer.test" }],
    ["no subject", { subject: "" }],
    ["a blank in the subject", { subject: "a b" }],
    ["a long subject", { subject: "a".repeat(1001) }],
    ["no audience", { audience: 1 }],
    ["keys without TLS", { jwksUri: "http://issuer.test/keys" }],
    ["another scope", { scope: "x" }],
    ["an unknown attribute", { id: "x" }],
  ])("is refused with %s", async (_name, change) => {
    const tenant = await newTenant();
    const path = `${await newClient(tenant)}/federated-credentials`;
    const reply = await tenant.call("POST", path, { ...TRUSTED, ...change });
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].attribute).toBe(Object.keys(change)[0]);
  });
});

it("every call takes one round trip, and reads no other tenant's rows", async () => {
  const [tenant, other] = [await newTenant(), await newTenant()];
  const client = await newClient(tenant);
  const { id } = (await tenant.call("POST", `${client}/secrets`, {})).body;
  const trusted = (await tenant.call("POST", `${client}/federated-credentials`, TRUSTED)).body.id;
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)";
  await DB.batch(
    [
      `INSERT INTO scim_tokens ${numbers} SELECT ?1, 'h' || i, 't' || i, 'x', 'x', 'x', 'read', '', '', NULL, NULL, 'c' FROM n`,
      `INSERT INTO federated_credentials ${numbers} SELECT ?1, 'c', 't' || i, '', '', '', NULL FROM n`,
      `INSERT INTO oauth_clients ${numbers} SELECT ?1, 'c' || i, '', '', '', '' FROM n`,
    ].map((text) => DB.prepare(text).bind(other.id)),
  );
  for (const [method, path, body] of [
    ["GET", CLIENTS],
    ["POST", CLIENTS, { provider: "entra", displayName: "x" }],
    ["GET", client],
    ["GET", `${client}/secrets`],
    ["POST", `${client}/secrets`, {}],
    ["GET", `${client}/federated-credentials`],
    ["POST", `${client}/federated-credentials`, { ...TRUSTED, subject: "y" }],
    ["DELETE", `${client}/federated-credentials/${trusted}`],
    ["DELETE", `${client}/secrets/${id}`],
    ["DELETE", client],
  ] as const) {
    const cost = noCost();
    const app = appWith({ stores: storesOf(() => openStore(cost)) });
    const reply = await call(method, path, { as: tenant.as, body, app });
    expect(reply.status, path).toBeLessThan(300);
    expect(cost.roundTrips, path).toBe(1);
    expect(cost.rowsRead, `${method} ${path}`).toBeLessThanOrEqual(25);
  }
});
