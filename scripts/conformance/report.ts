/** The totals of each tool, what it calls an error, and what of that is its own fault. */
import type { Check } from "./check.ts";
import type { Verdict } from "./judge.ts";

export function renderVerdict(verdict: Verdict): string {
  const { tool, forgiven, unseen } = verdict;
  return [
    renderTotals(verdict),
    ...verdict.errors.map((check) => `  ERROR    ${renderCheck(check)}`),
    ...verdict.warnings.map((check) => `  warning  ${renderCheck(check)}`),
    ...forgiven.map(
      ({ check, known }) =>
        `  ${tool}'s own fault  ${renderCheck(check)}\n      ${known.fault}\n      ${known.rfc}`,
    ),
    ...unseen.map(({ check, fault }) => `  no longer reported  ${check}: ${fault}`),
  ].join("\n");
}

/** One line that can be quoted. */
export function renderTotals({ tool, total, counts, errors, forgiven }: Verdict): string {
  const { passed, warned, failed, skipped } = counts;
  const own = forgiven.length === 0 ? "" : ` (${forgiven.length} of them the tool's own fault)`;
  const totals = `${passed} passed, ${failed} failed${own}, ${warned} warnings, ${skipped} skipped`;
  return `${tool}: ${total} checks: ${totals}; ${errors.length} errors`;
}

function renderCheck({ name, message }: Check): string {
  return [name, ...message.split("\n")].filter((line) => line !== "").join("\n      ");
}
