/** The writer has two walls: a queue that keeps commands from meeting, and a guard that makes it harmless when they do. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { singlesAhead } from "../../worker/execute/write-queue.ts";
import { GuardFailed } from "../../worker/execute/store.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { executeTogether } from "../../worker/execute/write.ts";
import type { WriteReply } from "../../worker/execute/write.ts";
import { noCost } from "../../worker/execute/store.ts";
import { guard } from "../../worker/plan/changes.ts";
import { statement } from "../../worker/plan/statement.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { executeBeside, patchCommand, requestOf, writeContext } from "../support/writer.ts";
import { DB, openStore } from "../support/database.ts";

/** Twenty clients that each add an e-mail address to one user, which is a read, a change and a write of the whole document. */
async function addAddresses(
  tenant: Tenant,
  id: string,
  execute: (index: number) => Promise<unknown>,
): Promise<{ replies: unknown[]; addresses: number }> {
  const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => execute(index)));
  const { body } = await tenant.get(`/Users/${id}`);
  return { replies, addresses: body.emails.length };
}

function addAddress(index: number) {
  return [{ op: "add", path: "emails", value: [{ value: `a${index}@x.test` }] }];
}

/** A store whose guard always agrees. */
const unguarded: OpenStore = (cost) => {
  const store = openStore(cost);
  return {
    query: (one) => store.query(one),
    batch: (all) => store.batch(all.filter(({ sql }) => !sql.includes("INSERT INTO writers"))),
  };
};

describe("the queue", () => {
  it("lets every command through at its first try", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("queued"));
    const writer = env.TENANT_WRITER.getByName(tenant.id);
    const { replies, addresses } = await addAddresses(tenant, body.id, async (index) => {
      const command = await patchCommand(tenant, "User", body.id, addAddress(index));
      return (await writer.execute(requestOf(command))).conflicts;
    });
    expect(addresses).toBe(20);
    expect(replies).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it("is needed: without it commands meet, and are tried again or refused", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("unqueued"));
    const { replies, addresses } = await addAddresses(tenant, body.id, async (index) => {
      const command = await patchCommand(tenant, "User", body.id, addAddress(index));
      return executeBeside(command);
    });
    const told = replies as WriteReply[];
    expect(Math.max(...told.map(({ conflicts }) => conflicts))).toBeGreaterThan(0);
    // The guard keeps the truth all the same: what was acknowledged is there, and nothing else.
    expect(addresses).toBe(told.filter(({ outcomes }) => outcomes[0]?.ok).length);
  });

  it("takes requests of one change together, up to a limit, and a Bulk request alone", () => {
    const single = { steps: [STEP], failOnErrors: undefined, requestId: "test", tokenId: "test" };
    const bulk = { ...single, steps: [STEP, STEP] };
    expect(singlesAhead([single, single, bulk, single])).toBe(2);
    expect(singlesAhead([bulk, single])).toBe(0);
    expect(singlesAhead(Array.from({ length: 80 }, () => single))).toBe(50);
  });

  it("shares round trips among those that wait, and tells each its own outcome", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("taken"));
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => tenant.post("/Users", user(`new${index}`))),
      tenant.post("/Users", user("TAKEN")),
      tenant.patch(`/Users/${body.id}`, addAddress(1)),
      tenant.patch("/Users/nobody", addAddress(1)),
      tenant.patch(`/Users/${body.id}`, addAddress(2)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 20 }, () => 201),
      409,
      200,
      404,
      200,
    ]);
    expect((await tenant.get(`/Users/${body.id}`)).body.emails).toHaveLength(2);
    const sequence = await DB.prepare("SELECT sequence FROM writers WHERE tenant_id = ?")
      .bind(tenant.id)
      .first("sequence");
    expect(sequence).toBe(23);
    expect((await tenant.get("/Users")).body.totalResults).toBe(21);
  });
});

const STEP = { command: undefined, fault: undefined, bulkId: undefined, references: [] };

describe("the guard", () => {
  it("is needed: without it two writers of one tenant lose each other's changes", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("unguarded"));
    const { replies, addresses } = await addAddresses(tenant, body.id, async (index) => {
      const command = await patchCommand(tenant, "User", body.id, addAddress(index));
      return (await executeBeside(command, withoutOutbox)).outcomes[0]?.ok;
    });
    expect(replies).toEqual(Array.from({ length: 20 }, () => true));
    expect(addresses).toBeLessThan(20);
  });

  it("keeps two writers of one tenant apart: no acknowledged change is lost", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("guarded"));
    const writer = env.TENANT_WRITER.getByName(tenant.id);
    const { replies, addresses } = await addAddresses(tenant, body.id, async (index) => {
      const command = await patchCommand(tenant, "User", body.id, addAddress(index));
      const reply =
        index % 2 ? await writer.execute(requestOf(command)) : await executeBeside(command);
      return reply.outcomes[0]?.ok;
    });
    expect(addresses).toBe(replies.filter(Boolean).length);
  });

  const CASES: readonly [string, (tenant: Tenant) => Promise<void>, number | null][] = [
    [
      "a tenant without a writer's row",
      (t) => run("DELETE FROM writers WHERE tenant_id = ?", t),
      0,
    ],
    ["a stale sequence", (t) => run("UPDATE writers SET sequence = 5 WHERE tenant_id = ?", t), 4],
    ["a sequence from the future", async () => {}, 1],
    ["NULL for the sequence", async () => {}, null],
    ["a deleted token", (t) => run("DELETE FROM scim_tokens WHERE tenant_id = ?", t), 0],
    [
      "an expired token",
      (t) => run("UPDATE scim_tokens SET expires_at = '2020-01-01' WHERE tenant_id = ?", t),
      0,
    ],
    [
      "a token that may only read",
      (t) => run("UPDATE scim_tokens SET scope = 'read' WHERE tenant_id = ?", t),
      0,
    ],
    [
      "a suspended tenant",
      (t) => run("UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?", t),
      0,
    ],
    [
      "a deleted tenant",
      (t) => run("UPDATE tenants SET status = 'deleted' WHERE tenant_id = ?", t),
      0,
    ],
    [
      "a disabled provider",
      (t) => run("UPDATE sso_providers SET enabled = 0 WHERE tenant_id = ?", t),
      0,
    ],
    ["a deleted provider", (t) => run("DELETE FROM sso_providers WHERE tenant_id = ?", t), 0],
  ];

  it.each(CASES)("refuses the whole batch: %s", async (_name, prepare, sequence) => {
    const tenant = await makeTenant();
    await prepare(tenant);
    await expect(writeWith(tenant, sequence)).rejects.toBeInstanceOf(GuardFailed);
    const { results } = await DB.prepare("SELECT * FROM outbox WHERE tenant_id = ?")
      .bind(tenant.id)
      .all();
    expect(results).toEqual([]);
  });

  it("lets the batch through where all holds", async () => {
    const tenant = await makeTenant();
    await writeWith(tenant, 0);
    const row = await DB.prepare("SELECT sequence, ok FROM writers WHERE tenant_id = ?")
      .bind(tenant.id)
      .first();
    expect(row).toEqual({ sequence: 1, ok: 1 });
  });

  it("refuses what was read by the rules of another profile, and nothing that waits with it", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("profiled"));
    const commands = await Promise.all(
      [1, 2].map((index) => patchCommand(tenant, "User", body.id, addAddress(index))),
    );
    const requests = commands.map((command, index) =>
      requestOf(index === 0 ? { ...command, profile: "strict" } : command),
    );
    const replies = await executeTogether(requests, writeContext());
    const fault = { kind: "unavailable", retryAfter: 1 };
    expect(replies[0]?.outcomes).toEqual([{ ok: false, fault }]);
    expect(replies[1]?.outcomes).toMatchObject([{ ok: true, changed: true }]);
    expect((await tenant.get(`/Users/${body.id}`)).body.emails).toHaveLength(1);
  });

  it("finds out in the writer that a token was deleted after the Worker saw it", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("late"));
    const command = await patchCommand(tenant, "User", body.id, addAddress(1));
    await run("DELETE FROM scim_tokens WHERE tenant_id = ?", tenant);
    const { outcomes } = await executeBeside(command);
    expect(outcomes).toEqual([{ ok: false, fault: { kind: "unauthenticated" } }]);
  });
});

/** The outbox's key is the sequence, which unguarded writers share: without the guard it would be the one to refuse. */
const withoutOutbox: OpenStore = (cost) => {
  const store = unguarded(cost);
  return {
    query: (one) => store.query(one),
    batch: (all) => store.batch(all.filter(({ sql }) => !sql.includes("INSERT INTO outbox"))),
  };
};

async function run(sql: string, tenant: Tenant): Promise<void> {
  await DB.prepare(sql).bind(tenant.id).run();
}

async function writeWith(tenant: Tenant, sequence: number | null): Promise<void> {
  const command = await patchCommand(tenant, "User", "x", addAddress(1));
  const totals = {};
  const writer = { sequence: sequence as number, totals, lastId: "" };
  const store = openStore(noCost());
  await store.batch([
    statement(guard([command], command.claim.at, { writer, totals, lastId: "" })),
    { sql: "INSERT INTO outbox VALUES (?, 1, '{}')", params: [tenant.id] },
  ]);
}
