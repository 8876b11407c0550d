/** The operands of a condition: bound one by one, or packed into one JSON array where the engine's 100 parameters end. */
import { limitFilters } from "./limits.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";
import type { Operand, TypedFilter } from "./typed-filter.ts";

export interface Operands {
  readonly bind: (operand: Operand) => SQL;
  /** A common table expression that the condition refers to, with its comma; empty where each is bound by itself. */
  readonly table: () => SQL;
}

/** Each term binds three at the most (the start of locations, and a suffix twice), and a list says its condition twice. */
const MOST_BOUND_TERMS = 12;

/**
 * For the filters of one statement.
 * @throws invalidFilter where they are too much for one
 */
export function operandsFor(filters: readonly (TypedFilter | undefined)[]): Operands {
  const given = filters.filter((one) => one !== undefined);
  limitFilters(given);
  const terms = given.reduce((total, one) => total + countTerms(one), 0);
  return terms > MOST_BOUND_TERMS ? packed() : bound();
}

function bound(): Operands {
  return { bind: (operand) => sql`${scalar(operand)}`, table: () => sql`` };
}

function packed(): Operands {
  const values: (string | number)[] = [];
  return {
    bind(operand) {
      values.push(scalar(operand));
      const index = sql.raw(String(values.length - 1));
      return sql`(SELECT list ->> ${index} FROM operands)`;
    },
    table: () => sql`operands(list) AS MATERIALIZED (SELECT ${JSON.stringify(values)}),`,
  };
}

/** JSON has booleans, SQLite reads them as 1 and 0. */
function scalar(operand: Operand): string | number {
  return typeof operand === "boolean" ? Number(operand) : operand;
}

function countTerms(filter: TypedFilter): number {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.reduce((total, part) => total + countTerms(part), 0);
    case "not":
    case "some":
      return countTerms(filter.filter) + 1;
    case "present":
    case "compare":
      return 1;
  }
}
