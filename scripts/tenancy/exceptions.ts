/** Tables that a file touches without naming the tenant in the same template, each with its reason. */

export interface Exception {
  /** Below the project's folder. */
  readonly file: string;
  readonly table: string;
  readonly why: string;
}

const JOB = "the daily removal of what has expired goes over all tenants";

export const EXCEPTIONS: readonly Exception[] = Object.freeze([
  {
    file: "worker/admin/removal-statements.ts",
    table: "tenants",
    why: "the scheduled job looks for every tenant whose removal has not ended",
  },
  {
    file: "worker/admin/tenant-statements.ts",
    table: "tenants",
    why: "operators list all tenants",
  },
  {
    file: "worker/admin/placement-statements.ts",
    table: "audit",
    why: "a tenant's entries move with it; each row brings its tenant",
  },
  {
    file: "worker/plan/lookup.ts",
    table: "resource_values",
    why: "the tenant's condition is in `equal`, beside the rest of the key",
  },
  {
    file: "worker/plan/reads.ts",
    table: "members",
    why: "`above` is joined by the statements that hold it, on the tenant first",
  },
  ...["activity", "audit", "assertions"].map((table) => ({
    file: "worker/admin/retention-statements.ts",
    table,
    why: `${JOB}; ofTenants joins the table to each of them`,
  })),
  ...["sessions", "setup_links"].map((table) => ({
    file: "worker/admin/retention-statements.ts",
    table,
    why: `${JOB}; one that is over is nobody's`,
  })),
]);
