import { expect, it } from "vitest";
import { newTenant } from "./api.ts";
import { DB } from "../support/database.ts";

/** Entries a01, a02 ...: odd ones of resource r1, every fourth a failure. */
async function withActivity(count: number) {
  const tenant = await newTenant();
  await DB.prepare(
    `INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     SELECT ?, printf('a%03d', i), '2026-10-01T00:00:00.000Z', 't', 'entra', 'create', 'User', 'r' || (i % 2),
       iif(i % 4, 'success', 'refused'), '["a-quirk"]', '[{"path":["userName"],"before":null,"after":"ann"}]' FROM n`,
  )
    .bind(tenant.id)
    .run();
  return tenant;
}

it("is read newest first, page by page", async () => {
  const tenant = await withActivity(5);
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await tenant.call("GET", `/activity?count=2${cursor}`);
    seen.push(...body.items.map((item: { id: string }) => item.id));
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor !== "");
  expect(seen).toEqual(["a005", "a004", "a003", "a002", "a001"]);
});

it("shows what happened", async () => {
  const tenant = await withActivity(1);
  expect((await tenant.call("GET", "/activity")).body).toEqual({
    items: [
      {
        id: "a001",
        at: "2026-10-01T00:00:00.000Z",
        tokenId: "t",
        provider: "entra",
        operation: "create",
        resourceType: "User",
        resourceId: "r1",
        outcome: "success",
        quirks: ["a-quirk"],
        request: null,
        changes: [{ path: ["userName"], before: null, after: "ann" }],
        status: null,
        detail: null,
        latency: null,
      },
    ],
    nextCursor: null,
  });
});

it.each([
  ["", 50, "a060"],
  ["count=200", 60, "a060"],
  ["resourceId=r1", 30, "a059"],
  ["outcome=refused", 15, "a060"],
  ["outcome=success&resourceId=r0", 15, "a058"],
  ["outcome=unchanged", 0, undefined],
  ["provider=entra&count=3", 3, "a060"],
  ["provider=okta", 0, undefined],
])("of 60 entries, ?%s gives %i", async (query, length, first) => {
  const tenant = await withActivity(60);
  const { body } = await tenant.call("GET", `/activity?${query}`);
  expect([body.items.length, body.items[0]?.id]).toEqual([length, first]);
});

it("is the tenant's own", async () => {
  await withActivity(1);
  const other = await newTenant();
  expect((await other.call("GET", "/activity")).body).toEqual({ items: [], nextCursor: null });
});

it.each([
  "count=0",
  "count=201",
  "count=x",
  "cursor=",
  "cursor=!",
  "outcome=",
  "outcome=nothing",
  "user=x",
])("refuses %s", async (query) => {
  const tenant = await newTenant();
  const reply = await tenant.call("GET", `/activity?${query}`);
  expect([reply.status, reply.body.errors[0].attribute]).toEqual([400, query.split("=")[0]]);
});

it("an entry is read by its id, and by nobody else", async () => {
  const [tenant, other] = [await withActivity(2), await newTenant()];
  const { items } = (await tenant.call("GET", "/activity")).body;
  expect((await tenant.call("GET", "/activity/a002")).body).toEqual(items[0]);
  expect((await tenant.call("GET", "/activity/a003")).status).toBe(404);
  expect((await other.call("GET", "/activity/a002")).status).toBe(404);
});
