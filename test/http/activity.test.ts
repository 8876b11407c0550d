/** What the activity log says of each request: changes, refusals, and what was forgiven. */
import { expect, it, vi } from "vitest";
import { planActivityNote } from "../../worker/plan/activity.ts";
import { noCost } from "../../worker/execute/store.ts";
import { manage } from "../support/admin.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { DB, openStore } from "../support/database.ts";

type Entry = Record<string, unknown>;

async function logOf(tenant: Tenant): Promise<Entry[]> {
  return (await manage("GET", "/activity", { tenant: tenant.id })).body.items;
}

async function lastOf(tenant: Tenant, count: number): Promise<Entry> {
  await expect.poll(async () => (await logOf(tenant)).length).toBe(count);
  return (await logOf(tenant))[0] ?? {};
}

it("a change has its differences, its quirks and its latency", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post(
    "/Users",
    user("ann", { active: "True", password: "s3cret!" }),
  );
  const entry = await lastOf(tenant, 1);
  expect(entry).toMatchObject({
    operation: "create",
    request: "POST /Users: userName, active, password",
    resourceType: "User",
    resourceId: body.id,
    outcome: "success",
    provider: "idp",
    quirks: ["boolean-as-string"],
    changes: [
      { path: ["userName"], before: null, after: "ann" },
      { path: ["active"], before: null, after: true },
    ],
    status: null,
    detail: null,
  });
  expect(entry["latency"]).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(await logOf(tenant))).not.toContain("s3cret");
});

const REFUSED: readonly [string, (tenant: Tenant, id: string) => Promise<Answer>, Entry][] = [
  [
    "a PATCH",
    (tenant, id) => tenant.patch(`/Users/${id}`, [{ op: "add", path: "nothing", value: 1 }]),
    {
      operation: "patch",
      request: "PATCH /Users/{id}: add nothing",
      resourceType: "User",
      status: 400,
      detail: "User has no attribute nothing.",
    },
  ],
  [
    "a create",
    (tenant) => tenant.post("/Users", user("ANN")),
    { operation: "create", request: "POST /Users: userName", status: 409 },
  ],
  [
    "a read of nobody",
    (tenant) => tenant.get("/Groups/nobody"),
    {
      operation: "read",
      request: "GET /Groups/{id}",
      resourceType: "Group",
      resourceId: "nobody",
      status: 404,
    },
  ],
  [
    "a filter",
    (tenant) => tenant.get("/Users?filter=x"),
    { operation: "read", request: "GET /Users: filter x", status: 400 },
  ],
  ["an endpoint", (tenant) => tenant.get("/Nothing"), { resourceType: null, status: 404 }],
];

it.each(REFUSED)(
  "%s that is refused is there with its reason",
  async (_name, request, expected) => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("ann"));
    const answer = await request(tenant, body.id);
    const entry = await lastOf(tenant, 2);
    expect(entry).toMatchObject({ outcome: "refused", changes: [], ...expected });
    expect(answer.body.detail).toContain(entry["detail"]);
  },
);

it("what was forgiven is there, also where nothing changed and for reads", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann", { active: true }));
  await tenant.patch(`/Users/${body.id}`, [{ op: "replace", path: "active", value: "True" }]);
  expect(await lastOf(tenant, 2)).toMatchObject({
    operation: "patch",
    resourceId: body.id,
    outcome: "unchanged",
    quirks: ["boolean-as-string"],
    status: 200,
  });
  await tenant.get('/Users?filter=emails[type eq "work"].value eq "x"');
  expect(await lastOf(tenant, 3)).toMatchObject({
    operation: "read",
    outcome: "unchanged",
    quirks: ["test-after-value-path"],
  });
});

it("the failures of a Bulk request are told once, beside its changes", async () => {
  const tenant = await makeTenant();
  const step = (bulkId: string, data: object) => ({
    method: "POST",
    path: "/Users",
    bulkId,
    data,
  });
  await tenant.post("/Bulk", {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [step("a", user("ann")), step("b", user("ANN")), step("c", {})],
  } as never);
  await lastOf(tenant, 2);
  const outcomes = (await logOf(tenant)).map(
    ({ operation, outcome }) => `${String(operation)} ${String(outcome)}`,
  );
  expect(new Set(outcomes)).toEqual(new Set(["bulk refused", "create success"]));
});

it("plain reads, changes of nothing and strangers leave no entry", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  await tenant.get("/Users");
  await tenant.get(`/Users/${body.id}`);
  await tenant.patch(`/Users/${body.id}`, [{ op: "replace", path: "userName", value: "ann" }]);
  await tenant.get("/Users", { Authorization: `Bearer ${tenant.token.slice(0, -1)}x` });
  await tenant.get("/Groups/nobody");
  expect(await lastOf(tenant, 2)).toMatchObject({ status: 404 });
});

it("the changes of a Bulk request tell what each asked for", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  const data = [{ op: "replace", path: "title", value: "Boss" }];
  await tenant.post("/Bulk", {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [
      { method: "PATCH", path: `/Users/${body.id}`, data },
      { method: "POST", path: "/Users", bulkId: "b", data: user("bea") },
    ],
  });
  await lastOf(tenant, 3);
  const told = (await logOf(tenant)).map(({ request }) => request);
  expect(told).toEqual(["POST /Users: userName", "PATCH /Users/{id}: replace title", told[2]]);
});

it("a note that comes after the tenant's deletion leaves nothing", async () => {
  const tenant = await makeTenant();
  const note = planActivityNote({
    tenant: tenant.id,
    id: "a",
    at: "",
    tokenId: "",
    provider: "",
    operation: "read",
    resourceType: null,
    resourceId: null,
    outcome: "refused",
    quirks: [],
    status: 404,
    detail: null,
    latency: 0,
    request: "",
  });
  const count = async (): Promise<unknown> => {
    await openStore(noCost()).query(note);
    const rows = DB.prepare("SELECT count(*) AS n FROM activity WHERE tenant_id = ?");
    return (await rows.bind(tenant.id).first())?.["n"];
  };
  expect(await count()).toBe(1);
  await manage("DELETE", `/tenants/${tenant.id}`);
  expect(await count()).toBe(0);
});

it("who isn't known is in the log of the Worker, and nowhere else", async () => {
  const tenant = await makeTenant();
  const log = vi.spyOn(console, "log").mockReturnValue();
  const stranger = `rcs_${tenant.id}_${"0".repeat(72)}`;
  await tenant.get("/Users", { Authorization: `Bearer ${stranger}` });
  const { body } = await tenant.get("/Users?filter=x", { Authorization: "Bearer nobody" });
  expect(body.status).toBe("401");
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines).toMatchObject([
    { event: "scim.refused", method: "GET", path: `/${tenant.id}/api/scim/v2/Users` },
    { event: "scim.refused", method: "GET", path: `/${tenant.id}/api/scim/v2/Users` },
  ]);
  expect(JSON.stringify(lines)).not.toContain(stranger);
  expect(await logOf(tenant)).toEqual([]);
});

it("a token's first use is there with its first request", async () => {
  const tenant = await makeTenant();
  const path = "/scim";
  const { token } = (await manage("POST", path, { tenant: tenant.id, body: { provider: "idp" } }))
    .body;
  const lastUsed = async (): Promise<unknown> =>
    (await manage("GET", path, { tenant: tenant.id })).body.items[0].lastUsed;
  expect(await lastUsed()).toBeNull();
  await tenant.get("/Users?count=0", { Authorization: `Bearer ${token}` });
  await expect.poll(lastUsed).toEqual(expect.any(String));
  const first = await lastUsed();
  await tenant.get("/Users?count=0", { Authorization: `Bearer ${token}` });
  expect(await lastUsed()).toBe(first);
});
