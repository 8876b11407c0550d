/** What a tenant's writer knows without reading: the state that its last batch left. The guard says whether it still holds. */
import type { Row } from "./statement.ts";

/** The tenant's row of `writers`. */
export interface WriterState {
  readonly sequence: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly lastId: string;
}

export interface KnownState {
  readonly writer: WriterState;
  /** The last run of each type of which it is known, as rows of `selectRuns`. */
  readonly runs: readonly Row[];
  /** Whether no name was taken when names were last looked up: then the next ones are presumed to be free. */
  readonly areNamesFree: boolean;
}
