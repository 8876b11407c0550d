/** A tenant whose writer stands still, or has more to do than it can take, holds up nobody else. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { OpenStore } from "../../worker/execute/store.ts";
import type { TenantWriterObject } from "../../worker/execute/tenant-writer.ts";
import { WriteQueue } from "../../worker/execute/write-queue.ts";
import type { WriterContext } from "../../worker/execute/write-queue.ts";
import { openStore } from "../support/database.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { writeContext } from "../support/writer.ts";

interface Gate {
  readonly open: OpenStore;
  /** When the first batch stands before it. */
  readonly reached: Promise<void>;
  readonly lift: () => void;
}

/** A store whose batches wait until the gate is lifted. */
function makeGate(): Gate {
  const [reached, lifted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const open: OpenStore = (cost) => {
    const store = openStore(cost);
    return {
      query: (one) => store.query(one),
      async batch(all) {
        reached.resolve();
        await lifted.promise;
        return store.batch(all);
      },
    };
  };
  return { open, reached: reached.promise, lift: lifted.resolve };
}

/** The tenant's own object, as the platform has it, with another store. */
type Opened = TenantWriterObject<unknown> & { context: () => WriterContext };

function inWriterOf<T>({ id }: Tenant, body: (writer: Opened) => T): Promise<T> {
  const stub = env.TENANT_WRITER.getByName(id) as unknown as DurableObjectStub<Opened>;
  return runInDurableObject(stub, body);
}

/** Everything that another tenant does meanwhile. */
async function workOf(tenant: Tenant): Promise<number[]> {
  const created = await tenant.post("/Users", user("quick"));
  const path = `/Users/${created.body.id}`;
  const others = [
    await tenant.patch(path, [{ op: "replace", path: "title", value: "x" }]),
    await tenant.put(path, user("quicker")),
    await tenant.get(path),
    await tenant.delete(path),
  ];
  return [created, ...others].map(({ status }) => status);
}

it("in Durable Objects: the other's requests are answered while all of the first wait, and then these are", async () => {
  const [still, other] = [await makeTenant(), await makeTenant()];
  const gate = await inWriterOf(still, (writer) => {
    const made = makeGate();
    const context = writer.context();
    writer.context = () => ({ ...context, openStore: made.open });
    return made;
  });
  const answered: Answer[] = [];
  const waiting = ["a", "b", "c"].map(async (name) => {
    answered.push(await still.post("/Users", user(name)));
  });
  await gate.reached;
  expect(await workOf(other)).toEqual([201, 200, 200, 200, 204]);
  // Reads don't pass the writer.
  expect((await still.get("/Users")).body.totalResults).toBe(0);
  expect(answered).toEqual([]);
  await inWriterOf(still, () => {
    gate.lift();
  });
  await Promise.all(waiting);
  expect(answered.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect((await still.get("/Users")).body.totalResults).toBe(3);
});

it("with a full queue: the first tenant's are refused, the other's are not", async () => {
  const [full, other] = [await makeTenant(), await makeTenant()];
  const gate = makeGate();
  const context = { ...writeContext(), operationLimit: 0 };
  const limits = { jobs: 1, bytes: 1e6, age: 60_000 };
  const writers = new Map([
    [full.id, new WriteQueue({ ...context, openStore: gate.open }, limits)],
    [other.id, new WriteQueue(context, limits)],
  ]);
  const { fetch } = faultyApp(undefined, {
    writerOf: (tenant) => writers.get(tenant) ?? new WriteQueue(context),
  });
  const create = async ({ base, token }: Tenant, name: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
    const body = JSON.stringify(user(name));
    return (await fetch(new Request(`${base}/Users`, { method: "POST", headers, body }))).status;
  };
  const waiting = [create(full, "runs")];
  await gate.reached;
  waiting.push(create(full, "waits"), create(full, "waits too"));
  // One of the two finds the only place taken; which one is no matter.
  expect(await Promise.race(waiting)).toBe(503);
  expect(await create(other, "quick")).toBe(201);
  expect(await create(full, "one more")).toBe(503);
  gate.lift();
  expect((await Promise.all(waiting)).toSorted((a, b) => a - b)).toEqual([201, 201, 503]);
});
