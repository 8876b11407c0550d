/** What a tenant's writer knows without reading it: fewer round trips, and the same answers whoever else writes. */
import { describe, expect, it } from "vitest";
import { executeWrite } from "../../worker/execute/write.ts";
import { WriterMemory } from "../../worker/execute/writer-memory.ts";
import type { OpenStore, Store } from "../../worker/execute/store.ts";
import { StoreUnavailable } from "../../worker/execute/store.ts";
import type { WriteCommand } from "../../worker/plan/needs.ts";
import { costOf } from "../support/cost.ts";
import { openStore } from "../support/database.ts";
import { isWrite } from "../support/faulty-store.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { verifyAll } from "../support/transfer.ts";
import {
  createCommand,
  executeBeside,
  patchCommand,
  requestOf,
  writeContext,
} from "../support/writer.ts";

/** Round trips, those of the token's look-up included. */
const tripsOf = (answers: readonly Answer[]): number[] =>
  answers.map((answer) => costOf(answer).roundTrips);

const create = (tenant: Tenant, name: string): Promise<Answer> =>
  tenant.post("/Users", user(name, { externalId: name, emails: [{ value: `${name}@x.test` }] }));

const title = (value: string) => [{ op: "add", path: "title", value }];

/** Another writer's change, which moves the sequence on. */
async function changeBeside(tenant: Tenant, id: string): Promise<void> {
  const { outcomes } = await executeBeside(await patchCommand(tenant, "User", id, title("beside")));
  expect(outcomes[0]?.ok).toBe(true);
}

describe("a create", () => {
  it("needs one round trip after the first: nothing is read before its batch", async () => {
    const tenant = await makeTenant();
    const answers: Answer[] = [];
    for (const name of ["a", "b", "c"]) answers.push(await create(tenant, name));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    // The first looks its token up, and reads.
    expect(tripsOf(answers)).toEqual([3, 1, 1]);
    expect((await tenant.get("/Users")).body.totalResults).toBe(3);
    expect(await verifyAll(tenant.id)).toEqual([]);
  });

  it("reads where a type's last run isn't known, or a member or a manager is named", async () => {
    const tenant = await makeTenant();
    const { body } = await create(tenant, "a");
    const answers = [
      await tenant.post("/Groups", group("first of its type")),
      await tenant.post("/Groups", group("second")),
      await tenant.post("/Groups", group("third", [body.id])),
      await tenant.post("/Users", {
        ...user("b"),
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
          manager: { value: body.id },
        },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(tripsOf(answers)).toEqual([2, 1, 2, 2]);
    expect(await verifyAll(tenant.id)).toEqual([]);
  });

  it("is refused by the index where the name is taken; then names are looked up until one is free", async () => {
    const tenant = await makeTenant();
    await create(tenant, "a");
    const answers = [
      await create(tenant, "A"),
      await create(tenant, "a"),
      await create(tenant, "b"),
      await create(tenant, "c"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 201, 201]);
    expect(answers[0]?.body.scimType).toBe("uniqueness");
    // Refused batch, read, and the token's look-up where nothing was written; read and look-up; read and batch; batch.
    expect(tripsOf(answers)).toEqual([3, 2, 2, 1]);
    expect((await tenant.get("/Users")).body.totalResults).toBe(3);
    expect(await verifyAll(tenant.id)).toEqual([]);
  });

  it("is counted right after deletions, also of a type's last run", async () => {
    const tenant = await makeTenant();
    const only = await create(tenant, "a");
    await tenant.delete(`/Users/${only.body.id}`);
    await create(tenant, "b");
    const last = await create(tenant, "c");
    await tenant.delete(`/Users/${last.body.id}`);
    await create(tenant, "d");
    expect((await tenant.get("/Users")).body.totalResults).toBe(2);
    expect(await verifyAll(tenant.id)).toEqual([]);
  });
});

it("other changes read all that they need, and what is known outlives them", async () => {
  const tenant = await makeTenant();
  const { body } = await create(tenant, "a");
  const path = `/Users/${body.id}`;
  const answers = [
    await tenant.patch(path, title("x")),
    await create(tenant, "b"),
    await tenant.put(path, user("a")),
    await create(tenant, "c"),
    await tenant.delete(path),
    await create(tenant, "d"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 201, 204, 201]);
  expect(tripsOf(answers)).toEqual([2, 1, 2, 1, 2, 1]);
  expect((await tenant.get("/Users")).body.totalResults).toBe(3);
  expect(await verifyAll(tenant.id)).toEqual([]);
});

it("is forgotten where another writer was there: nothing of either is lost", async () => {
  const tenant = await makeTenant();
  const { body } = await create(tenant, "a");
  for (const name of ["b", "c", "d"]) {
    await changeBeside(tenant, body.id);
    const { status } = await create(tenant, name);
    expect(status).toBe(201);
  }
  const { body: list } = await tenant.get("/Users");
  expect(list.totalResults).toBe(4);
  expect(list.Resources[0].title).toBe("beside");
  expect(await verifyAll(tenant.id)).toEqual([]);
});

describe("a writer's memory", () => {
  const newUser = (tenant: Tenant, name: string): Promise<WriteCommand> =>
    createCommand(tenant, "User", user(name));

  /** Executes creates one after the other with one memory; the round trips of each. */
  async function tripsWith(open: OpenStore, ages: readonly number[]): Promise<number[]> {
    const tenant = await makeTenant();
    const memory = new WriterMemory();
    const start = Date.now();
    const trips: number[] = [];
    for (const [index, age] of ages.entries()) {
      const context = { ...writeContext(open), memory, now: () => new Date(start + age) };
      const command = await newUser(tenant, `u${index}`);
      const { outcomes, cost } = await executeWrite(requestOf(command), context);
      expect(outcomes[0]?.ok).toBe(true);
      trips.push(cost.roundTrips);
    }
    expect((await tenant.get("/Users")).body.totalResults).toBe(ages.length);
    expect(await verifyAll(tenant.id)).toEqual([]);
    return trips;
  }

  it("isn't trusted for longer than a minute after the last read, however often it was used", async () => {
    const ages = [0, 30_000, 59_000, 61_000, 90_000];
    expect(await tripsWith(openStore, ages)).toEqual([2, 1, 1, 2, 1]);
  });

  it("holds nothing of a batch whose outcome was lost", async () => {
    let batches = 0;
    /** The second batch that writes is committed, and its answer lost. */
    const losing: OpenStore = (cost) => {
      const store: Store = openStore(cost);
      return {
        ...store,
        async batch(statements) {
          const rows = await store.batch(statements);
          if (isWrite(statements)) batches += 1;
          if (isWrite(statements) && batches === 2) throw new StoreUnavailable("lost");
          return rows;
        },
      };
    };
    // Read, batch; batch, read that finds it; read, batch; batch.
    expect(await tripsWith(losing, [0, 1, 2, 3])).toEqual([2, 2, 2, 1]);
  });

  it("isn't asked where the request was handed over before: it may have been carried out", async () => {
    const tenant = await makeTenant();
    const warm = { ...writeContext(), memory: new WriterMemory() };
    await executeWrite(requestOf(await newUser(tenant, "other")), warm);
    const request = requestOf(await newUser(tenant, "once"));
    await executeBeside(await newUser(tenant, "third"));
    await executeWrite(request, writeContext());
    await executeWrite(requestOf(await newUser(tenant, "fourth")), warm);
    const again = await executeWrite({ ...request, since: Date.now() - 1000 }, warm);
    expect([again.outcomes[0]?.ok, again.isFound]).toEqual([true, true]);
    expect((await tenant.get("/Users")).body.totalResults).toBe(4);
  });

  it("gives out ids that rise, though the clock stands still", async () => {
    const tenant = await makeTenant();
    const at = new Date();
    const context = { ...writeContext(), memory: new WriterMemory(), now: () => at };
    for (let index = 0; index < 12; index += 1) {
      const command = await newUser(tenant, `u${index}`);
      expect((await executeWrite(requestOf(command), context)).outcomes[0]?.ok).toBe(true);
    }
    const { body } = await tenant.get("/Users");
    expect(body.Resources.map(({ userName }: { userName: string }) => userName)).toEqual(
      Array.from({ length: 12 }, (_, index) => `u${index}`),
    );
    expect(await verifyAll(tenant.id)).toEqual([]);
  });

  it("isn't mixed with what is read: an old copy of the rows comes with its own sequence", async () => {
    const tenant = await makeTenant();
    const { body } = await tenant.post("/Users", user("a"));
    let copy: Awaited<ReturnType<Store["batch"]>> | undefined;
    let isOld = false;
    /** What it reads lags by one write, as on a replica. */
    const lagging: OpenStore = (cost) => {
      const store = openStore(cost);
      return {
        ...store,
        async batch(statements) {
          if (isWrite(statements)) return store.batch(statements);
          if (!isOld || copy === undefined) copy = await store.batch(statements);
          return copy;
        },
      };
    };
    const context = { ...writeContext(lagging), memory: new WriterMemory() };
    const add = async (path: string) => {
      const command = await patchCommand(tenant, "User", body.id, [
        { op: "add", path, value: "x" },
      ]);
      return (await executeWrite(requestOf(command), context)).outcomes[0]?.ok;
    };
    expect([await add("title"), await add("nickName")]).toEqual([true, true]);
    isOld = true;
    expect(await add("displayName")).toBe(false);
    const { body: after } = await tenant.get(`/Users/${body.id}`);
    expect([after.title, after.nickName, after.displayName]).toEqual(["x", "x", undefined]);
  });
});
