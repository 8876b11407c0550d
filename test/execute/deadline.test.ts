/** Every call of the database ends; what failed in passing is named so, in one place. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { withDeadlines } from "../../worker/execute/deadline.ts";
import { isLostObject, isPassing } from "../../worker/execute/passing.ts";
import { openD1Store } from "../../worker/execute/store-d1.ts";
import {
  GuardFailed,
  StoreUnavailable,
  UniqueViolation,
  noCost,
} from "../../worker/execute/store.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { FaultyDatabase } from "../support/faulty-store.ts";

const READ = { sql: "SELECT 1 AS one", params: [] };
const WRITE = { sql: "INSERT INTO outbox VALUES ('t', 1, '{}')", params: [] };
const hanging: OpenStore = () => ({
  query: () => new Promise(() => undefined),
  batch: () => new Promise(() => undefined),
});
const onD1: OpenStore = (cost) => openD1Store(env.DB, cost);

/** A store whose calls throw these, one after the other, and then answer. */
function throwing(...errors: Error[]) {
  const calls = { count: 0 };
  const call = async () => {
    calls.count += 1;
    const error = errors.shift();
    if (error !== undefined) throw error;
    return [];
  };
  const open: OpenStore = () => ({ query: call, batch: call });
  return { store: withDeadlines(open)(noCost()), calls };
}

describe("a deadline", () => {
  const store = withDeadlines(hanging, { read: 20, write: 40 })(noCost());

  it.each([
    ["a read", () => store.query(READ), "20 ms"],
    ["a batch of reads", () => store.batch([READ, READ]), "20 ms"],
    ["a batch that writes", () => store.batch([READ, WRITE]), "40 ms"],
    [
      "one that reads and writes",
      () => store.query({ ...WRITE, sql: `WITH x AS (SELECT 1) ${WRITE.sql}` }),
      "40 ms",
    ],
  ])("ends %s", async (_name, call, after) => {
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).toMatchObject({ message: `no answer within ${after}` });
  });

  it("leaves what is in time as it is", async () => {
    const cost = noCost();
    const quick = withDeadlines(onD1)(cost);
    expect(await quick.query(READ)).toEqual([{ one: 1 }]);
    expect(await quick.batch([READ, READ])).toEqual([[{ one: 1 }], [{ one: 1 }]]);
    expect(cost.roundTrips).toBe(2);
  });
});

describe("what fails in passing", () => {
  const LOST = new Error("Network connection lost.");

  it("is asked once more where it reads", async () => {
    const { store, calls } = throwing(LOST);
    expect(await store.query(READ)).toEqual([]);
    expect(calls.count).toBe(2);
    const twice = throwing(LOST, LOST);
    await expect(twice.store.batch([READ])).rejects.toBeInstanceOf(StoreUnavailable);
    expect(twice.calls.count).toBe(2);
  });

  it("isn't asked again where it writes: only its caller knows whether it was carried out", async () => {
    const { store, calls } = throwing(LOST);
    const error: unknown = await store.batch([WRITE]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).toMatchObject({ cause: LOST });
    expect(calls.count).toBe(1);
  });

  it.each([
    ["the guard", new GuardFailed()],
    ["a unique value", new UniqueViolation()],
    ["a mistake", new Error("D1_ERROR: no such table: users: SQLITE_ERROR")],
  ])("isn't %s", async (_name, error) => {
    const { store, calls } = throwing(error);
    await expect(store.query(READ)).rejects.toBe(error);
    expect(calls.count).toBe(1);
  });
});

describe.each([
  [true, "D1_ERROR: D1 DB is overloaded. Requests queued for too long."],
  [true, "D1_ERROR: D1 DB is overloaded. Too many requests queued."],
  [true, "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset."],
  [true, "D1_ERROR: Internal error in D1 DB storage caused object to be reset."],
  [true, "D1_ERROR: D1 DB reset because its code was updated."],
  [true, "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node."],
  [true, "D1_ERROR: Network connection lost."],
  [true, "Network connection lost."],
  [true, "fetch failed"],
  [true, "SERVER_ERROR: Server returned HTTP status 503"],
  [true, "SQLITE_BUSY: database is locked"],
  [false, "D1_ERROR: UNIQUE constraint failed: resets.id: SQLITE_CONSTRAINT"],
  [false, "D1_ERROR: too many SQL variables at offset 5: SQLITE_ERROR"],
  [false, "D1_ERROR: statement too long: SQLITE_TOOBIG"],
  [false, "SERVER_ERROR: Server returned HTTP status 401"],
  [false, "Cannot read properties of undefined (reading 'id')"],
] as const)("passes: %s", (passes, message) => {
  it(message, () => {
    expect(isPassing(new Error(message))).toBe(passes);
    expect(isPassing(new Error("wrapped", { cause: new Error(message) }))).toBe(passes);
  });
});

it("Durable Objects say by their errors' attributes what passes, and what their own code threw", () => {
  expect(isPassing(Object.assign(new Error("x"), { retryable: true }))).toBe(true);
  expect(isPassing(Object.assign(new Error("x"), { overloaded: true }))).toBe(true);
  expect(isPassing("Network connection lost.")).toBe(false);
  expect(isLostObject(new Error("Network connection lost."))).toBe(true);
  expect(isLostObject(Object.assign(new Error("x"), { remote: true }))).toBe(false);
});

it("the tests' faulty store throws what passes, except where it is to be unexpected", async () => {
  for (const kind of ["before", "after", "late", "never"] as const) {
    const store = withDeadlines(new FaultyDatabase(onD1, () => ({ kind })).open)(noCost());
    await expect(store.batch([READ, WRITE]), kind).rejects.toBeInstanceOf(StoreUnavailable);
  }
});
