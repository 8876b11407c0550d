/** OAuth 2.0 for SCIM, whole: an IdP's client gets an access token, and works with it. */
import { env, exports } from "cloudflare:workers";
import { SignJWT, UnsecuredJWT, exportSPKI, importJWK } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MockInstance } from "vitest";
import { hashToken, makeToken } from "../../worker/auth/bearer.ts";
import { sealAccessToken } from "../../worker/auth/access-token.ts";
import { noCost } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import type { Json } from "../../worker/scim/json.ts";
import { costOf } from "../support/cost.ts";
import {
  AUDIENCE,
  JWT_BEARER,
  SUBJECT,
  appOn,
  makeClient,
  makeIssuer,
  requestToken,
} from "../support/oauth.ts";
import type { Fetch, TestClient, TestIssuer, TokenAnswer } from "../support/oauth.ts";
import { ORIGIN, clientOf, group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { patchCommand, writeContext } from "../support/writer.ts";
import { DB } from "../support/database.ts";

const basic = (id: string, secret: string): Record<string, string> => ({
  Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
});

interface Fixture {
  readonly tenant: Tenant;
  readonly client: TestClient;
  readonly secretId: string;
  readonly secret: string;
}

async function makeFixture(secret: Record<string, Json> = {}): Promise<Fixture> {
  const tenant = await makeTenant();
  const client = await makeClient(tenant.id);
  const made = await client.addSecret(secret);
  return { tenant, client, secretId: made.id, secret: made.secret };
}

const byPost = ({ tenant, client, secret }: Fixture): Promise<TokenAnswer> =>
  requestToken(tenant.id, { client_id: client.clientId, client_secret: secret });

async function tokenFor(fixture: Fixture): Promise<string> {
  const { status, body } = await byPost(fixture);
  expect(status).toBe(200);
  return body.access_token;
}

const withToken = ({ tenant }: Fixture, token: string): Tenant =>
  clientOf(tenant.id, token, tenant.base);

function run(text: string, ...values: string[]): Promise<unknown> {
  return DB.prepare(text)
    .bind(...values)
    .run();
}

/** The id of the tenant's own SCIM token. */
async function scimTokenId({ id }: Tenant): Promise<string> {
  const own = DB.prepare("SELECT id FROM scim_tokens WHERE tenant_id = ? AND client_id IS NULL");
  return String(await own.bind(id).first("id"));
}

function expectError(answer: TokenAnswer, code: string, status: number): void {
  expect([answer.body.error, answer.status]).toEqual([code, status]);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(Object.keys(answer.body)).toEqual(["error", "error_description"]);
  const challenge = answer.headers.get("www-authenticate");
  expect(challenge).toBe(status === 401 ? 'Basic realm="token endpoint"' : null);
}

describe("a client's secret", () => {
  it.each<[string, (fixture: Fixture) => Promise<TokenAnswer>]>([
    ["client_secret_post", byPost],
    [
      "client_secret_basic",
      ({ tenant, client, secret }) => requestToken(tenant.id, {}, basic(client.clientId, secret)),
    ],
    [
      "client_secret_basic, form-encoded, with the scope and its client_id",
      ({ tenant, client: { clientId }, secret }) => {
        const encoded = secret.replaceAll("_", "%5F").replace("-", "%2d");
        const parameters = { scope: "scim", client_id: clientId };
        return requestToken(tenant.id, parameters, basic(clientId.replace("-", "%2D"), encoded));
      },
    ],
    [
      "client_secret_post with parameters that are empty or unknown",
      ({ tenant, client, secret }) =>
        requestToken(
          tenant.id,
          {
            client_id: client.clientId,
            client_secret: secret,
            scope: "",
            client_assertion: "",
            resource: "https://example.test",
          },
          { "Content-Type": "Application/X-WWW-Form-URLencoded; charset=utf-8" },
        ),
    ],
  ])("is good for an access token by %s, and that for SCIM", async (_name, ask) => {
    const fixture = await makeFixture();
    const { status, headers, body } = await ask(fixture);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("pragma")).toBe("no-cache");
    expect(body).toEqual({
      access_token: expect.stringMatching(/^rcs_/),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "scim",
    });
    const scim = withToken(fixture, body.access_token);
    const created = await scim.post("/Users", user("ann@x.test"));
    expect(created.status).toBe(201);
    const { id } = created.body;
    const rename = [{ op: "replace", path: "displayName", value: "Ann" }];
    expect((await scim.patch(`/Users/${id}`, rename)).body.displayName).toBe("Ann");
    expect((await scim.get(`/Users/${id}`)).body.displayName).toBe("Ann");
    const bulk = await scim.post("/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [{ method: "POST", path: "/Groups", bulkId: "g", data: group("G", [id]) }],
    });
    expect(bulk.body.Operations[0].status).toBe("201");
    const tenantless = clientOf(fixture.tenant.id, body.access_token, `${ORIGIN}/core/iam/v1/scim`);
    expect((await tenantless.get(`/Users/${id}`)).status).toBe(200);
    expect((await tenantless.get("")).body.totalResults).toBe(2);
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
  });

  it("may be one of several, and its deletion ends what was issued for it at once", async () => {
    const first = await makeFixture();
    const { id: secretId, secret } = await first.client.addSecret();
    const second = { ...first, secretId, secret };
    const [one, two] = [
      withToken(first, await tokenFor(first)),
      withToken(second, await tokenFor(second)),
    ];
    const { body } = await one.post("/Users", user("stays@x.test"));
    expect((await two.get(`/Users/${body.id}`)).status).toBe(200);
    expect(await first.client.delete(`/secrets/${first.secretId}`)).toBe(204);
    const title = [{ op: "add", path: "title", value: "x" }];
    expect((await one.get(`/Users/${body.id}`)).status).toBe(401);
    expect((await one.patch(`/Users/${body.id}`, title)).status).toBe(401);
    expectError(await byPost(first), "invalid_client", 401);
    expect((await two.get(`/Users/${body.id}`)).body).toEqual(body);
    expect((await two.patch(`/Users/${body.id}`, title)).status).toBe(200);
    expect((await byPost(second)).status).toBe(200);
  });

  it("is over with its client, and so is what was issued for it", async () => {
    const fixture = await makeFixture();
    const scim = withToken(fixture, await tokenFor(fixture));
    expect((await scim.get("/Users")).status).toBe(200);
    expect(await fixture.client.delete()).toBe(204);
    expect((await scim.get("/Users")).status).toBe(401);
    expect((await scim.post("/Users", user("late@x.test"))).status).toBe(401);
    expectError(await byPost(fixture), "invalid_client", 401);
    expect((await fixture.tenant.get("/Users")).body.totalResults).toBe(0);
  });

  it("is nothing once it has expired, nor is what was issued for it", async () => {
    const fixture = await makeFixture();
    const scim = withToken(fixture, await tokenFor(fixture));
    await run(
      "UPDATE scim_tokens SET expires_at = '2020-01-01T00:00:00.000Z' WHERE tenant_id = ? AND id = ?",
      fixture.tenant.id,
      fixture.secretId,
    );
    expectError(await byPost(fixture), "invalid_client", 401);
    expect((await scim.get("/Users")).status).toBe(401);
    expect((await scim.post("/Users", user("late@x.test"))).status).toBe(401);
  });

  it("gives no access token beyond its own expiry", async () => {
    const soon = new Date(Date.now() + 600_000).toISOString();
    const { body } = await byPost(await makeFixture({ expiresAt: soon }));
    expect(body.expires_in).toBeGreaterThan(590);
    expect(body.expires_in).toBeLessThanOrEqual(600);
  });

  it("may be one that only reads", async () => {
    const fixture = await makeFixture({ scope: "read" });
    const scim = withToken(fixture, await tokenFor(fixture));
    expect((await scim.get("/Users")).status).toBe(200);
    expect((await scim.post("/Users", user("x"))).status).toBe(403);
  });

  it("is never kept, logged or listed; nor is an access token; its use is noted", async () => {
    const calls = (["log", "info", "warn", "error"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    );
    const fixture = await makeFixture();
    const token = await tokenFor(fixture);
    await requestToken(fixture.tenant.id, { client_id: "x", client_secret: fixture.secret });
    await withToken(fixture, token).post("/Users", user("x@x.test"));
    const { results: tables } = await DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant_id%'",
    ).all<{ name: string }>();
    const kept: unknown[] = calls.flatMap(({ mock }) => mock.calls);
    for (const { name } of tables) {
      const rows = DB.prepare(`SELECT * FROM ${name} WHERE tenant_id = ?`);
      kept.push(...(await rows.bind(fixture.tenant.id).all()).results);
    }
    expect(kept.length).toBeGreaterThan(5);
    const text = JSON.stringify(kept);
    expect(text).toContain(await hashToken(fixture.secret));
    expect(text).not.toContain(fixture.secret.slice(-72, -8));
    expect(text).not.toContain(token.slice(-64));
    const lastUsed = (): Promise<unknown> =>
      DB.prepare("SELECT last_used FROM scim_tokens WHERE tenant_id = ? AND id = ?")
        .bind(fixture.tenant.id, fixture.secretId)
        .first("last_used");
    await expect.poll(lastUsed).toMatch(/Z$/);
    vi.restoreAllMocks();
  });
});

describe("a token request", () => {
  it.each<[string, string, number, Record<string, string | undefined>, Record<string, string>?]>([
    ["no grant type", "invalid_request", 400, { grant_type: undefined }],
    ["an empty grant type", "invalid_request", 400, { grant_type: "" }],
    ["another grant type", "unsupported_grant_type", 400, { grant_type: "password" }],
    ["another case of it", "unsupported_grant_type", 400, { grant_type: "Client_Credentials" }],
    ["another scope", "invalid_scope", 400, { scope: "openid" }],
    ["another scope too", "invalid_scope", 400, { scope: "scim openid" }],
    ["no client at all", "invalid_client", 401, { client_id: undefined, client_secret: undefined }],
    ["a client without a proof", "invalid_client", 401, { client_secret: undefined }],
    ["a secret without a client", "invalid_request", 400, { client_id: undefined }],
    ["a wrong secret", "invalid_client", 401, { client_secret: "x" }],
    ["another client", "invalid_client", 401, { client_id: "x" }],
    ["a NUL in the client", "invalid_client", 401, { client_id: "\0" }],
    ["an assertion beside the secret", "invalid_request", 400, { client_assertion: "x" }],
    ["the type of one beside it", "invalid_request", 400, { client_assertion_type: JWT_BEARER }],
    ["JSON", "invalid_request", 400, {}, { "Content-Type": "application/json" }],
    ["no media type", "invalid_request", 400, {}, { "Content-Type": "" }],
    ["Basic beside the secret", "invalid_request", 400, {}, basic("x", "y")],
    ...(["Basic", "Basic !", "Basic eA==", "Basic Ong=", "Basic /zp4", "Bearer x", "x"].map(
      (authorization): [string, string, number, Record<string, undefined>, object & {}] => [
        `the header ${authorization}`,
        "invalid_client",
        401,
        { client_id: undefined, client_secret: undefined },
        { Authorization: authorization },
      ],
    ) as [string, string, number, Record<string, undefined>, Record<string, string>][]),
    [
      "a client in the body that isn't Basic's",
      "invalid_request",
      400,
      { client_secret: undefined },
      basic("x", "y"),
    ],
    [
      "Basic that isn't form-encoded",
      "invalid_client",
      401,
      { client_id: undefined, client_secret: undefined },
      basic("x", "%"),
    ],
  ])("is refused: %s", async (_name, code, status, parameters, headers = {}) => {
    const { tenant, client, secret } = await makeFixture();
    const all = { client_id: client.clientId, client_secret: secret, ...parameters };
    expectError(await requestToken(tenant.id, all, headers), code, status);
  });

  it("is refused where a parameter is there twice", async () => {
    const { tenant, client, secret } = await makeFixture();
    const form = `grant_type=client_credentials&client_id=${client.clientId}&client_secret=${secret}`;
    for (const more of ["&scope=scim&scope=scim", `&client_secret=${secret}`]) {
      const response = await exports.default.fetch(
        new Request(`${ORIGIN}/${tenant.id}/oauth/token`, {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body: form + more,
        }),
      );
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: "invalid_request" });
    }
  });

  it("is refused with what is in the query", async () => {
    const { tenant, client, secret } = await makeFixture();
    const query = `?client_id=${client.clientId}&client_secret=${secret}`;
    const response = await exports.default.fetch(
      new Request(`${ORIGIN}/${tenant.id}/oauth/token${query}`, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: "grant_type=client_credentials",
      }),
    );
    expect(response.status).toBe(401);
    await response.body?.cancel();
  });

  it("is answered in the same way for an unknown tenant, client and secret", async () => {
    const { tenant, client, secret } = await makeFixture();
    const other = await makeFixture();
    const post = { client_id: client.clientId, client_secret: secret };
    const { client_secret: _secret, ...assertion } = {
      ...post,
      client_assertion_type: JWT_BEARER,
      client_assertion: "x",
    };
    await run("UPDATE tenants SET status = 'deleting' WHERE tenant_id = ?", other.tenant.id);
    const answers = await Promise.all([
      requestToken("unknown", post),
      requestToken("NOT_VALID", post),
      requestToken(other.tenant.id, post),
      byPost(other),
      requestToken(tenant.id, { ...post, client_id: other.client.clientId }),
      requestToken(tenant.id, { ...post, client_secret: other.secret }),
      requestToken(tenant.id, { ...post, client_secret: tenant.token }),
      requestToken(tenant.id, assertion),
      requestToken("unknown", assertion),
    ]);
    for (const answer of answers) expectError(answer, "invalid_client", 401);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it.each([
    ["a suspended tenant", "UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?"],
    ["a disabled provider", "UPDATE sso_providers SET enabled = 0 WHERE tenant_id = ?"],
  ])("of a proven client says why it gets nothing: %s", async (_name, text) => {
    const fixture = await makeFixture();
    const scim = withToken(fixture, await tokenFor(fixture));
    await run(text, fixture.tenant.id);
    expectError(await byPost(fixture), "unauthorized_client", 400);
    expectError(await byPost({ ...fixture, secret: `${fixture.secret}0` }), "invalid_client", 401);
    expect((await scim.get("/Users")).status).toBe(403);
    expect((await scim.post("/Users", user("x"))).status).toBe(403);
  });

  it("is a POST of a bounded size", async () => {
    const { tenant, client } = await makeFixture();
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const request = new Request(`${ORIGIN}/${tenant.id}/oauth/token`, { method });
      const response = await exports.default.fetch(request);
      expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
      expect(await response.json()).toMatchObject({ error: "invalid_request" });
    }
    const large = { client_id: client.clientId, client_secret: "x".repeat(65_536) };
    expectError(await requestToken(tenant.id, large), "invalid_request", 413);
  });
});

describe("an access token", () => {
  it("isn't the secret, and the secret is no SCIM token, whatever it looks like", async () => {
    const fixture = await makeFixture();
    const asBearer = withToken(fixture, fixture.secret);
    expect((await asBearer.get("/Users")).status).toBe(401);
    expect((await asBearer.post("/Users", user("x"))).status).toBe(401);
    // A secret in the form of a SCIM token: only the row tells.
    const token = makeToken(fixture.tenant.id, crypto.getRandomValues(new Uint8Array(32)));
    await run(
      "UPDATE scim_tokens SET hash = ? WHERE tenant_id = ? AND id = ?",
      await hashToken(token),
      fixture.tenant.id,
      fixture.secretId,
    );
    expect((await withToken(fixture, token).get("/Users")).status).toBe(401);
    expect((await withToken(fixture, token).post("/Users", user("x"))).status).toBe(401);
    const access = await tokenFor({ ...fixture, secret: token });
    expect((await withToken(fixture, access).get("/Users")).status).toBe(200);
  });

  it("can't be issued for a SCIM token, nor stand for one", async () => {
    const { tenant } = await makeFixture();
    const credentialId = await scimTokenId(tenant);
    const expires = Math.floor(Date.now() / 1000) + 60;
    const grant = { tenant: tenant.id, credentialId, expires };
    const token = await sealAccessToken(grant, env.ROLLCALL_SECRET);
    const scim = clientOf(tenant.id, token, tenant.base);
    expect((await scim.get("/Users")).status).toBe(401);
    expect((await scim.post("/Users", user("x"))).status).toBe(401);
  });

  it("is a 401 where any part of it was changed, where it has expired, and at another tenant", async () => {
    const fixture = await makeFixture();
    const other = await makeFixture();
    const token = await tokenFor(fixture);
    const parts = /^rcs_(.+)_access_([0-9a-f]{32})_([0-9]{10})_([0-9a-f]{64})$/.exec(token);
    const [, tenant = "", id = "", expiry = "", signature = ""] = parts ?? [];
    const flipped = signature.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    const grant = { tenant: fixture.tenant.id, credentialId: fixture.secretId };
    const expires = Math.floor(Date.now() / 1000) - 1;
    const changed = [
      token.replace(tenant, other.tenant.id),
      token.replace(id, other.secretId.replaceAll("-", "")),
      token.replace(expiry, String(Number(expiry) + 1)),
      token.replace(signature, flipped),
      await sealAccessToken({ ...grant, expires }, env.ROLLCALL_SECRET),
    ];
    for (const each of changed) {
      expect(each).not.toBe(token);
      for (const base of [fixture.tenant.base, other.tenant.base, `${ORIGIN}/core/iam/v1/scim`]) {
        const answer = await clientOf("", each, base).get("/Users");
        expect(answer.status, each).toBe(401);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
    }
    expect((await clientOf("", token, other.tenant.base).get("/Users")).status).toBe(401);
    expect((await clientOf("", token, other.tenant.base).post("/Users", {})).status).toBe(401);
    expect((await withToken(fixture, token).get("/Users")).status).toBe(200);
  });

  it("costs what a SCIM token costs: one round trip to read, three to write first and two from then on", async () => {
    const { tenant } = await makeFixture();
    const other = await makeFixture();
    const access = withToken(other, await tokenFor(other));
    const costs: ReturnType<typeof costOf>[][] = [];
    for (const [index, scim] of [tenant, access].entries()) {
      const created = await scim.post("/Users", user(`u${index}@x.test`));
      const path = `/Users/${created.body.id}`;
      const title = [{ op: "add", path: "title", value: "x" }];
      const answers = [
        created,
        await scim.get(path),
        await scim.get('/Users?filter=userName eq "nobody"'),
        await scim.patch(path, title),
        await scim.delete(path),
      ];
      costs.push(answers.map(costOf));
    }
    expect(costs[1]?.map(({ roundTrips }) => roundTrips)).toEqual([3, 1, 1, 2, 2]);
    const [byToken = [], byAccess = []] = costs;
    for (const [index, { rowsRead, ...cost }] of byAccess.entries()) {
      const { rowsRead: usual = 0, ...same } = byToken[index] ?? {};
      expect(cost).toEqual(same);
      // The row is found by its id: an entry of the index each time, and the row.
      expect(rowsRead).toBeLessThanOrEqual(usual + 3);
    }
  });

  it("costs one round trip to get, and one row more where it is the first", async () => {
    const { tenant, client, secret } = await makeFixture();
    const cost = noCost();
    const app = appOn(async () => new Response(null, { status: 404 }), cost);
    const parameters = { client_id: client.clientId, client_secret: secret };
    for (const roundTrips of [2, 3]) {
      expect((await requestToken(tenant.id, parameters, {}, app)).status).toBe(200);
      expect(cost.roundTrips).toBe(roundTrips);
    }
    expect(cost.rowsRead).toBeLessThanOrEqual(12);
  });

  it("is decided together with SCIM tokens: each by its own row", async () => {
    const first = await makeFixture();
    const other = await first.client.addSecret();
    const { body } = await first.tenant.post("/Users", user("joint@x.test"));
    const { claim, ...patch } = await patchCommand(first.tenant, "User", body.id, [
      { op: "add", path: "title", value: "x" },
    ]);
    const step = (credential: typeof claim.credential, title: string) => ({
      command: {
        ...patch,
        claim: { ...claim, credential },
        change: {
          ...patch.change,
          ...(patch.change.kind === "patch" && {
            operations: JSON.parse(
              JSON.stringify(patch.change.operations).replace('"x"', `"${title}"`),
            ),
          }),
        },
      },
      fault: undefined,
      bulkId: undefined,
      references: [],
    });
    const steps = [
      step(claim.credential, "a"),
      step({ kind: "grant", id: first.secretId }, "b"),
      step({ kind: "grant", id: crypto.randomUUID() }, "c"),
      step({ kind: "token", hash: await hashToken(other.secret) }, "d"),
      step({ kind: "grant", id: await scimTokenId(first.tenant) }, "e"),
      step({ kind: "grant", id: other.id }, "f"),
    ];
    const { outcomes, cost } = await executeWrite(
      { steps, failOnErrors: undefined, requestId: "test", tokenId: "test" },
      writeContext(),
    );
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, true, false, false, false, true]);
    for (const refused of outcomes.slice(2, 5)) {
      expect(refused).toMatchObject({ fault: { kind: "unauthenticated" } });
    }
    // Read, refused by the guard, read with whose tokens stand, written.
    expect(cost.roundTrips).toBe(4);
    expect((await first.tenant.get(`/Users/${body.id}`)).body.title).toBe("f");
  });
});

describe("workload identity federation", () => {
  let logged: MockInstance;
  beforeEach(() => {
    logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  interface Federation {
    readonly tenant: Tenant;
    readonly client: TestClient;
    readonly issuer: TestIssuer;
    readonly credentialId: string;
    readonly app: Fetch;
  }

  async function makeFederation(jwks = true): Promise<Federation> {
    const tenant = await makeTenant();
    const client = await makeClient(tenant.id);
    const issuer = await makeIssuer();
    const credentialId = await client.trust({
      issuer: issuer.issuer,
      subject: SUBJECT,
      audience: AUDIENCE,
      ...(jwks && { jwksUri: issuer.jwksUri }),
    });
    return { tenant, client, issuer, credentialId, app: appOn(issuer.fetch) };
  }

  const assert = (
    { tenant, client, app }: Federation,
    assertion: string | undefined,
    more: Record<string, string | undefined> = {},
  ): Promise<TokenAnswer> =>
    requestToken(
      tenant.id,
      {
        client_id: client.clientId,
        client_assertion_type: JWT_BEARER,
        client_assertion: assertion,
        scope: "scim",
        ...more,
      },
      {},
      app,
    );

  it.each([
    ["at its jwksUri", true],
    ["by discovery", false],
  ])("an assertion is good for an access token, with keys %s", async (_name, jwks) => {
    const federation = await makeFederation(jwks);
    const { status, body } = await assert(federation, await federation.issuer.sign());
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "scim" });
    const scim = clientOf(federation.tenant.id, body.access_token, federation.tenant.base);
    const created = await scim.post("/Users", user("wif@x.test"));
    expect(created.status).toBe(201);
    expect((await scim.get(`/Users/${created.body.id}`)).status).toBe(200);
    const path = `/federated-credentials/${federation.credentialId}`;
    expect(await federation.client.delete(path)).toBe(204);
    expect((await scim.get(`/Users/${created.body.id}`)).status).toBe(401);
    expect((await scim.delete(`/Users/${created.body.id}`)).status).toBe(401);
    const again = await federation.issuer.sign();
    expectError(await assert(federation, again), "invalid_client", 401);
  });

  it.each<[string, (federation: Federation) => Promise<string>, string?]>([
    ["nonsense", async () => "x"],
    ["forged", async ({ issuer }) => (await makeIssuer()).sign({ iss: issuer.issuer })],
    ["of a wrong issuer", ({ issuer }) => issuer.sign({ iss: "https://login.test" })],
    ["for a wrong audience", ({ issuer }) => issuer.sign({ aud: "api://other" })],
    ["of a wrong subject", ({ issuer }) => issuer.sign({ sub: "workload-2" })],
    ["of an unknown key", ({ issuer }) => issuer.sign({}, { kid: "two" })],
    ["without a kid", ({ issuer }) => issuer.sign({}, { kid: undefined })],
    ["expired", ({ issuer }) => issuer.sign({ exp: 1_700_000_000 }), "expired"],
    ["without an expiry", ({ issuer }) => issuer.sign({ exp: null }), "exp"],
    ["from the future", ({ issuer }) => issuer.sign({ nbf: 4_000_000_000 }), "nbf"],
    ["of alg none", async ({ issuer }) => new UnsecuredJWT(claimsOf(issuer)).encode()],
    [
      "of HS256 with the public key",
      async ({ issuer }) => {
        const key = await importJWK({ ...issuer.publicJwk, ext: true }, "RS256");
        const text = key instanceof CryptoKey ? await exportSPKI(key) : "";
        return new SignJWT(claimsOf(issuer))
          .setProtectedHeader({ alg: "HS256", kid: "one" })
          .sign(new TextEncoder().encode(text));
      },
    ],
  ])("an assertion is refused: %s", async (_name, make, told) => {
    const federation = await makeFederation();
    const assertion = await make(federation);
    const answer = await assert(federation, assertion);
    expectError(answer, "invalid_client", 401);
    expect(answer.body.error_description).toContain(told ?? "There is no such client");
    expect(logged).toHaveBeenCalledOnce();
    expect(JSON.stringify(logged.mock.calls)).not.toContain(assertion.slice(-40) + '"');
  });

  function claimsOf({ issuer }: TestIssuer): Record<string, unknown> {
    const exp = Math.floor(Date.now() / 1000) + 600;
    return { iss: issuer, sub: SUBJECT, aud: AUDIENCE, exp, jti: "x" };
  }

  it("an assertion is taken once, also where two come at once, and also without a jti", async () => {
    const federation = await makeFederation();
    for (const claims of [{}, { jti: null }]) {
      const assertion = await federation.issuer.sign(claims);
      const answers = await Promise.all([
        assert(federation, assertion),
        assert(federation, assertion),
        assert(federation, assertion),
      ]);
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "401", "401"]);
      const again = await assert(federation, assertion);
      expectError(again, "invalid_client", 401);
      expect(again.body.error_description).toContain("used before");
    }
  });

  it("an assertion of another client's, and of another tenant's, is none", async () => {
    const [one, two] = [await makeFederation(), await makeFederation()];
    const other = await makeClient(one.tenant.id);
    const assertion = await one.issuer.sign();
    expectError(await assert(one, assertion, { client_id: other.clientId }), "invalid_client", 401);
    expectError(await assert({ ...two, app: one.app }, assertion), "invalid_client", 401);
    const elsewhere = { ...one, tenant: two.tenant };
    expectError(await assert(elsewhere, assertion), "invalid_client", 401);
    expect((await assert(one, assertion)).status).toBe(200);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ["no client_id", { client_id: undefined }],
    ["no type", { client_assertion_type: undefined }],
    ["another type", { client_assertion_type: "urn:x" }],
    ["no assertion", { client_assertion: undefined }],
  ])("a request is invalid with %s", async (_name, parameters) => {
    const federation = await makeFederation();
    const assertion = await federation.issuer.sign();
    expectError(await assert(federation, assertion, parameters), "invalid_request", 400);
  });

  it("a suspended tenant's client is proven and gets nothing; its assertion stays good", async () => {
    const federation = await makeFederation();
    const assertion = await federation.issuer.sign();
    const { id } = federation.tenant;
    await run("UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?", id);
    expectError(await assert(federation, assertion), "unauthorized_client", 400);
    await run("UPDATE tenants SET status = 'active' WHERE tenant_id = ?", id);
    expect((await assert(federation, assertion)).status).toBe(200);
  });

  it("keys out of reach are no refusal", async () => {
    const federation = await makeFederation();
    const app = appOn(async () => new Response(null, { status: 500 }));
    const assertion = await federation.issuer.sign();
    const answer = await assert({ ...federation, app }, assertion);
    expectError(answer, "temporarily_unavailable", 503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect((await assert(federation, assertion)).status).toBe(200);
  });

  it("what expired is forgotten as new assertions come, a bounded number at a time", async () => {
    const federation = await makeFederation();
    const { id } = federation.tenant;
    await run(
      `INSERT INTO assertions WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
       SELECT ?, 'h' || i, '2026-01-01T00:00:00.000Z' FROM n`,
      id,
    );
    const count = (): Promise<unknown> =>
      DB.prepare("SELECT count(*) AS n FROM assertions WHERE tenant_id = ?").bind(id).first("n");
    for (const left of [151, 52, 3, 4]) {
      expect((await assert(federation, await federation.issuer.sign())).status).toBe(200);
      expect(await count()).toBe(left);
    }
  });

  it("costs two round trips, however many assertions are kept", async () => {
    const federation = await makeFederation();
    await run(
      `INSERT INTO assertions WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
       SELECT ?, 'h' || i, '2999-01-01T00:00:00.000Z' FROM n`,
      federation.tenant.id,
    );
    await assert(federation, await federation.issuer.sign());
    const cost = noCost();
    const app = appOn(federation.issuer.fetch, cost);
    expect((await assert({ ...federation, app }, await federation.issuer.sign())).status).toBe(200);
    expect(cost.roundTrips).toBe(2);
    expect(cost.rowsRead).toBeLessThanOrEqual(15);
  });
});

describe("authorization server metadata", () => {
  it("is there for every tenant id that could be one, at both places, and reads nothing", async () => {
    const cost = noCost();
    const app = appOn(async () => new Response(null, { status: 404 }), cost);
    const { id } = await makeTenant();
    for (const tenant of [id, "unknown"]) {
      for (const path of [
        `/.well-known/oauth-authorization-server/${tenant}`,
        `/${tenant}/.well-known/oauth-authorization-server`,
      ]) {
        const response = await app(new Request(`${ORIGIN}${path}`));
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toBe("application/json");
        expect(await response.json()).toEqual({
          issuer: `${ORIGIN}/${tenant}`,
          token_endpoint: `${ORIGIN}/${tenant}/oauth/token`,
          grant_types_supported: ["client_credentials"],
          response_types_supported: [],
          scopes_supported: ["scim"],
          token_endpoint_auth_methods_supported: [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
          ],
          token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(["RS256"]),
        });
      }
    }
    expect(cost.statements).toBe(0);
  });

  it.each([
    ["GET", "/.well-known/oauth-authorization-server/NOT_VALID", 404],
    ["GET", "/.well-known/oauth-authorization-server", 404],
    ["POST", "/.well-known/oauth-authorization-server/demo", 405],
    ["HEAD", "/demo/.well-known/oauth-authorization-server", 200],
  ])("%s %s: %i", async (method, path, status) => {
    const response = await exports.default.fetch(new Request(`${ORIGIN}${path}`, { method }));
    expect(response.status).toBe(status);
    await response.body?.cancel();
  });
});
