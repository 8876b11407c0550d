/** scim2-tester, run by scim2-cli: discovery, CRUD, projections, and a PATCH of every attribute that the schemas name. */
import type { Check, Outcome, Tool } from "./check.ts";

/** Its `Status`: MUST is ERROR or CRITICAL, SHOULD is DEVIATION. */
const OUTCOMES: Readonly<Record<string, Outcome>> = Object.freeze({
  SUCCESS: "passed",
  COMPLIANT: "passed",
  ACCEPTABLE: "passed",
  DEVIATION: "warned",
  ERROR: "failed",
  CRITICAL: "failed",
  SKIPPED: "skipped",
});

export const SCIM2_TESTER = Object.freeze<Tool>({
  name: "scim2-tester",
  script: "scim2",
  args: ({ base }) => ["--url", base, "test"],
  env: ({ token }) => ({ SCIM_CLI_HEADERS: `Authorization: Bearer ${token}` }),
  readChecks,
});

/** A line with status and check, then perhaps a reason: its first line is indented, the others are as they come. */
function readChecks(output: string): Check[] {
  const checks: Check[] = [];
  for (const line of output.trimEnd().split("\n")) {
    const [, status = "", name = ""] = /^([A-Z]+) (\w+)$/.exec(line) ?? [];
    const outcome = OUTCOMES[status];
    const last = checks.pop();
    if (outcome !== undefined) {
      if (last !== undefined) checks.push(last);
      checks.push({ name, outcome, message: "" });
    } else if (last !== undefined) {
      const before = last.message === "" ? "" : `${last.message}\n`;
      checks.push({ ...last, message: before + line.replace(/^ {2}/, "") });
    }
  }
  return checks;
}
