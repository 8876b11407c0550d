/** Who was told to wait is refused without the writer, and who waited is let in. */
import { beforeEach, describe, expect, it, vi } from "vitest";

import { WriteQueue } from "../../worker/execute/write-queue.ts";
import type { WriteRequest } from "../../worker/execute/write.ts";
import type { Writer } from "../../worker/execute/writer.ts";
import { Overdrawn } from "../../worker/http/overdrawn.ts";
import type { Claim } from "../../worker/scim/principal.ts";
import { DB } from "../support/database.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { addToken, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { makeToken } from "../../worker/auth/bearer.ts";
import { writeContext } from "../support/writer.ts";
import { ASIDE } from "../support/aside.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

function claimOf(tenant: string, hash: string): Claim {
  return { tenant, credential: { kind: "token", hash }, at: "" };
}

describe("the memory", () => {
  const claim = claimOf("acme", "a");

  it("says the seconds that are left, and nothing once they are over", () => {
    const overdrawn = new Overdrawn();
    expect(overdrawn.judge(claim, START)).toBeUndefined();
    expect(overdrawn.note(claim, 4, START)).toBe(true);
    const left = [0, 1, 2999, 3000, 3001, 3999].map((after) =>
      overdrawn.judge(claim, START + after),
    );
    expect(left).toEqual(
      [4, 4, 2, 1, 1, 1].map((retryAfter) => ({ kind: "tooManyRequests", retryAfter })),
    );
    expect(overdrawn.judge(claim, START + 4000)).toBeUndefined();
  });

  it("knows a credential in its tenant, whatever its kind, and nobody else", () => {
    const overdrawn = new Overdrawn();
    overdrawn.note(claim, 1, START);
    const grant: Claim = { ...claim, credential: { kind: "grant", id: "a" } };
    for (const other of [claimOf("acme", "b"), claimOf("other", "a"), grant])
      expect(overdrawn.judge(other, START)).toBeUndefined();
    overdrawn.note(grant, 1, START);
    expect(overdrawn.judge({ ...grant, at: "later" }, START)).toBeDefined();
  });

  it("keeps what the first was told: refused together, the later ones put nothing off", () => {
    const overdrawn = new Overdrawn();
    overdrawn.note(claim, 1, START);
    expect(overdrawn.note(claim, 1, START + 900)).toBe(false);
    expect(overdrawn.judge(claim, START + 1000)).toBeUndefined();
    expect(overdrawn.note(claim, 1, START + 1000)).toBe(true);
  });

  it("forgets who was refused first where there are too many", () => {
    const overdrawn = new Overdrawn();
    for (let index = 0; index < 10_000; index += 1)
      overdrawn.note(claimOf("acme", `t${index}`), 10, START);
    expect(overdrawn.judge(claimOf("acme", "t0"), START)).toBeDefined();
    overdrawn.note(claim, 10, START);
    expect(overdrawn.judge(claimOf("acme", "t0"), START)).toBeUndefined();
    expect(overdrawn.judge(claimOf("acme", "t1"), START)).toBeDefined();
  });
});

/** Operations in 10 s: 0.4 a second. */
const LIMIT = 4;
const BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly body: any;
}

let tenant: Tenant;
let milliseconds: number;
let asked: { database: number; writer: number };
let send: (method: string, path: string, body?: object, token?: string) => Promise<Sent>;
let logged: string[];

beforeEach(async () => {
  tenant = await makeTenant();
  [milliseconds, asked, logged] = [0, { database: 0, writer: 0 }, []];
  vi.spyOn(console, "log").mockImplementation((text) => void logged.push(String(text)));
  const start = Date.now();
  const now = () => new Date(start + milliseconds);
  const queue = new WriteQueue({ ...writeContext(), now, operationLimit: LIMIT });
  const writer: Writer = {
    ...ASIDE,
    execute: (request: WriteRequest) => {
      asked.writer += 1;
      return queue.execute(request);
    },
  };
  const { fetch } = faultyApp(
    () => {
      asked.database += 1;
      return undefined;
    },
    { now, writerOf: () => writer, overdrawn: new Overdrawn() },
  );
  send = async (method, path, body, token = tenant.token) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
    const sent = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(new Request(`${tenant.base}${path}`, sent));
    const text = await response.text();
    const { status } = response;
    return { status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
});

/** Creates until the writer refuses. */
async function overdraw(): Promise<Sent> {
  for (let index = 0; index < LIMIT; index += 1)
    expect((await send("POST", "/Users", user(`u${index}`))).status).toBe(201);
  return send("POST", "/Users", user("one too many"));
}

function bulkOf(count: number) {
  const operations = Array.from({ length: count }, (_, index) => ({
    method: "POST",
    path: "/Users",
    bulkId: `b${index}`,
    data: user(`bulk${index}`),
  }));
  return { schemas: [BULK], Operations: operations };
}

describe("who was told to wait", () => {
  it("hears the same again, whatever is to be written, after a look at the token and without the writer", async () => {
    const refused = await overdraw();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
    const before = { ...asked };
    milliseconds = 1500;
    for (const [method, path, body] of [
      ["POST", "/Users", user("again")],
      ["PUT", "/Users/x", user("again")],
      ["PATCH", "/Users/x", {}],
      ["DELETE", "/Groups/x", undefined],
      ["POST", "/Bulk", bulkOf(2)],
      ["POST", "/Bulk", { nonsense: true }],
    ] as const) {
      const again = await send(method, path, body);
      expect([again.status, again.headers.get("retry-after")]).toEqual([429, "2"]);
      expect(again.headers.get("content-type")).toBe("application/scim+json");
      expect(again.body).toEqual(refused.body);
    }
    expect(asked).toEqual({ database: before.database + 6, writer: before.writer });
    // Once in the log, for all that follows.
    expect(logged.map((line): unknown => JSON.parse(line))).toMatchObject([
      { event: "writer.overdrawn", tenant: tenant.id, provider: "idp", status: 429 },
    ]);
  });

  it("reads as before, and others of the tenant write", async () => {
    await overdraw();
    expect((await send("GET", "/Users?count=0")).body.totalResults).toBe(LIMIT);
    const search = { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], count: 0 };
    expect((await send("POST", "/Users/.search", search)).status).toBe(200);
    const other = makeToken(tenant.id, crypto.getRandomValues(new Uint8Array(32)));
    await addToken(tenant.id, other);
    expect((await send("POST", "/Users", user("other"), other)).status).toBe(201);
  });

  it("is let in when the time is over, as often as without the memory", async () => {
    await overdraw();
    milliseconds = 2999;
    expect((await send("POST", "/Users", user("early"))).status).toBe(429);
    milliseconds = 3000;
    expect((await send("POST", "/Users", user("in time"))).status).toBe(201);
    // 5.2 operations have come by then, and 5 were taken.
    expect((await send("POST", "/Users", user("next"))).headers.get("retry-after")).toBe("2");
    milliseconds = 5000;
    expect((await send("POST", "/Users", user("next"))).status).toBe(201);
  });

  it("hears 401 with the next request, where the token is deleted meanwhile", async () => {
    await overdraw();
    await DB.prepare("DELETE FROM scim_tokens WHERE tenant_id = ?").bind(tenant.id).run();
    expect((await send("POST", "/Users", user("dead"))).status).toBe(401);
    expect((await send("GET", "/Users")).status).toBe(401);
  });

  it("hears 401 also where the writer would be the first to refuse", async () => {
    expect((await send("POST", "/Bulk", bulkOf(LIMIT))).status).toBe(200);
    await DB.prepare("DELETE FROM scim_tokens WHERE tenant_id = ?").bind(tenant.id).run();
    expect((await send("POST", "/Users", user("dead"))).status).toBe(401);
  });

  it("holds up nobody else, also by a Bulk request of which nothing can be read", async () => {
    const other = makeToken(tenant.id, crypto.getRandomValues(new Uint8Array(32)));
    await addToken(tenant.id, other);
    const unreadable = (count: number) => {
      const Operations = Array.from({ length: count }, () => ({ method: "GET", path: "/Users" }));
      return { schemas: [BULK], Operations };
    };
    expect((await send("POST", "/Bulk", unreadable(30))).status).toBe(200);
    expect((await send("POST", "/Bulk", unreadable(1))).status).toBe(429);
    expect((await send("POST", "/Bulk", unreadable(1), other)).status).toBe(200);
    expect((await send("POST", "/Users", user("valid"), other)).status).toBe(201);
  });
});

describe("a Bulk request over the limit", () => {
  it("is refused as a whole by the writer too: Retry-After is a header", async () => {
    expect((await send("POST", "/Bulk", bulkOf(LIMIT + 2))).status).toBe(200);
    const refused = await send("POST", "/Bulk", bulkOf(2));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "8"]);
    expect(refused.body).toMatchObject({ status: "429" });
    expect(asked.writer).toBe(2);
  });
});
