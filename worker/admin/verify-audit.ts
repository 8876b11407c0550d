/** What an audit of a page of rows comes to, and how it reads: every statement of one page sees the same state. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Row, Store } from "../execute/store.ts";
import { executeInTenant } from "./in-tenant.ts";

export interface Finding {
  readonly table: "writers" | "resources" | "resource_values" | "members" | "positions";
  /** Which row, for a person to find it. */
  readonly key: string;
  readonly problem: string;
  /** What is derived from documents can be made anew; the rest takes a person, or an export. */
  readonly repair: "possible" | "none" | "done";
}

/** What is to be written to mend a page. */
export interface Repair {
  /** `guarded`: in a batch that the guard opens. The writer's own row can't be mended behind its guard. */
  readonly kind: "guarded" | "bare";
  readonly queries: readonly SQL[];
  /** The writer's totals as they are to be; undefined: as they are. */
  readonly totals?: string;
}

export interface Audit {
  /** Rows that were looked at. */
  readonly checked: number;
  readonly findings: readonly Finding[];
  readonly repair: Repair;
  /** Of the last row that was looked at; null where no row was left. */
  readonly last: readonly string[] | null;
}

/** Rows by the index of their statement. */
type Rows = (index: number) => readonly Row[];

/** Reads for one page. @throws Moved the tenant was written to since the first read */
export interface Reader {
  readonly read: (statements: readonly Statement[]) => Promise<Rows>;
  /** The tenant's row in writers, as the first read found it. */
  readonly writer: () => Row | undefined;
}

/** What was read in two round trips is of two states. */
export class Moved extends Error {
  override readonly name = "Moved";
}

export function openReader(store: Store, tenant: string): Reader {
  const reads: (Row | undefined)[] = [];
  return {
    async read(statements) {
      const rows = await executeInTenant(store, tenant, [planWriter(tenant), ...statements]);
      const [row] = rows(0);
      if (reads.length > 0 && row?.["sequence"] !== reads[0]?.["sequence"]) throw new Moved();
      reads.push(row);
      return (index) => rows(index + 1);
    },
    writer: () => reads[0],
  };
}

function planWriter(tenant: string): Statement {
  return statement(
    sql`SELECT sequence, typeof(sequence) AS kind, totals, last_id FROM writers WHERE tenant_id = ${tenant}`,
  );
}
