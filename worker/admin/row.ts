/** Columns of a row as the types that the table gives them. */
import type { Row } from "../execute/store.ts";

/** @throws TypeError the statement didn't select it, or it is NULL */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} holds no text`);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

/** @throws TypeError the statement didn't select it, or it is no number */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds no number`);
  return value;
}

export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : numberOf(row, column);
}

/** What a credential is good for. */
export function scopeOf(row: Row): "provision" | "read" {
  return textOf(row, "scope") === "read" ? "read" : "provision";
}
