/** A token that the isolate saw a moment ago saves its changes a round trip, and decides nothing: what fell since then, fell. */
import { describe, expect, it } from "vitest";
import { costOf } from "../support/cost.ts";
import { DB } from "../support/database.ts";
import { addToken, clientOf, group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { makeToken } from "../../worker/auth/bearer.ts";

interface Known {
  readonly tenant: Tenant;
  readonly user: string;
  readonly group: string;
}

/** A tenant whose token was seen just now. */
async function makeKnown(profile: Parameters<typeof makeTenant>[0] = "generic"): Promise<Known> {
  const tenant = await makeTenant(profile);
  const made = await tenant.post("/Users", user("known@x.test"));
  const holder = await tenant.post("/Groups", group("G", [made.body.id]));
  return { tenant, user: made.body.id, group: holder.body.id };
}

const BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

function bulk(tenant: Tenant, ...Operations: object[]): Promise<Answer> {
  return tenant.request("POST", "/Bulk", JSON.stringify({ schemas: [BULK], Operations }));
}

const replaceName = [{ op: "replace", path: "userName", value: "known@x.test" }];

/** Whatever a change comes to, in the order in which it would be found out. */
const CHANGES: readonly [string, (known: Known) => Promise<Answer>][] = [
  ["a body that is no JSON", ({ tenant }) => tenant.request("POST", "/Users", "{")],
  [
    "another media type",
    ({ tenant }) => tenant.request("POST", "/Users", "x", { "Content-Type": "text/plain" }),
  ],
  ["a body that the schema refuses", ({ tenant }) => tenant.post("/Users", { userName: 1 })],
  ["a resource that isn't there", ({ tenant }) => tenant.delete("/Users/nobody")],
  ["a name that is taken", ({ tenant }) => tenant.post("/Users", user("KNOWN@x.test"))],
  [
    "another version",
    ({ tenant, user: id }) =>
      tenant.request("DELETE", `/Users/${id}`, undefined, { "If-Match": 'W/"99"' }),
  ],
  [
    "a PATCH that changes nothing",
    ({ tenant, user: id }) => tenant.patch(`/Users/${id}`, replaceName),
  ],
  ["a creation", ({ tenant }) => tenant.post("/Users", user("new@x.test"))],
  ["a replacement", ({ tenant, user: id }) => tenant.put(`/Users/${id}`, user("put@x.test"))],
  [
    "a PATCH",
    ({ tenant, user: id }) =>
      tenant.patch(`/Users/${id}`, [{ op: "add", path: "title", value: "x" }]),
  ],
  [
    "a PATCH of members",
    ({ tenant, group: id }) => tenant.patch(`/Groups/${id}`, [{ op: "remove", path: "members" }]),
  ],
  ["a deletion", ({ tenant, user: id }) => tenant.delete(`/Users/${id}`)],
  [
    "a Bulk request",
    ({ tenant }) =>
      bulk(tenant, { method: "POST", path: "/Users", bulkId: "1", data: user("bulk@x.test") }),
  ],
  [
    "a Bulk request of refusals",
    ({ tenant }) =>
      bulk(tenant, { method: "DELETE", path: "/Users/nobody" }, { method: "GET", path: "/Users" }),
  ],
  ["a Bulk request of nothing", ({ tenant }) => bulk(tenant)],
];

/** What may happen to a token after it was seen, and what is answered from then on. */
const FALLS: readonly [string, number, string][] = [
  ["is deleted", 401, "DELETE FROM scim_tokens WHERE tenant_id = ?"],
  [
    "expires",
    401,
    "UPDATE scim_tokens SET expires_at = '2026-01-01T00:00:00.000Z' WHERE tenant_id = ?",
  ],
  [
    "is of a provider that is disabled",
    403,
    "UPDATE sso_providers SET enabled = 0 WHERE tenant_id = ?",
  ],
  [
    "is of a tenant that is suspended",
    403,
    "UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?",
  ],
  [
    "is of a tenant that is deleted",
    401,
    "UPDATE tenants SET status = 'deleting' WHERE tenant_id = ?",
  ],
  ["may only read from now on", 403, "UPDATE scim_tokens SET scope = 'read' WHERE tenant_id = ?"],
];

describe.each(FALLS)("a known token that %s", (_fall, status, sql) => {
  it.each(CHANGES)("is told so: %s", async (_name, change) => {
    const known = await makeKnown();
    await DB.prepare(sql).bind(known.tenant.id).run();
    const before = await directoryOf(known.tenant);
    expect((await change(known)).status).toBe(status);
    expect((await change(known)).status).toBe(status);
    expect(await directoryOf(known.tenant)).toEqual(before);
  });
});

/** Everything of the tenant that a change could have changed. */
async function directoryOf({ id }: Tenant): Promise<unknown[]> {
  const tables = ["resources", "resource_values", "members", "positions", "writers", "outbox"];
  const dumps = tables.map((table) => DB.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`));
  return (await DB.batch(dumps.map((dump) => dump.bind(id)))).map(({ results }) => results);
}

async function setProfile({ id }: Tenant, profile: string): Promise<void> {
  const sql = "UPDATE sso_providers SET profile = ? WHERE tenant_id = ?";
  await DB.prepare(sql).bind(profile, id).run();
}

const boolAsText = [{ op: "Replace", path: "active", value: "False" }];

describe("a connection that has another profile since its token was seen", () => {
  it("forgives no more where it is strict now", async () => {
    const { tenant, user: id } = await makeKnown();
    await setProfile(tenant, "strict");
    const answer = await tenant.patch(`/Users/${id}`, boolAsText);
    expect(answer.status).toBe(400);
    expect((await tenant.get(`/Users/${id}`)).body.active).not.toBe(false);
  });

  it("forgives where it was strict before", async () => {
    const { tenant, user: id } = await makeKnown("strict");
    await setProfile(tenant, "generic");
    const answer = await tenant.patch(`/Users/${id}`, boolAsText);
    expect(answer.body).toMatchObject({ active: false });
  });

  it("forgives in a Bulk request where it was strict before, and writes once", async () => {
    const { tenant, user: id } = await makeKnown("strict");
    await setProfile(tenant, "generic");
    const data = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: boolAsText,
    };
    const { body } = await bulk(
      tenant,
      { method: "PATCH", path: `/Users/${id}`, data },
      { method: "POST", path: "/Users", bulkId: "1", data: user("bulk@x.test") },
    );
    expect(body.Operations.map((one: { status: string }) => one.status)).toEqual(["200", "201"]);
    expect((await tenant.get(`/Users/${id}`)).body.meta.version).toBe('W/"2"');
  });

  it("tells the faults of a body that can't be read as they are", async () => {
    const { tenant } = await makeKnown();
    await setProfile(tenant, "strict");
    expect((await tenant.request("POST", "/Users", "{")).body.scimType).toBe("invalidSyntax");
  });

  it("has its own rules for what is unique", async () => {
    const { tenant } = await makeKnown("generic");
    await setProfile(tenant, "entra");
    expect((await tenant.post("/Groups", group("G"))).status).toBe(409);
    await setProfile(tenant, "generic");
    expect((await tenant.post("/Groups", group("G"))).status).toBe(201);
  });

  it("writes where nothing that was read depends on it", async () => {
    const { tenant, user: id } = await makeKnown();
    await setProfile(tenant, "okta");
    const answer = await tenant.patch(`/Users/${id}`, [{ op: "add", path: "title", value: "x" }]);
    expect(answer.body).toMatchObject({ title: "x", meta: { version: 'W/"2"' } });
  });
});

describe("the round trips of a change", () => {
  it("are one less where the token was seen just before, by a read or a change", async () => {
    const tenant = await makeTenant();
    const trips: number[] = [];
    for (const name of ["a@x.test", "b@x.test"]) {
      trips.push(costOf(await tenant.post("/Users", user(name))).roundTrips);
    }
    const reader = await makeTenant();
    await reader.get("/Users");
    trips.push(costOf(await reader.post("/Users", user("c@x.test"))).roundTrips);
    // The second needs no read either: its writer knows what it left.
    expect(trips).toEqual([3, 1, 2]);
  });

  it("are no more where nothing is written: the look-up comes after", async () => {
    const { tenant, user: id } = await makeKnown();
    const answers = [
      await tenant.patch(`/Users/${id}`, replaceName),
      await tenant.post("/Users", user("KNOWN@x.test")),
      await tenant.delete("/Users/nobody"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 404]);
    // The name was presumed to be free, and the index refused the batch.
    expect(answers.map((answer) => costOf(answer).roundTrips)).toEqual([2, 3, 2]);
  });

  it("are never saved for a token that only reads", async () => {
    const { tenant } = await makeKnown();
    const token = makeToken(tenant.id, crypto.getRandomValues(new Uint8Array(32)));
    await addToken(tenant.id, token, "read");
    const reader = clientOf(tenant.id, token, tenant.base);
    expect((await reader.get("/Users")).status).toBe(200);
    expect((await reader.post("/Users", user("r@x.test"))).status).toBe(403);
  });
});
