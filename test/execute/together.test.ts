/** Requests of several clients that are decided on one snapshot: each is judged by its own token, and sees what came before it. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { hashToken, makeToken } from "../../worker/auth/bearer.ts";
import { singlesAhead } from "../../worker/execute/write-queue.ts";
import { executeTogether } from "../../worker/execute/write.ts";
import { addToken, clientOf, group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { patchCommand, requestOf, writeContext } from "../support/writer.ts";

async function another(tenant: Tenant): Promise<Tenant> {
  const token = makeToken(tenant.id, crypto.getRandomValues(new Uint8Array(32)));
  await addToken(tenant.id, token);
  return clientOf(tenant.id, token, tenant.base);
}

const title = (value: string) => [{ op: "replace", path: "title", value }];

describe("requests that are taken together", () => {
  it("are each judged by their own token", async () => {
    const tenant = await makeTenant();
    const [dead, alive] = [await another(tenant), await another(tenant)];
    const { body } = await tenant.post("/Users", user("ann"));
    const requests = [
      requestOf(await patchCommand(dead, "User", body.id, title("by the dead"))),
      requestOf(await patchCommand(alive, "User", body.id, title("by the living"))),
    ];
    const dying = await hashToken(dead.token);
    await env.DB.prepare("DELETE FROM scim_tokens WHERE tenant_id = ? AND hash = ?")
      .bind(tenant.id, dying)
      .run();
    const replies = await executeTogether(requests, writeContext());
    expect(replies[0]?.outcomes).toEqual([{ ok: false, fault: { kind: "unauthenticated" } }]);
    expect(replies[1]?.outcomes[0]?.ok).toBe(true);
    expect((await tenant.get(`/Users/${body.id}`)).body.title).toBe("by the living");
  });

  it("are of not too many tokens for one guard, and all get through", async () => {
    const tenant = await makeTenant();
    const clients = await Promise.all(Array.from({ length: 45 }, () => another(tenant)));
    const { body } = await tenant.post("/Users", user("ann"));
    const requests = await Promise.all(
      clients.map(async (client) =>
        requestOf(await patchCommand(client, "User", body.id, title("x"))),
      ),
    );
    expect(singlesAhead(requests)).toBe(20);
    const answers = await Promise.all(
      clients.map((client, index) => client.post("/Users", user(`by${index}`))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it("see the names that came before them", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("ann", { displayName: "Old" }));
    const { body: holder } = await tenant.post("/Groups", group("G", [body.id]));
    const rename = [{ op: "replace", path: "displayName", value: "New" }];
    const remove = [{ op: "remove", path: 'members[display eq "new"]' }];
    const requests = [
      requestOf(await patchCommand(tenant, "User", body.id, rename)),
      requestOf(await patchCommand(tenant, "Group", holder.id, remove)),
    ];
    await executeTogether(requests, writeContext());
    expect((await tenant.get(`/Groups/${holder.id}`)).body).not.toHaveProperty("members");
  });
});

it("a resource ends below the engine's largest row, counted in bytes", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  const add = (value: string) =>
    tenant.patch(`/Users/${body.id}`, [{ op: "add", path: "roles", value: [{ value }] }]);
  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1)
    statuses.push((await add(`${index}${"語".repeat(60_000)}`)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 413, 413]);
});

it("If-Match is asked of reads too", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  expect((await tenant.get(`/Users/${body.id}`, { "If-Match": 'W/"7"' })).status).toBe(412);
  expect((await tenant.get(`/Users/${body.id}`, { "If-Match": 'W/"1"' })).status).toBe(200);
});

it("groups that hold each other in one Bulk request are a conflict, both of them", async () => {
  const tenant = await makeTenant();
  const make = (bulkId: string, member: string) => ({
    method: "POST",
    path: "/Groups",
    bulkId,
    data: group(bulkId, [`bulkId:${member}`]),
  });
  const { body } = await tenant.post("/Bulk", {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [make("a", "b"), make("b", "a")],
  });
  expect(body.Operations.map(({ status }: { status: string }) => status)).toEqual(["409", "409"]);
  expect((await tenant.get("/Groups")).body.totalResults).toBe(0);
});
