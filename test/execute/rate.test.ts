/** Operations are counted for each token, in the memory of the tenant's writer. */
import { describe, expect, it } from "vitest";
import { OperationRate, countOperations } from "../../worker/execute/rate.ts";
import { WriteQueue } from "../../worker/execute/write-queue.ts";
import type { WriteRequest } from "../../worker/execute/write.ts";
import { makeTenant, user } from "../support/tenant.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { patchCommand, requestOf, writeContext } from "../support/writer.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

describe("the rate of a token", () => {
  it("lets Entra's floor of 25 requests a second pass for ever", () => {
    const rate = new OperationRate(2000);
    for (let second = 0; second < 600; second += 1)
      for (let request = 0; request < 25; request += 1)
        expect(rate.take("t", 1, START + second * 1000 + request * 40)).toBeUndefined();
  });

  it("ends at its limit, says when to come again, and then keeps its word", () => {
    const rate = new OperationRate(2000);
    for (let request = 0; request < 2000; request += 1)
      expect(rate.take("t", 1, START)).toBeUndefined();
    const wait = rate.take("t", 1, START);
    expect(wait).toBe(1);
    expect(rate.take("t", 1, START + 1000 * (wait ?? 0))).toBeUndefined();
    expect(rate.take("other", 1, START)).toBeUndefined();
  });

  it("takes one request that is larger than the limit, which the next waits for", () => {
    const rate = new OperationRate(2000);
    expect(rate.take("t", 20_000, START)).toBeUndefined();
    const wait = rate.take("t", 1, START) ?? 0;
    expect(wait).toBe(91);
    expect(rate.take("t", 1, START + 89_000)).toBe(2);
    expect(rate.take("t", 1, START + wait * 1000)).toBeUndefined();
  });

  it("is unlimited with 0", () => {
    const rate = new OperationRate(0);
    expect(rate.take("t", 1_000_000, START)).toBeUndefined();
    expect(rate.take("t", 1, START)).toBeUndefined();
  });

  it("doesn't remember more tokens than it should, the latest first", () => {
    const rate = new OperationRate(10);
    rate.take("first", 10, START);
    for (let token = 0; token < 999; token += 1) rate.take(`t${token}`, 10, START);
    expect(rate.take("first", 1, START)).toBe(1);
    for (let token = 0; token < 999; token += 1) rate.take(`u${token}`, 10, START);
    expect(rate.take("first", 1, START)).toBe(1);
    for (let token = 0; token < 1000; token += 1) rate.take(`v${token}`, 10, START);
    expect(rate.take("first", 1, START)).toBeUndefined();
  });
});

describe("what a request counts", () => {
  it("is 1 for a change, its members where it names more, and their sum for a Bulk request", async () => {
    const tenant = await makeTenant();
    const members = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ value: `m${index}` }));
    const steps = async (type: string, operations: Parameters<typeof patchCommand>[3]) =>
      requestOf(await patchCommand(tenant, type, "x", operations)).steps;
    const title = await steps("User", [{ op: "replace", path: "title", value: "x" }]);
    const many = await steps("Group", [{ op: "add", path: "members", value: members(500) }]);
    const all = await steps("Group", [{ op: "remove", path: "members" }]);
    expect([title, many, all].map(countOperations)).toEqual([1, 500, 1]);
    const unread = { command: undefined, fault: undefined, bulkId: undefined, references: [] };
    expect(countOperations([...title, ...many, ...all, unread])).toBe(503);
  });
});

describe("over the limit", () => {
  it("the answer is 429 with Retry-After and a SCIM error, nothing is changed, and reads pass", async () => {
    const tenant = await makeTenant();
    const context = { ...writeContext(), operationLimit: 3 };
    const writer = new WriteQueue(context);
    const { fetch } = faultyApp(undefined, { writerOf: () => writer });
    const send = (method: string, path: string, body?: object) =>
      fetch(
        new Request(`${tenant.base}${path}`, {
          method,
          headers: { Authorization: `Bearer ${tenant.token}`, "Content-Type": "application/json" },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      );
    const operations = ["a", "b", "c"].map((name) => ({
      method: "POST",
      path: "/Users",
      bulkId: name,
      data: user(name),
    }));
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
    expect((await send("POST", "/Bulk", { schemas, Operations: operations })).status).toBe(200);
    const refused = await send("POST", "/Users", user("d"));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "4"]);
    expect(refused.headers.get("content-type")).toBe("application/scim+json");
    expect(await refused.json()).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "429",
      detail: "Too many requests.",
    });
    expect((await tenant.get("/Users")).body.totalResults).toBe(3);
  });

  it("what was handed over before isn't refused: it may have been carried out", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("ann"));
    const writer = new WriteQueue({ ...writeContext(), operationLimit: 1 });
    const title = [{ op: "replace", path: "title", value: "x" }];
    const request = requestOf(await patchCommand(tenant, "User", body.id, title));
    expect((await writer.execute(request)).outcomes[0]?.ok).toBe(true);
    expect((await writer.execute(request)).outcomes[0]).toMatchObject({
      fault: { kind: "tooManyRequests" },
    });
    const again = await writer.execute({ ...request, since: Date.now() });
    expect(again.outcomes[0]).toMatchObject({ ok: true, resource: { version: 2 } });
  });

  it("a full queue answers 503, each request its own", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("ann"));
    const writer = new WriteQueue(
      { ...writeContext(), operationLimit: 0 },
      { jobs: 1, bytes: 1e6, age: 10_000 },
    );
    const requests: WriteRequest[] = await Promise.all(
      ["a", "b", "c"].map(async (value) => {
        const operations = [{ op: "replace", path: "title", value }];
        return requestOf(await patchCommand(tenant, "User", body.id, operations));
      }),
    );
    const replies = await Promise.all(requests.map((request) => writer.execute(request)));
    expect(replies.map(({ outcomes }) => outcomes[0])).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, fault: { kind: "unavailable", retryAfter: 2 } },
    ]);
  });
});
