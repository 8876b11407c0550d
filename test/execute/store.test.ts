/** What every store has to do, whatever the engine: this file runs against a real D1 and a real sqld. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { GuardFailed, UniqueViolation, noCost } from "../../worker/execute/store.ts";
import type { Cost, Row, Store } from "../../worker/execute/store.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import type { SQL } from "../../worker/plan/statement.ts";
import { openStore } from "../support/database.ts";

let cost: Cost;
let store: Store;
let tenant: string;

beforeEach(() => {
  cost = noCost();
  store = openStore(cost);
  tenant = `store-${crypto.randomUUID()}`;
});

function query(text: SQL): Promise<readonly Row[]> {
  return store.query(statement(text));
}

function batch(...texts: readonly SQL[]): Promise<readonly (readonly Row[])[]> {
  return store.batch(texts.map(statement));
}

const event = (sequence: number, text = "{}") =>
  sql`INSERT INTO outbox (tenant_id, sequence, event) VALUES (${tenant}, ${sequence}, ${text})`;

/** The guard as `plan/changes` has it, in small: the sequence is the one that was read. */
const guard = (sequence: number) => sql`
  INSERT INTO writers (tenant_id, sequence, ok, totals, last_id)
  SELECT ${tenant}, 0, coalesce((SELECT sequence = ${sequence} FROM writers WHERE tenant_id = ${tenant}), 0), '{}', ''
  WHERE true ON CONFLICT (tenant_id) DO UPDATE SET sequence = writers.sequence + 1`;

const writer = () =>
  sql`INSERT INTO writers (tenant_id, sequence, ok, totals, last_id) VALUES (${tenant}, 0, 1, '{}', '')`;

async function events(): Promise<number> {
  const [row] = await query(sql`SELECT count(*) AS n FROM outbox WHERE tenant_id = ${tenant}`);
  return Number(row?.["n"]);
}

describe("a query", () => {
  it("gives text, numbers and NULL by the names of the columns, and nothing else", async () => {
    const text = "ä 語 😀 '\"\\ \n";
    const rows = await query(
      sql`SELECT ${text} AS text, 1 AS one, 2.5 AS real, NULL AS missing, '' AS empty, ${null} AS given`,
    );
    const expected = { text, one: 1, real: 2.5, missing: null, empty: "", given: null };
    expect(rows.map((row) => ({ ...row }))).toStrictEqual([expected]);
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(expected));
  });

  it("gives rows in their order, and none", async () => {
    const rows = await query(sql`SELECT value AS v FROM json_each('[3, 1, 2]') ORDER BY value`);
    expect(rows.map((row) => row["v"])).toEqual([1, 2, 3]);
    expect(await query(sql`SELECT 1 AS v WHERE 0`)).toEqual([]);
  });

  it("binds numbers as REAL, so that what has to be an integer is cast", async () => {
    const [row] = await query(
      sql`SELECT typeof(${5}) AS plain, typeof(CAST(${5} AS INTEGER)) AS cast_, typeof(${"5"}) AS text`,
    );
    expect(row).toMatchObject({ plain: "real", cast_: "integer", text: "text" });
  });

  it("takes half a character for U+FFFD", async () => {
    const [row] = await query(sql`SELECT ${"a\ud800b"} AS t`);
    expect(row?.["t"]).toMatch(/^a\ufffd+b$/);
  });

  it("keeps text whole, up to the size of a large resource", async () => {
    const text = "語".repeat(300_000);
    await query(event(1, text));
    const rows = await query(sql`SELECT event FROM outbox WHERE tenant_id = ${tenant}`);
    expect(rows[0]?.["event"] === text).toBe(true);
  });

  it("keeps JSONB as bytes that are JSON again", async () => {
    const folded = JSON.stringify({ name: "ada", n: 5, on: true });
    await query(
      sql`INSERT INTO resources VALUES (${tenant}, 'User', 'u1', 1, '', '', '{}', jsonb(${folded}))`,
    );
    const rows =
      await query(sql`SELECT folded, id, typeof(folded) AS type, json(folded) AS json, folded ->> 'name' AS name
      FROM resources WHERE tenant_id = ${tenant}`);
    expect(rows).toMatchObject([{ id: "u1", type: "blob", json: folded, name: "ada" }]);
  });

  it("rejects what is no SQL", async () => {
    await expect(query(sql`SELEC 1`)).rejects.toThrow(/syntax error/);
  });
});

describe("parameters", () => {
  it("may be 100, and are never read as SQL", async () => {
    const values = Array.from({ length: 99 }, (_, index) => `'); DROP TABLE outbox; -- ${index}`);
    const list = sql.join(
      values.map((value) => sql`${value}`),
      sql`, `,
    );
    const rows = await query(
      sql`SELECT count(*) AS n FROM (SELECT 1 WHERE ${values[0]} IN (${list}))`,
    );
    expect(rows).toMatchObject([{ n: 1 }]);
    expect(await events()).toBe(0);
  });

  it("may be a list of 5,000 in one", async () => {
    const list = JSON.stringify(Array.from({ length: 5000 }, (_, index) => `id-${index}`));
    await query(sql`INSERT INTO outbox SELECT ${tenant}, key, value FROM json_each(${list})`);
    expect(await events()).toBe(5000);
  });
});

describe("a batch", () => {
  it("gives the rows of each statement in their order, each seeing what came before", async () => {
    const [written, seen, none, deleted] = await batch(
      sql`INSERT INTO outbox VALUES (${tenant}, 1, 'a'), (${tenant}, 2, 'b') RETURNING sequence`,
      sql`SELECT event FROM outbox WHERE tenant_id = ${tenant} ORDER BY sequence`,
      sql`SELECT 1 AS x WHERE 0`,
      sql`DELETE FROM outbox WHERE tenant_id = ${tenant} AND sequence = 1 RETURNING event`,
    );
    expect(written).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    expect(seen).toMatchObject([{ event: "a" }, { event: "b" }]);
    expect([none, deleted?.length]).toEqual([[], 1]);
    expect(await events()).toBe(1);
  });

  it("that only reads gives rows too, of statements that are alike and with names like keywords", async () => {
    const read = (value: string) => sql`SELECT ${value} AS deleted_at, 'insert' AS word`;
    const results = await batch(
      read("a"),
      read("b"),
      sql`WITH x AS (SELECT 1 AS n) SELECT n FROM x`,
    );
    expect(results).toMatchObject([
      [{ deleted_at: "a", word: "insert" }],
      [{ deleted_at: "b" }],
      [{ n: 1 }],
    ]);
  });

  const FAILING: readonly [string, () => SQL, (error: unknown) => boolean][] = [
    ["a primary key", () => event(1), (error) => error instanceof UniqueViolation],
    [
      "a unique index",
      () => sql`
        INSERT INTO scim_tokens (tenant_id, hash, id, provider, display_name, display_prefix, scope, created, created_by)
        VALUES (${tenant}, 'h1', 'same', '', '', '', 'read', '', ''), (${tenant}, 'h2', 'same', '', '', '', 'read', '', '')`,
      (error) => error instanceof UniqueViolation,
    ],
    [
      "the guard, where there is no writer's row",
      () => guard(0),
      (error) => error instanceof GuardFailed,
    ],
    [
      "another constraint",
      () => sql`INSERT INTO outbox VALUES (${tenant}, 9, ${null})`,
      (error) => !(error instanceof UniqueViolation) && !(error instanceof GuardFailed),
    ],
    [
      "what is no SQL",
      () => sql`SELEC 1`,
      (error) => !(error instanceof UniqueViolation) && !(error instanceof GuardFailed),
    ],
  ];

  it.each(FAILING)(
    "is undone as a whole by %s, wherever it stands",
    async (_name, refused, isNamed) => {
      for (const place of [1, 2]) {
        const statements = [event(1), event(2)];
        statements.splice(place, 0, refused());
        const error: unknown = await batch(...statements).catch((thrown: unknown) => thrown);
        expect([error instanceof Error, isNamed(error)]).toEqual([true, true]);
        expect(await events()).toBe(0);
      }
      await batch(event(1));
      expect(await events()).toBe(1);
    },
  );

  it("passes the guard where the sequence is the one that was read", async () => {
    await batch(writer());
    await batch(guard(0), event(1));
    await expect(batch(guard(0), event(2))).rejects.toBeInstanceOf(GuardFailed);
    await batch(guard(1), event(3));
    expect(await events()).toBe(2);
  });
});

describe("many at a time", () => {
  const TWENTY = Array.from({ length: 20 }, (_, index) => index);

  it("lose no write: a batch waits for another's", async () => {
    await batch(writer());
    await Promise.all(
      TWENTY.map((index) =>
        batch(
          sql`UPDATE writers SET sequence = sequence + 1 WHERE tenant_id = ${tenant}`,
          event(index),
        ),
      ),
    );
    const rows = await query(sql`SELECT sequence FROM writers WHERE tenant_id = ${tenant}`);
    expect([rows[0]?.["sequence"], await events()]).toEqual([20, 20]);
  });

  it("let one of those through that read the same sequence", async () => {
    await batch(writer());
    const results = await Promise.allSettled(TWENTY.map((index) => batch(guard(0), event(index))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = results.flatMap((result): unknown[] =>
      result.status === "rejected" ? [result.reason] : [],
    );
    expect(reasons.every((reason) => reason instanceof GuardFailed)).toBe(true);
    expect(await events()).toBe(1);
  });

  it("read whole batches: both rows of each, or neither", async () => {
    const count = sql`SELECT count(*) AS n FROM outbox WHERE tenant_id = ${tenant}`;
    const reads = TWENTY.map(async () => {
      const results = await batch(count, count);
      return results.map((rows) => Number(rows[0]?.["n"]));
    });
    const writes = TWENTY.map((index) => batch(event(2 * index), event(2 * index + 1)));
    await Promise.all(writes);
    for (const [before = 0, after] of await Promise.all(reads)) {
      expect([before % 2, after]).toEqual([0, before]);
    }
  });
});

describe("the cost", () => {
  beforeEach(async () => {
    await batch(...Array.from({ length: 50 }, (_, index) => event(index)));
    for (const name of ["statements", "roundTrips", "rowsRead", "rowsWritten"] as const)
      cost[name] = 0;
  });

  it("of a query is one statement, one round trip, and the rows that the engine read", async () => {
    await query(
      sql`SELECT event FROM outbox WHERE tenant_id = ${tenant} AND sequence = CAST(${7} AS INTEGER)`,
    );
    expect(cost).toEqual({ statements: 1, roundTrips: 1, rowsRead: 1, rowsWritten: 0 });
  });

  it("of a batch is that of its statements, in one round trip", async () => {
    await batch(
      sql`SELECT event FROM outbox WHERE tenant_id = ${tenant}`,
      event(50),
      sql`INSERT INTO members VALUES (${tenant}, 'g', 'u', 'User')`,
    );
    // A row of `outbox`, and one of `members` with its entry in the index.
    expect(cost).toMatchObject({ statements: 3, roundTrips: 1, rowsWritten: 3 });
    expect(cost.rowsRead).toBeGreaterThanOrEqual(50);
    expect(cost.rowsRead).toBeLessThanOrEqual(53);
  });

  it("of a batch that is refused is its round trip, and no row", async () => {
    await expect(batch(event(50), event(50))).rejects.toBeInstanceOf(UniqueViolation);
    expect(cost).toMatchObject({ statements: 0, roundTrips: 1 });
  });

  it("adds up, and its round trips are all the requests there were", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    await query(sql`SELECT 1 AS x`);
    await batch(event(50), event(51));
    await batch(sql`SELECT 1 AS x`, sql`SELECT 1 AS x`);
    await expect(query(sql`SELEC 1`)).rejects.toThrow();
    expect(cost).toMatchObject({ statements: 5, roundTrips: 4, rowsWritten: 2 });
    expect(fetched.mock.calls).toHaveLength(env.STORE === "libsql" ? cost.roundTrips : 0);
    fetched.mockRestore();
  });
});
