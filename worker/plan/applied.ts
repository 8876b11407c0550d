/** Writes whose outcome nobody heard of: which of them were committed, and what is left to do for those. */
import { firstIdAt } from "../scim/ids.ts";
import type { Typed, WriteCommand } from "./needs.ts";
import type { Progress, Step } from "./steps.ts";
import { sql, statement } from "./statement.ts";
import type { Row, Statement } from "./statement.ts";

/** How far the clocks of a Worker and of a Durable Object may be apart. */
const CLOCK_SKEW_MS = 60_000;

/**
 * The rows of activity that these commands left since then (milliseconds since 1970): each ends with its command's write id. Of creates only those
 * whose resource is still there.
 */
export function planApplied(commands: readonly WriteCommand[], since: number): Statement {
  const [first] = commands;
  const ids = commands.flatMap(({ writeId }) => (writeId === "" ? [] : [writeId]));
  return statement(sql`SELECT substr(a.id, 21) AS write_id, a.resource_id, a.at FROM activity a
    WHERE a.tenant_id = ${first?.claim.tenant ?? ""} AND a.id >= ${firstIdAt(since - CLOCK_SKEW_MS)}
      AND a.outcome = 'success' AND substr(a.id, 21) IN (SELECT value FROM json_each(${JSON.stringify(ids)}))
      AND (a.operation <> 'create' OR EXISTS (SELECT 1 FROM resources r
        WHERE r.tenant_id = a.tenant_id AND r.type = a.resource_type AND r.id = a.resource_id))`);
}

/**
 * Makes sure that no batch which demands this sequence is committed any more. One row where it still was the writer's; the sequence then has a
 * gap, which nobody minds.
 */
export function planFence(tenant: string, sequence: number): Statement {
  return statement(sql`UPDATE writers SET sequence = sequence + 1
    WHERE tenant_id = ${tenant} AND sequence = ${sequence} RETURNING sequence`);
}

export interface Settled {
  readonly steps: readonly Step[];
  readonly progress: Progress;
  /** Indices of the steps that were committed. */
  readonly applied: readonly number[];
}

/** A deletion that was committed is done; of any other change the resource is read, which is a PATCH of nothing. */
export function settleApplied(
  steps: readonly Step[],
  before: Progress,
  rows: readonly Row[],
): Settled {
  const resources = new Map(
    rows.map((row) => [String(row["write_id"]), String(row["resource_id"])]),
  );
  const settled = [...steps];
  const outcomes = [...before.outcomes];
  const ids = new Map(before.ids);
  const applied: number[] = [];
  for (const index of before.waiting) {
    const step = steps[index];
    const { typed } = step ?? {};
    const id = typed && resources.get(typed.command.writeId);
    if (step === undefined || typed === undefined || id === undefined) continue;
    applied.push(index);
    ids.set(index, id);
    if (typed.command.change.kind === "delete") {
      outcomes[index] = { ok: true, resource: undefined, changed: true };
    } else settled[index] = { ...step, references: [], typed: reading(typed, id) };
  }
  const waiting = before.waiting.filter((index) => outcomes[index] === undefined);
  return { steps: settled, progress: { ...before, outcomes, ids, waiting }, applied };
}

function reading({ type, command }: Typed, id: string): Typed {
  const preconditions = { ifMatch: undefined, ifNoneMatch: undefined };
  return {
    type,
    command: {
      ...command,
      writeId: "",
      preconditions,
      change: { kind: "patch", id, operations: [] },
    },
  };
}
