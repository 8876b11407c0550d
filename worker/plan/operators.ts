/** The compare operators: what each means in SQL and in memory, side by side (RFC 7644 table 3). */
import type { AttributeType } from "../../schema/attribute.ts";
import type { CompareOperator } from "../parse/filter.ts";
import { compareText } from "../scim/fold.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";
import type { Operand } from "./typed-filter.ts";

interface OperatorMeaning {
  /** Types that the operator fits. */
  readonly types: readonly AttributeType[];
  /** A condition over an expression that may be NULL, which it then leaves NULL. */
  readonly condition: (value: SQL, operand: SQL) => SQL;
  readonly matches: (value: Operand, operand: Operand) => boolean;
}

const TEXT: readonly AttributeType[] = ["string", "reference"];
const ORDERED: readonly AttributeType[] = ["string", "reference", "dateTime", "integer", "decimal"];
const ANY: readonly AttributeType[] = [...ORDERED, "boolean", "binary"];

/** `LIKE` ends at patterns of 50 bytes on D1 and knows wildcards, so there is none. */
export const OPERATORS: Readonly<Record<CompareOperator, OperatorMeaning>> = Object.freeze({
  eq: {
    types: ANY,
    condition: (value, operand) => sql`${value} = ${operand}`,
    matches: (value, operand) => value === operand,
  },
  ne: {
    types: ANY,
    condition: (value, operand) => sql`${value} <> ${operand}`,
    matches: (value, operand) => value !== operand,
  },
  co: {
    types: TEXT,
    condition: (value, operand) => sql`instr(${value}, ${operand}) > 0`,
    matches: (value, operand) => String(value).includes(String(operand)),
  },
  sw: {
    types: TEXT,
    condition: (value, operand) => sql`substr(${value}, 1, length(${operand})) = ${operand}`,
    matches: (value, operand) => String(value).startsWith(String(operand)),
  },
  ew: {
    types: TEXT,
    condition: (value, operand) => sql`substr(${value}, -length(${operand})) = ${operand}`,
    matches: (value, operand) => String(value).endsWith(String(operand)),
  },
  gt: {
    types: ORDERED,
    condition: (value, operand) => sql`${value} > ${operand}`,
    matches: (value, operand) => order(value, operand) > 0,
  },
  ge: {
    types: ORDERED,
    condition: (value, operand) => sql`${value} >= ${operand}`,
    matches: (value, operand) => order(value, operand) >= 0,
  },
  lt: {
    types: ORDERED,
    condition: (value, operand) => sql`${value} < ${operand}`,
    matches: (value, operand) => order(value, operand) < 0,
  },
  le: {
    types: ORDERED,
    condition: (value, operand) => sql`${value} <= ${operand}`,
    matches: (value, operand) => order(value, operand) <= 0,
  },
});

function order(left: Operand, right: Operand): number {
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  return Number(left) - Number(right);
}
