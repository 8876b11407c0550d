/** Batches of which nobody heard: found out before they are answered or sent again, so that no write is there twice. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { WriteQueue } from "../../worker/execute/write-queue.ts";
import { executeTogether, executeWrite } from "../../worker/execute/write.ts";
import { withDeadlines } from "../../worker/execute/deadline.ts";
import { openD1Store } from "../../worker/execute/store-d1.ts";
import type { Json } from "../../worker/scim/json.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { FaultyDatabase, isWrite, nextWrites } from "../support/faulty-store.ts";
import type { FaultPlan, InjectedFault } from "../support/faulty-store.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { patchCommand, requestOf, writeContext } from "../support/writer.ts";

/** How often the writer gives up before it gives up for good. */
const NEVER: readonly InjectedFault[] = [{ kind: "never" }, { kind: "never" }, { kind: "never" }];

const LATE = [1, 2, 3, 4, 5, 6].map((calls): [string, InjectedFault[]] => [
  `comes late, after ${calls} more calls`,
  [{ kind: "late", calls }],
]);
const FOUND_OUT: readonly [string, readonly InjectedFault[]][] = [
  ["never got there", [{ kind: "before" }]],
  ["was carried out, and the answer was lost", [{ kind: "after" }]],
  ["was given up, and never comes", [{ kind: "never" }]],
  ...LATE,
  ["met another writer, then was carried out unheard of", [{ kind: "guard" }, { kind: "after" }]],
  [
    "comes late, and so does the next",
    [
      { kind: "late", calls: 3 },
      { kind: "late", calls: 1 },
    ],
  ],
];
/** Left open, and settled only when the client has its answer; `calls` from the first failure on. */
const LEFT_OPEN: readonly [string, readonly InjectedFault[]][] = [
  ["never comes", NEVER],
  ["comes after the answer", [...NEVER.slice(1), { kind: "late", calls: 1 }]],
  ["comes while it is looked for", [...NEVER.slice(1), { kind: "late", calls: 2 }]],
  ["comes when it is sent again", [...NEVER.slice(1), { kind: "late", calls: 3 }]],
  ["comes after it was sent again", [...NEVER.slice(1), { kind: "late", calls: 4 }]],
];

interface Stage {
  readonly tenant: Tenant;
  readonly database: FaultyDatabase;
  send(
    method: string,
    path: string,
    body?: Json,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

async function stage(): Promise<Stage> {
  const tenant = await makeTenant();
  const { database, fetch } = faultyApp();
  const send: Stage["send"] = async (method, path, body, headers) => {
    const response = await fetch(
      new Request(`${tenant.base}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${tenant.token}`,
          "Content-Type": "application/scim+json",
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  return { tenant, database, send };
}

/** How many writes the tenant has seen; its three logs agree. */
async function written({ tenant }: Stage): Promise<number> {
  const counted = await env.DB.prepare(
    `SELECT (SELECT sequence FROM writers WHERE tenant_id = ?1) AS sequence,
      (SELECT count(*) FROM activity WHERE tenant_id = ?1 AND outcome = 'success') AS activity,
      (SELECT count(*) FROM outbox WHERE tenant_id = ?1) AS outbox`,
  )
    .bind(tenant.id)
    .first<{ sequence: number; activity: number; outbox: number }>();
  expect([counted?.activity, counted?.outbox]).toEqual([counted?.sequence, counted?.sequence]);
  return counted?.sequence ?? -1;
}

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const patch = (...Operations: Json[]) => ({ schemas: [PATCH], Operations });

describe.each(FOUND_OUT)("a batch that %s", (_name, faults) => {
  it("creates one resource, and answers with it", async () => {
    const on = await stage();
    on.database.plan = nextWrites(faults);
    const { status, body, headers } = await on.send("POST", "/Groups", group("one"));
    await on.database.settle();
    expect([status, body.displayName, body.meta.version]).toEqual([201, "one", 'W/"1"']);
    expect(headers.get("location")).toBe(`${on.tenant.base}/Groups/${body.id}`);
    const { body: list } = await on.tenant.get("/Groups");
    expect(list.Resources.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    expect(await written(on)).toBe(1);
  });

  it("changes it once, also where a second time would be refused", async () => {
    const on = await stage();
    const work = { emails: [{ value: "a@x.test", type: "work" }] };
    const { body } = await on.send("POST", "/Users", user("ann", work));
    on.database.plan = nextWrites(faults);
    const move = { op: "replace", path: 'emails[type eq "work"].type', value: "home" };
    const moved = await on.send("PATCH", `/Users/${body.id}`, patch(move), {
      "If-Match": 'W/"1"',
    });
    await on.database.settle();
    expect([moved.status, moved.body.emails]).toEqual([200, [{ value: "a@x.test", type: "home" }]]);
    expect(moved.headers.get("etag")).toBe('W/"2"');
    expect(await written(on)).toBe(2);
  });

  it("deletes it once", async () => {
    const on = await stage();
    const { body } = await on.send("POST", "/Users", user("ann"));
    on.database.plan = nextWrites(faults);
    expect((await on.send("DELETE", `/Users/${body.id}`)).status).toBe(204);
    await on.database.settle();
    expect(await written(on)).toBe(2);
    expect((await on.tenant.get(`/Users/${body.id}`)).status).toBe(404);
  });

  it("carries out a Bulk request once, with what refers to what", async () => {
    const on = await stage();
    on.database.plan = nextWrites(faults);
    const { body } = await on.send("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [
        { method: "POST", path: "/Groups", bulkId: "g", data: group("g", ["bulkId:u"]) },
        { method: "POST", path: "/Users", bulkId: "u", data: user("ann") },
      ],
    });
    await on.database.settle();
    expect(body.Operations.map((one: { status: string }) => one.status)).toEqual(["201", "201"]);
    const id = body.Operations[0].location.split("/").at(-1);
    const { body: held } = await on.tenant.get(`/Groups/${id}`);
    expect(`${on.tenant.base}/Users/${held.members[0].value}`).toBe(body.Operations[1].location);
    expect(await written(on)).toBe(2);
  });
});

describe.each(LEFT_OPEN)("a batch that can't be found out in time, and %s", (_name, faults) => {
  it("is answered with 503 and Retry-After, and sent again it is the same write", async () => {
    const on = await stage();
    on.database.plan = nextWrites(faults);
    const first = await on.send("POST", "/Groups", group("one"));
    expect([first.status, first.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(first.body).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "503",
    });
    expect(first.body.detail).toContain("could not be found out");
    const { status, body } = await on.send("POST", "/Groups", group("one"));
    await on.database.settle();
    expect([status, body.displayName]).toEqual([201, "one"]);
    expect((await on.tenant.get("/Groups")).body.totalResults).toBe(1);
    expect(await written(on)).toBe(1);
  });

  it("is the same write only as long as nothing else changed the resource", async () => {
    const on = await stage();
    const { body } = await on.send("POST", "/Users", user("ann"));
    const at = `/Users/${body.id}`;
    const title = (value: string) => patch({ op: "replace", path: "title", value });
    on.database.plan = nextWrites(faults);
    expect((await on.send("PATCH", at, title("first"))).status).toBe(503);
    expect((await on.send("PATCH", at, title("second"))).status).toBe(200);
    const { status, body: last } = await on.send("PATCH", at, title("first"));
    await on.database.settle();
    expect([status, last.title]).toEqual([200, "first"]);
    expect((await on.tenant.get(at)).body.title).toBe("first");
  });
});

it("what a lost batch refused stays refused, though what it wrote would allow it now", async () => {
  const on = await stage();
  const { body: ann } = await on.send("POST", "/Users", user("ann"));
  on.database.plan = nextWrites([{ kind: "after" }]);
  const { body } = await on.send("POST", "/Bulk", {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [
      { method: "POST", path: "/Users", bulkId: "taken", data: user("ann") },
      { method: "DELETE", path: `/Users/${ann.id}` },
    ],
  });
  expect(body.Operations.map((one: { status: string }) => one.status)).toEqual(["409", "204"]);
  expect(await written(on)).toBe(2);
});

describe("a joint batch", () => {
  async function threeRequests(tenant: Tenant) {
    const { body } = await tenant.post("/Users", user("ann"));
    const titles = ["a", "poison", "c"].map(async (value) =>
      requestOf(
        await patchCommand(tenant, "User", body.id, [{ op: "replace", path: "title", value }]),
      ),
    );
    return { id: body.id, requests: await Promise.all(titles) };
  }

  it("that meets an error nobody expected fails only who causes it", async () => {
    const tenant = await makeTenant();
    const { id, requests } = await threeRequests(tenant);
    const plan: FaultPlan = (statements) =>
      isWrite(statements) && JSON.stringify(statements).includes("poison")
        ? { kind: "unexpected" }
        : undefined;
    const database = new FaultyDatabase((cost) => openD1Store(env.DB, cost), plan);
    const replies = await executeTogether(requests, writeContext(withDeadlines(database.open)));
    expect(replies.map(({ outcomes }) => outcomes[0]?.ok)).toEqual([true, false, true]);
    expect(replies[1]?.outcomes[0]).toEqual({
      ok: false,
      fault: { kind: "internal", requestId: "test" },
    });
    expect((await tenant.get(`/Users/${id}`)).body).toMatchObject({
      title: "c",
      meta: { version: 'W/"3"' },
    });
  });

  it("whose outcome is lost is found out as a whole", async () => {
    const tenant = await makeTenant();
    const { id, requests } = await threeRequests(tenant);
    const plan = nextWrites([{ kind: "after" }]);
    const database = new FaultyDatabase((cost) => openD1Store(env.DB, cost), plan);
    const replies = await executeTogether(requests, writeContext(withDeadlines(database.open)));
    for (const { outcomes } of replies)
      expect(outcomes[0]).toMatchObject({ ok: true, changed: true });
    expect((await tenant.get(`/Users/${id}`)).body.meta.version).toBe('W/"4"');
  });

  it("on a database that is down is answered at once, each of its requests", async () => {
    const tenant = await makeTenant();
    const { requests } = await threeRequests(tenant);
    const database = new FaultyDatabase(
      (cost) => openD1Store(env.DB, cost),
      () => ({ kind: "before" }),
    );
    const replies = await executeTogether(requests, writeContext(withDeadlines(database.open)));
    const fault = { kind: "unavailable", retryAfter: 2 };
    for (const { outcomes } of replies) expect(outcomes).toEqual([{ ok: false, fault }]);
    // Three tries for all of them together, each read twice.
    expect(database.injected.before).toBe(6);
  });
});

it("a request that was handed to a writer before is looked for first", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  const add = [{ op: "add", path: "emails", value: [{ value: "a@x.test" }] }];
  const request = requestOf(await patchCommand(tenant, "User", body.id, add));
  const [step] = request.steps;
  await executeWrite(request, writeContext());
  const stale = { ifMatch: ['W/"1"'], ifNoneMatch: undefined };
  const again = {
    ...request,
    steps: [{ ...request.steps[0], command: { ...step?.command, preconditions: stale } }],
    since: Date.now(),
  } as typeof request;
  const [outcome] = (await executeWrite(again, writeContext())).outcomes;
  expect(outcome).toMatchObject({ ok: true, changed: true, resource: { version: 2 } });
  // Without the mark it is another write, and its version is gone.
  const { since: _since, ...fresh } = again;
  const [refused] = (await executeWrite(fresh, writeContext())).outcomes;
  expect(refused).toMatchObject({ ok: false, fault: { kind: "preconditionFailed" } });
});

it("a refusal by a successor is the last word: the batch of the object before, which decided otherwise, can't come any more", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  const { body: other } = await tenant.post("/Users", user("bea"));
  const rename = (userName: string) => [{ op: "replace", path: "userName", value: userName }];
  const free = requestOf(await patchCommand(tenant, "User", body.id, rename("cid")));
  const take = requestOf(await patchCommand(tenant, "User", other.id, rename("ann")));
  const database = new FaultyDatabase((cost) => openD1Store(env.DB, cost));
  // Together the second takes what the first sets free; alone, at the same sequence, it is refused.
  database.plan = nextWrites([{ kind: "late", calls: 1000 }]);
  const context = writeContext(withDeadlines(database.open));
  void executeTogether([free, take], { ...context, pause: () => new Promise(() => undefined) });
  await expect.poll(() => database.injected.late).toBe(1);
  const again = (request: typeof take) => executeWrite({ ...request, since: Date.now() }, context);
  const [refused] = (await again(take)).outcomes;
  expect(refused).toMatchObject({ ok: false, fault: { kind: "uniqueness" } });
  await database.settle();
  expect((await tenant.get(`/Users/${other.id}`)).body.userName).toBe("bea");
  expect((await again(free)).outcomes[0]).toMatchObject({ ok: true, changed: true });
  expect((await again(take)).outcomes[0]).toMatchObject({ ok: true, changed: true });
  expect((await tenant.get(`/Users/${other.id}`)).body.userName).toBe("ann");
});

it("two writers, one of them cut off in the middle: the guard lets one through, and the other sees it", async () => {
  const tenant = await makeTenant();
  const { body } = await tenant.post("/Users", user("ann"));
  const database = new FaultyDatabase((cost) => openD1Store(env.DB, cost));
  const add = [{ op: "add", path: "emails", value: [{ value: "a@x.test" }] }];
  const request = requestOf(await patchCommand(tenant, "User", body.id, add));
  // The old object's batch is on its way when it is cut off; its successor is asked again, and reads before that batch is there.
  database.plan = nextWrites([{ kind: "late", calls: 2 }]);
  const old = { ...writeContext(withDeadlines(database.open)), operationLimit: 0 };
  void new WriteQueue({ ...old, pause: () => new Promise(() => undefined) }).execute(request);
  await expect.poll(() => database.injected.late).toBe(1);
  const successor = new WriteQueue(old);
  const reply = await successor.execute({ ...request, since: Date.now() });
  expect(reply.outcomes[0]).toMatchObject({ ok: true, changed: true, resource: { version: 2 } });
  expect(reply.conflicts).toBe(1);
  expect((await tenant.get(`/Users/${body.id}`)).body.meta.version).toBe('W/"2"');
});
