/** The narrow waist: all that the house asks of a database, and what every driver has to answer. */
import type { Row, Statement } from "../plan/statement.ts";

export type { Row } from "../plan/statement.ts";

export interface Store {
  /** One statement, one round trip. @throws StoreUnavailable */
  query(statement: Statement): Promise<readonly Row[]>;
  /**
   * Several statements in one round trip and one transaction: all or none.
   * @throws UniqueViolation a primary key or unique index refused a row
   * @throws GuardFailed the guard of `writers` refused the batch
   * @throws StoreUnavailable whether it was carried out, or still will be, is not known
   */
  batch(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
}

/** What a request cost the database; the engine's own counts. */
export interface Cost {
  statements: number;
  roundTrips: number;
  rowsRead: number;
  rowsWritten: number;
}

export function noCost(): Cost {
  return { statements: 0, roundTrips: 0, rowsRead: 0, rowsWritten: 0 };
}

export function addCost(total: Cost, more: Cost): void {
  total.statements += more.statements;
  total.roundTrips += more.roundTrips;
  total.rowsRead += more.rowsRead;
  total.rowsWritten += more.rowsWritten;
}

/** A driver adds what each call cost to the `cost` that it was opened with. */
export type OpenStore = (cost: Cost) => Store;

export class UniqueViolation extends Error {
  override readonly name = "UniqueViolation";
}

export class GuardFailed extends Error {
  override readonly name = "GuardFailed";
}

/** The database, or the way to it, failed in a way that passes: the same may be asked again. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
