/** The entry of a change in the audit log, written in the change's own batch: there if and only if something changed. */
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import { uuidv7 } from "../scim/ids.ts";

/** The tenant under which operators' changes to tenants are kept, since a tenant's own entries go with it. */
export const OPERATORS = "";

/** What an endpoint knows of its change. */
export interface Change {
  /** Last segment of the path of what is created. */
  readonly name?: string;
  /** What a deletion is about to remove: a query of one column `detail`, a JSON object, with a row exactly if it is there. */
  readonly gone?: SQL;
}

/** What removes something, and what the audit log keeps of it. */
export interface Deletion extends Required<Pick<Change, "gone">> {
  readonly statements: readonly Statement[];
}

interface Audited extends Change {
  readonly tenant: string;
  readonly now: Date;
  readonly random: (length: number) => Uint8Array;
  readonly actor: string;
  readonly address: string | null;
  readonly method: string;
  /** As Hono writes it. */
  readonly path: string;
  readonly param: (name: string) => string;
  /** What was given, without secrets. */
  readonly detail: object;
}

/** The statements with that of the entry, and where each of them is now. */
export function audited(
  statements: readonly Statement[],
  change: Audited,
): { readonly all: readonly Statement[]; readonly indexOf: (index: number) => number } {
  const { gone } = change;
  if (gone !== undefined) {
    const entry = planEntry(change, sql`detail FROM (${gone})`);
    return { all: [entry, ...statements], indexOf: (index) => index + 1 };
  }
  // Of the last statement that could change something: both engines count within a batch.
  const entry = planEntry(change, sql`${JSON.stringify(change.detail)} WHERE changes() > 0`);
  return { all: [...statements, entry], indexOf: (index) => index };
}

/** The entry of a change that is sure where its batch is: behind a guard, all of it happens or nothing. */
export function planSureEntry(change: Audited): Statement {
  return planEntry(change, sql`${JSON.stringify(change.detail)}`);
}

function planEntry(change: Audited, detail: SQL): Statement {
  const { tenant, now, random, actor, address, method, path } = change;
  const id = uuidv7(now.getTime(), random(8), "");
  return statement(sql`
    INSERT INTO audit (tenant_id, id, at, actor, address, operation, target, detail)
    SELECT ${tenant}, ${id}, ${now.toISOString()}, ${actor}, ${address}, ${`${method} ${templateOf(path)}`},
      ${targetOf(change)}, ${detail}`);
}

const PARAMETER = /:(\w+)(?:\{[^}]*\})?/g;

/** A path as OpenAPI writes it: /scim/{id}. */
export function templateOf(path: string): string {
  return path.replaceAll(PARAMETER, "{$1}");
}

/** The names of a path's parameters. */
export function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(PARAMETER)].map(([, name = ""]) => name);
}

function targetOf({ path, param, name }: Audited): string {
  const filled = path.replaceAll(PARAMETER, (_, parameter: string) =>
    encodeURIComponent(param(parameter)),
  );
  return name === undefined ? filled : `${filled}/${encodeURIComponent(name)}`;
}
