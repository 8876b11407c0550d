/** Law of tenancy: whatever two tenants do, in whatever order, each is answered and left as if it were alone. */
import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import { LAWS } from "../support/arbitrary-resources.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { applyStep, STEP } from "../support/histories.ts";
import type { Step } from "../support/histories.ts";
import { DB } from "../support/database.ts";

/** Each case is about a hundred requests: fewer than of other laws. */
const RUNS = { ...LAWS, numRuns: Math.ceil(LAWS.numRuns / 20) };

/** A tenant, what it was answered so far, and its resources by the order of their creation. */
interface Party {
  readonly tenant: Tenant;
  readonly answers: string[];
  readonly ids: string[];
  /** How many ids of the other tenant were there to be used, for each step. */
  readonly foreign: number[];
}

type Turn = "left" | "right" | "both";

const histories = fc.record({
  left: fc.array(STEP, { minLength: 3, maxLength: 14 }),
  right: fc.array(STEP, { minLength: 3, maxLength: 14 }),
  turns: fc.array(fc.constantFrom<Turn>("left", "right", "both"), { maxLength: 28 }),
});

it("interleave(a, b) = a | b", async () => {
  vi.spyOn(console, "log").mockReturnValue();
  let changes = 0;
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(histories, async ({ left, right, turns }) => {
      const [one, other] = [await party(), await party()];
      await interleave({ left, right, turns }, one, other);
      for (const [mine, history] of [
        [one, left],
        [other, right],
      ] as const) {
        const alone = await party();
        const nobodys = other.ids.concat(one.ids).map(() => crypto.randomUUID());
        for (const [index, each] of history.entries()) {
          await take(each, alone, nobodys.slice(0, mine.foreign[index]));
        }
        expect(mine.answers).toEqual(alone.answers);
        expect(await stateOf(mine)).toEqual(await stateOf(alone));
        changes += alone.ids.length;
        for (const answer of alone.answers) statuses.add(answer.slice(0, 3));
      }
    }),
    RUNS,
  );
  // It saw something: resources, and refusals of each kind that a history can have.
  expect(changes).toBeGreaterThan(RUNS.numRuns * 3);
  if (RUNS.numRuns >= 20) {
    expect([...statuses]).toEqual(expect.arrayContaining(["200", "201", "204", "404", "409"]));
  }
}, 600_000);

it("two tenants that mix wouldn't pass: the states of different histories differ", async () => {
  const [one, other] = [await party(), await party()];
  await one.tenant.post("/Users", user("only-here"));
  expect(await stateOf(one)).not.toEqual(await stateOf(other));
});

async function party(): Promise<Party> {
  return { tenant: await makeTenant(), answers: [], ids: [], foreign: [] };
}

/** One after the other as the turns say, both at once where they say so; what is left comes last. */
async function interleave(
  { left, right, turns }: Readonly<Record<"left" | "right", Step[]>> & { readonly turns: Turn[] },
  one: Party,
  other: Party,
): Promise<void> {
  const [mine, theirs] = [[...left], [...right]];
  const next = async (steps: Step[], self: Party, against: Party): Promise<void> => {
    const following = steps.shift();
    if (following !== undefined) await take(following, self, against.ids);
  };
  for (const turn of [...turns, ...left.map(() => "left"), ...right.map(() => "right")]) {
    await Promise.all([
      ...(turn === "right" ? [] : [next(mine, one, other)]),
      ...(turn === "left" ? [] : [next(theirs, other, one)]),
    ]);
  }
}

async function take(following: Step, self: Party, foreign: readonly string[]): Promise<void> {
  self.foreign.push(foreign.length);
  const known = { own: [...self.ids], foreign: [...foreign] };
  const answer = await applyStep(following, self.tenant, known);
  const id: unknown = answer.status === 201 ? answer.body.id : undefined;
  if (typeof id === "string") self.ids.push(id);
  self.answers.push(told(answer, self));
}

/** What is told, with names in the place of ids: two runs have no id and no time in common. */
function told({ status, headers, body }: Answer, { tenant, ids }: Party): string {
  const text = `${status} ${headers.get("etag")} ${JSON.stringify(body)}`;
  return named(text, tenant, ids);
}

function named(text: string, tenant: Tenant, ids: readonly string[]): string {
  const own = ids.reduce((all, id, index) => all.replaceAll(id, `(resource ${index})`), text);
  return own
    .replaceAll(tenant.id, "(tenant)")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "(nobody's)")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(a time)");
}

const COUNTED = ["resources", "resource_values", "members", "positions", "outbox"];

/** All documents, members and memberships by name, and how many rows of each table there are, the writer's sequence with them. */
async function stateOf({ tenant, ids }: Party): Promise<unknown> {
  const lists = [];
  for (const path of [
    "/Users?count=200",
    "/Groups?count=200",
    "/Users?sortBy=userName&count=200",
  ]) {
    const { status, body } = await tenant.get(path);
    expect(status).toBe(200);
    lists.push(named(JSON.stringify(body), tenant, ids));
  }
  const counts = COUNTED.map(
    (table) => `(SELECT count(*) FROM ${table} WHERE tenant_id = w.tenant_id)`,
  );
  const row = await DB.prepare(
    `SELECT sequence, totals, ${counts.join(", ")} FROM writers w WHERE tenant_id = ?`,
  )
    .bind(tenant.id)
    .all();
  return { lists, row };
}
