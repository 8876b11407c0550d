/** What the activity log says of each request: changes, refusals, and what was forgiven. */
import { expect, it } from "vitest";
import { manage } from "../support/admin.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

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
      resourceType: "User",
      status: 400,
      detail: "User has no attribute nothing.",
    },
  ],
  [
    "a create",
    (tenant) => tenant.post("/Users", user("ANN")),
    { operation: "create", status: 409 },
  ],
  [
    "a read of nobody",
    (tenant) => tenant.get("/Groups/nobody"),
    { operation: "read", resourceType: "Group", resourceId: "nobody", status: 404 },
  ],
  ["a filter", (tenant) => tenant.get("/Users?filter=x"), { operation: "read", status: 400 }],
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
