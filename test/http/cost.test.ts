/** What requests cost the database, counted by the engine: round trips, and rows that don't grow with the tenant. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { costOf } from "../support/cost.ts";
import { clientOf, group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { patchCommand, requestOf } from "../support/writer.ts";
import { DB } from "../support/database.ts";

interface Fixture {
  readonly tenant: Tenant;
  readonly user: string;
  readonly other: string;
  readonly group: string;
}

async function makeFixture(): Promise<Fixture> {
  const tenant = await makeTenant();
  const [one, other] = await Promise.all([
    tenant.post(
      "/Users",
      user("one@x.test", { externalId: "e1", emails: [{ value: "one@x.test" }] }),
    ),
    tenant.post("/Users", user("other@x.test")),
  ]);
  const holder = await tenant.post("/Groups", group("G", [one.body.id]));
  return { tenant, user: one.body.id, other: other.body.id, group: holder.body.id };
}

type Call = (fixture: Fixture) => Promise<Answer>;

const READS: readonly [string, Call][] = [
  ["GET by id", ({ tenant, user: id }) => tenant.get(`/Users/${id}`)],
  ["GET of a group", ({ tenant, group: id }) => tenant.get(`/Groups/${id}`)],
  ["list", ({ tenant }) => tenant.get("/Users")],
  ["filtered list", ({ tenant }) => tenant.get('/Users?filter=userName eq "one@x.test"')],
  ["list by a value path", ({ tenant }) => tenant.get('/Users?filter=emails[type eq "work"]')],
  ["sorted list", ({ tenant }) => tenant.get("/Groups?sortBy=displayName")],
  ["GET of nobody", ({ tenant }) => tenant.get("/Users/nobody")],
];

/** By a token that was seen a moment ago, in a tenant whose writer wrote a moment ago; what writes nothing takes one after the writer. */
const WRITES: readonly [string, Call, number][] = [
  ["POST", ({ tenant }) => tenant.post("/Users", user("new@x.test")), 1],
  ["PUT", ({ tenant, user: id }) => tenant.put(`/Users/${id}`, user("put@x.test")), 2],
  [
    "PATCH",
    ({ tenant, user: id }) =>
      tenant.patch(`/Users/${id}`, [{ op: "add", path: "title", value: "x" }]),
    2,
  ],
  [
    "PATCH of members",
    ({ tenant, group: id, other }) =>
      tenant.patch(`/Groups/${id}`, [{ op: "add", path: "members", value: [{ value: other }] }]),
    2,
  ],
  [
    "PATCH that changes nothing",
    ({ tenant, user: id }) =>
      tenant.patch(`/Users/${id}`, [{ op: "replace", path: "userName", value: "one@x.test" }]),
    2,
  ],
  ["POST of a name that is taken", ({ tenant }) => tenant.post("/Users", user("ONE@x.test")), 3],
  ["DELETE", ({ tenant, user: id }) => tenant.delete(`/Users/${id}`), 2],
];

describe("round trips", () => {
  it.each(READS)("%s takes one, with the token check in it", async (_name, call) => {
    expect(costOf(await call(await makeFixture())).roundTrips).toBe(1);
  });

  it.each(WRITES)("%s takes no more", async (_name, call, trips) => {
    expect(costOf(await call(await makeFixture())).roundTrips).toBe(trips);
  });

  it("are two inside the writer: what is needed, and the batch", async () => {
    const { tenant, user: id } = await makeFixture();
    const operations = [{ op: "add", path: "title", value: "x" }];
    const command = await patchCommand(tenant, "User", id, operations);
    const { cost } = await env.TENANT_WRITER.getByName(tenant.id).execute(requestOf(command));
    expect(cost.roundTrips).toBe(2);
  });

  it("is none where the credential can't be a token of the tenant", async () => {
    const { tenant } = await makeFixture();
    const stranger = clientOf("other", tenant.token, tenant.base.replace(tenant.id, "other"));
    const answer = await stranger.get("/Users");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("x-rollcall-cost")).toBeNull();
  });
});

describe("rows", () => {
  /** A tenant with this many users, all in one group. */
  async function tenantOf(size: number): Promise<{ tenant: Tenant; ids: string[]; group: string }> {
    const tenant = await makeTenant();
    const ids: string[] = [];
    for (let index = 0; index < size; index += 1) {
      const name = `u${index}@x.test`;
      const { body } = await tenant.post("/Users", user(name, { emails: [{ value: name }] }));
      ids.push(body.id);
    }
    const { body } = await tenant.post("/Groups", group("everyone", ids.slice(0, -1)));
    return { tenant, ids, group: body.id };
  }

  it("are the same whatever the size of the tenant and the group", async () => {
    const costs: Record<string, number[]> = {};
    for (const size of [10, 150]) {
      const { tenant, ids, group: id } = await tenantOf(size);
      const [last = "", first = ""] = [ids.at(-1), ids[0]];
      const member = (op: string) => [{ op, path: `members`, value: [{ value: last }] }];
      const path = `/Groups/${id}`;
      const answers = {
        get: await tenant.get(`/Users/${first}`),
        userName: await tenant.get('/Users?filter=userName eq "u7@x.test"'),
        email: await tenant.get('/Users?filter=emails[type eq "work"].value eq "u7@x.test"'),
        withoutMembers: await tenant.get(`${path}?excludedAttributes=members`),
        rename: await tenant.patch(path, [{ op: "replace", path: "displayName", value: "all" }]),
        add: await tenant.patch(path, member("add")),
        remove: await tenant.patch(path, member("remove")),
        patch: await tenant.patch(`/Users/${first}`, [{ op: "add", path: "title", value: "x" }]),
        create: await tenant.post("/Users", user("new@x.test")),
        delete: await tenant.delete(`/Users/${first}`),
      };
      for (const [name, answer] of Object.entries(answers)) {
        expect(answer.status, name).toBeLessThan(300);
        (costs[name] ??= []).push(costOf(answer).rowsRead);
      }
    }
    for (const [name, [small, large]] of Object.entries(costs)) expect(large, name).toBe(small);
  });

  it("are not read without a valid token: only what the token check itself takes", async () => {
    const { tenant } = await tenantOf(60);
    await DB.prepare("UPDATE scim_tokens SET expires_at = '2020-01-01' WHERE tenant_id = ?")
      .bind(tenant.id)
      .run();
    for (const path of ["/Users", '/Users?filter=title co "x" or emails.type eq "y"', "/Groups"]) {
      const answer = await tenant.get(path);
      expect(answer.status).toBe(401);
      expect(costOf(answer).rowsRead, path).toBeLessThan(20);
    }
  });

  it("of activity and outbox are written in the batch of the change, and none where nothing changes", async () => {
    const { tenant, user: id } = await makeFixture();
    const count = (table: string): Promise<unknown> =>
      DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE tenant_id = ?`)
        .bind(tenant.id)
        .first("n");
    const before = [await count("activity"), await count("outbox")];
    await tenant.patch(`/Users/${id}`, [{ op: "replace", path: "userName", value: "one@x.test" }]);
    expect([await count("activity"), await count("outbox")]).toEqual(before);
    await tenant.patch(`/Users/${id}`, [{ op: "replace", path: "userName", value: "two@x.test" }]);
    expect([await count("activity"), await count("outbox")]).toEqual(
      before.map((n) => Number(n) + 1),
    );
  });

  it("note the token's use once, not with every request", async () => {
    const tenant = await makeTenant();
    await DB.prepare("UPDATE scim_tokens SET last_used = NULL WHERE tenant_id = ?")
      .bind(tenant.id)
      .run();
    const lastUsed = (): Promise<unknown> =>
      DB.prepare("SELECT last_used FROM scim_tokens WHERE tenant_id = ?")
        .bind(tenant.id)
        .first("last_used");
    await tenant.get("/Users");
    await expect.poll(lastUsed).not.toBeNull();
    const first = await lastUsed();
    await tenant.get("/Users");
    expect(await lastUsed()).toBe(first);
  });
});
