/** What a tenant's writer knows without reading it: fewer round trips, and the same answers whoever else writes. */
import { describe, expect, it } from "vitest";
import { hashToken } from "../../worker/auth/bearer.ts";
import { emptyMemory, executeWrite } from "../../worker/execute/write.ts";
import type { OpenStore, Store } from "../../worker/execute/store.ts";
import { StoreUnavailable } from "../../worker/execute/store.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import type { WriteCommand } from "../../worker/plan/needs.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { costOf } from "../support/cost.ts";
import { DB, openStore } from "../support/database.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { verifyAll } from "../support/transfer.ts";
import { executeBeside, patchCommand, requestOf, writeContext } from "../support/writer.ts";

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

  it("joins a run that stands, also where the last one came to its end", async () => {
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

it("other changes read what they change, but not the writer's row", async () => {
  const tenant = await makeTenant();
  const { body } = await create(tenant, "a");
  const path = `/Users/${body.id}`;
  const first = costOf(await tenant.patch(path, title("known")));
  await DB.prepare("UPDATE writers SET sequence = sequence + 1 WHERE tenant_id = ?")
    .bind(tenant.id)
    .run();
  // Refused, for what was known is no more; then all is read, the tokens too.
  expect(costOf(await tenant.patch(path, title("refused"))).roundTrips).toBe(4);
  expect(first.roundTrips).toBe(2);
  expect(costOf(await tenant.patch(path, title("known again")))).toEqual(first);
  expect((await tenant.get(path)).body.title).toBe("known again");
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
  const [USER] = RESOURCE_TYPES;
  if (USER === undefined) throw new Error("no type");

  async function createCommand(tenant: Tenant, name: string): Promise<WriteCommand> {
    const command = await patchCommand(tenant, "User", "", title("x"));
    const resource = parseResource(USER, user(name), new Leniency());
    const hash = await hashToken(tenant.token);
    const claim = { ...command.claim, credential: { kind: "token" as const, hash } };
    return { ...command, claim, change: { kind: "create", resource } };
  }

  /** Executes creates one after the other with one memory; the round trips of each. */
  async function tripsWith(open: OpenStore, ages: readonly number[]): Promise<number[]> {
    const tenant = await makeTenant();
    const memory = emptyMemory();
    const start = Date.now();
    const trips: number[] = [];
    for (const [index, age] of ages.entries()) {
      const context = { ...writeContext(open), memory, now: () => new Date(start + age) };
      const command = await createCommand(tenant, `u${index}`);
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
          const isWrite = statements.some(({ sql }) => sql.startsWith("INSERT INTO writers"));
          if (isWrite) batches += 1;
          if (isWrite && batches === 2) throw new StoreUnavailable("lost");
          return rows;
        },
      };
    };
    // Read, batch; batch, read that finds it; read, batch; batch.
    expect(await tripsWith(losing, [0, 1, 2, 3])).toEqual([2, 2, 2, 1]);
  });
});
