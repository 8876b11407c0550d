/** A tenant's writer that ends in the middle of its work: its successor finds out what was written, and the guard holds. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

async function sequenceOf(tenant: Tenant): Promise<unknown> {
  const statement = env.DB.prepare("SELECT sequence FROM writers WHERE tenant_id = ?");
  return statement.bind(tenant.id).first("sequence");
}

/** As the platform has it, not as the Worker sees it. */
function stubOf({ id }: Tenant): DurableObjectStub {
  return env.TENANT_WRITER.getByName(id) as unknown as DurableObjectStub;
}

async function untilDone(send: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; tries < 20; tries += 1) {
    const answer = await send();
    if (answer.status !== 503) return answer;
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]/);
  }
  throw new Error("answered with 503 twenty times");
}

it("reset again and again while 120 users are created: each is there once, and nothing but 201 is answered", async () => {
  const tenant = await makeTenant();
  await tenant.post("/Users", user("first"));
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const statuses: number[] = [];
  for (let round = 0; round < 24; round += 1) {
    const names = Array.from({ length: 5 }, (_, index) => `u${round * 5 + index}`);
    const answers = Promise.all(
      names.map((name) => untilDone(() => tenant.post("/Users", user(name)))),
    );
    // The database answers one after the other, so these tell how far the others are.
    for (let turn = 0; turn < round % 8; turn += 1) await env.DB.prepare("SELECT 1").first();
    // Aborted, an object loses its memory and all that it was asked; who waits for it hears of it.
    const aborted = runInDurableObject(stubOf(tenant), (_, state) => state.abort("reset"));
    await expect(aborted).rejects.toThrow("reset");
    statuses.push(...(await answers).map(({ status }) => status));
  }
  const lost = logged.mock.calls.filter(([text]) => String(text).includes('"writer.lost"'));
  logged.mockRestore();
  // A history in which nobody was cut off would show nothing.
  expect(lost.length).toBeGreaterThan(5);
  expect(statuses).toEqual(Array.from({ length: 120 }, () => 201));
  expect((await tenant.get("/Users?count=0")).body.totalResults).toBe(121);
  expect(await sequenceOf(tenant)).toBe(121);
});

it("evicted between two changes: the next one starts from what is stored", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  await evictDurableObject(stubOf(tenant));
  const change = [{ op: "replace", path: "title", value: "x" }];
  const { status, headers } = await tenant.patch(`/Users/${body.id}`, change);
  expect([status, headers.get("etag")]).toEqual([200, 'W/"2"']);
  expect(await sequenceOf(tenant)).toBe(2);
});
