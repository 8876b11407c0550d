/** What a compliance tool reports, in one form for all of them. */

export type Outcome = "passed" | "warned" | "failed" | "skipped";

export interface Check {
  readonly name: string;
  readonly outcome: Outcome;
  /** What the tool says about it; '' where it says nothing. */
  readonly message: string;
}

/** Where the tools send their requests. */
export interface Target {
  readonly base: string;
  readonly token: string;
}

export interface Tool {
  readonly name: string;
  /** Its script in the virtual environment. */
  readonly script: string;
  readonly args: (target: Target) => readonly string[];
  readonly env: (target: Target) => Readonly<Record<string, string>>;
  /** Reads what it printed; no check where it is something else. */
  readonly readChecks: (output: string) => readonly Check[];
}
