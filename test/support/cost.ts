/** What a response says it cost the database. */
import type { Answer } from "./tenant.ts";

export interface ShownCost {
  readonly statements: number;
  readonly roundTrips: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export function costOf({ headers }: Pick<Answer, "headers">): ShownCost {
  const text = headers.get("x-rollcall-cost") ?? "";
  const [, st, rt, rr, rw] = /^st=(\d+);rt=(\d+);rr=(\d+);rw=(\d+)$/.exec(text) ?? [];
  if (st === undefined) throw new Error(`no cost in '${text}'`);
  return {
    statements: Number(st),
    roundTrips: Number(rt),
    rowsRead: Number(rr),
    rowsWritten: Number(rw),
  };
}
