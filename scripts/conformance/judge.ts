/** From what a tool reported to what is ours: known faults of the tool are set apart. */
import type { Check, Outcome } from "./check.ts";
import type { KnownFault } from "./known-faults.ts";

export interface Verdict {
  readonly tool: string;
  readonly total: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Failed, and nothing says that the tool is wrong. */
  readonly errors: readonly Check[];
  readonly warnings: readonly Check[];
  readonly forgiven: readonly { readonly check: Check; readonly known: KnownFault }[];
  /** Known faults of this tool that it didn't report: the list may be shortened. */
  readonly unseen: readonly KnownFault[];
}

export interface Run {
  readonly tool: string;
  readonly checks: readonly Check[];
  readonly exitCode: number;
}

/** Throws where the run proves nothing: no check, or an exit code that its checks don't explain. */
export function judge(run: Run, knownFaults: readonly KnownFault[]): Verdict {
  const { tool, checks, exitCode } = run;
  if (checks.length === 0) throw new Error(`${tool} reported no check.`);
  const counts = { passed: 0, warned: 0, failed: 0, skipped: 0 };
  for (const { outcome } of checks) counts[outcome] += 1;
  if (exitCode !== 0 && counts.passed === checks.length) {
    throw new Error(`${tool} ended with ${exitCode}, though all its checks passed.`);
  }
  const known = knownFaults.filter((one) => one.tool === tool);
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  const judged = failed.map((check) => ({ check, known: knownFaultOf(check, known) }));
  const seen = new Set(judged.map((one) => one.known));
  return {
    tool,
    total: checks.length,
    counts,
    errors: judged.filter((one) => one.known === undefined).map(({ check }) => check),
    warnings: checks.filter(({ outcome }) => outcome === "warned"),
    forgiven: judged.flatMap((one) =>
      one.known === undefined ? [] : [{ check: one.check, known: one.known }],
    ),
    unseen: known.filter((one) => !seen.has(one)),
  };
}

function knownFaultOf(check: Check, known: readonly KnownFault[]): KnownFault | undefined {
  return known.find((one) => one.check === check.name && one.message.test(check.message));
}
