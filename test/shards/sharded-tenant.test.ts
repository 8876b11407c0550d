/** A tenant on a shard: everything of it is there, and whoever talks to it notices nothing. */
import { describe, expect, it, vi } from "vitest";
import { resumeRemovals } from "../../worker/admin/removal.ts";
import { manage } from "../support/admin.ts";
import { costOf } from "../support/cost.ts";
import { databaseOf } from "../support/database.ts";
import { makeClient, requestToken } from "../support/oauth.ts";
import { ORIGIN, clientOf, group, makeTenant, user } from "../support/tenant.ts";
import { OPEN, SHARDS, freshStores, placedTenant, rowsIn } from "./placed.ts";

describe.each(SHARDS)("on the shard %s", (shard) => {
  it("speaks SCIM, and has its rows there and nowhere else", async () => {
    const tenant = await placedTenant(shard);
    const ada = await tenant.post(
      "/Users",
      user("ada@x.test", { emails: [{ value: "ada@x.test" }] }),
    );
    const holder = await tenant.post("/Groups", group("Staff", [ada.body.id]));
    expect([ada.status, holder.status]).toEqual([201, 201]);
    const path = `/Users/${ada.body.id}`;
    expect((await tenant.patch(path, [{ op: "add", path: "title", value: "Dr" }])).status).toBe(
      200,
    );
    expect((await tenant.get(path)).body).toMatchObject({
      title: "Dr",
      groups: [{ display: "Staff" }],
    });
    const { body: list } = await tenant.get('/Users?filter=userName eq "ADA@x.test"');
    expect([list.totalResults, list.Resources[0].id]).toEqual([1, ada.body.id]);
    expect((await tenant.post("/Users", user("Ada@x.test"))).status).toBe(409);
    expect(await rowsIn("main", tenant.id)).toEqual({ tenants: 1 });
    for (const other of SHARDS) {
      const rows = await rowsIn(other, tenant.id);
      if (other === shard)
        expect(rows).toMatchObject({ writers: 1, resources: 2, members: 1, outbox: 3 });
      else expect(rows).toEqual({});
    }
    expect((await tenant.delete(path)).status).toBe(204);
    expect((await tenant.get(path)).status).toBe(404);
  });

  it("takes one round trip to read, and the writer's two to write where the token was just seen, by either base", async () => {
    const tenant = await placedTenant(shard);
    const { body } = await tenant.post("/Users", user("ada"));
    const tenantless = clientOf(tenant.id, tenant.token, `${ORIGIN}/core/iam/v1/scim`);
    for (const client of [tenant, tenantless]) {
      expect(costOf(await client.get(`/Users/${body.id}`))).toMatchObject({
        roundTrips: 1,
        // Is the tenant here, and the resource with the token.
        statements: 2,
      });
      expect(costOf(await client.get("/Users?count=5")).roundTrips).toBe(1);
      const patched = await client.patch(`/Users/${body.id}`, [
        { op: "add", path: "title", value: client.base },
      ]);
      expect([patched.status, costOf(patched).roundTrips]).toEqual([200, 2]);
    }
  });

  it("loses nothing when many write at once", async () => {
    const tenant = await placedTenant(shard);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => tenant.post("/Users", user(`u${index}`))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect((await tenant.get("/Users?count=0")).body.totalResults).toBe(20);
  });

  it("is managed: its tokens, its activity, its standing", async () => {
    const tenant = await placedTenant(shard);
    await tenant.post("/Users", user("ada"));
    expect((await tenant.post("/Users", { schemas: [] })).status).toBe(400);
    const operations = async (): Promise<string[]> =>
      (await manage("GET", "/activity", { tenant: tenant.id })).body.items.map(
        ({ outcome }: { outcome: string }) => outcome,
      );
    await expect.poll(operations).toEqual(["refused", expect.any(String)]);
    const path = `/tenants/${tenant.id}`;
    const suspended = await manage("PATCH", path, {
      body: { status: "suspended", displayName: "Off" },
    });
    expect(suspended.body).toMatchObject({ status: "suspended", displayName: "Off", shard });
    expect((await tenant.get("/Users")).status).toBe(403);
    expect((await manage("GET", path)).body).toEqual(suspended.body);
    await manage("PATCH", path, { body: { status: "active" } });
    expect((await tenant.get("/Users")).status).toBe(200);
    const { items } = (await manage("GET", "/scim", { tenant: tenant.id })).body;
    await manage("DELETE", `/scim/${items[0].id}`, { tenant: tenant.id });
    expect((await tenant.get("/Users")).status).toBe(401);
  });

  it("issues access tokens to its OAuth clients", async () => {
    const tenant = await placedTenant(shard);
    const client = await makeClient(tenant.id);
    const { secret } = await client.addSecret();
    const parameters = { client_id: client.clientId, client_secret: secret };
    const issued = await requestToken(tenant.id, parameters);
    expect(issued.status).toBe(200);
    const bearer = clientOf(tenant.id, issued.body.access_token, tenant.base);
    expect((await bearer.post("/Users", user("by-grant"))).status).toBe(201);
    expect((await requestToken(tenant.id, { ...parameters, client_secret: "no" })).status).toBe(
      401,
    );
  });

  it("is deleted at once, its rows removed, its id kept for ever", async () => {
    const tenant = await placedTenant(shard);
    await tenant.post("/Users", user("ada"));
    expect((await manage("DELETE", `/tenants/${tenant.id}`)).status).toBe(204);
    expect((await tenant.get("/Users")).status).toBe(401);
    await expect.poll(() => rowsIn(shard, tenant.id)).toEqual({ tenants: 1 });
    expect((await manage("GET", `/tenants/${tenant.id}`)).status).toBe(404);
    const again = { id: tenant.id, displayName: "Again" };
    expect((await manage("POST", "/tenants", { body: again })).status).toBe(409);
    const row = databaseOf(OPEN.main)
      .prepare("SELECT status, display_name, shard FROM tenants WHERE tenant_id = ?")
      .bind(tenant.id);
    expect(await row.first()).toEqual({ status: "deleted", display_name: "", shard });
  });

  it("is removed by the schedule where only the main database was told", async () => {
    const tenant = await placedTenant(shard);
    await tenant.post("/Users", user("ada"));
    await databaseOf(OPEN.main)
      .prepare("UPDATE tenants SET status = 'deleting' WHERE tenant_id = ?")
      .bind(tenant.id)
      .run();
    await resumeRemovals(freshStores(), new Date());
    expect(await rowsIn(shard, tenant.id)).toEqual({ tenants: 1 });
    expect((await manage("GET", `/tenants/${tenant.id}`)).status).toBe(404);
    expect((await tenant.get("/Users")).status).toBe(401);
  });
});

it("tenants of the main database live beside them, with one round trip too", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ada"));
  expect(costOf(await tenant.get(`/Users/${body.id}`)).roundTrips).toBe(1);
  expect(await rowsIn("main", tenant.id)).toMatchObject({ tenants: 1, writers: 1, resources: 1 });
  for (const shard of SHARDS) expect(await rowsIn(shard, tenant.id)).toEqual({});
});

it("a token that is none costs one round trip, on a shard too", async () => {
  const tenant = await placedTenant("eu");
  const { items } = (await manage("GET", "/scim", { tenant: tenant.id })).body;
  await manage("DELETE", `/scim/${items[0].id}`, { tenant: tenant.id });
  const answer = await tenant.get("/Users");
  expect([answer.status, costOf(answer).roundTrips]).toEqual([401, 1]);
});

it("a shard that isn't there any more is our fault, and told to the log only", async () => {
  const tenant = await placedTenant("eu");
  await databaseOf(OPEN.main)
    .prepare("UPDATE tenants SET shard = 'gone' WHERE tenant_id = ?")
    .bind(tenant.id)
    .run();
  const stores = freshStores();
  const cost = { statements: 0, roundTrips: 0, rowsRead: 0, rowsWritten: 0 };
  const statement = { sql: "SELECT 1", params: [] };
  await expect(stores.storeFor(tenant.id, cost).query(statement)).rejects.toThrow("gone");
  vi.restoreAllMocks();
});
