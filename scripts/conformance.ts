/** `npm run conformance`: the public compliance tools for SCIM servers against `npm start`; 0 clean, 1 errors, 3 no Python or index. */
import { join } from "node:path";
import type { Target, Tool } from "./conformance/check.ts";
import { execute } from "./conformance/execute.ts";
import { judge } from "./conformance/judge.ts";
import type { Verdict } from "./conformance/judge.ts";
import { KNOWN_FAULTS } from "./conformance/known-faults.ts";
import { PACKAGES, ensureTools } from "./conformance/python.ts";
import { renderTotals, renderVerdict } from "./conformance/report.ts";
import { SCIM2_TESTER } from "./conformance/scim2-tester.ts";
import { SCIM_SANITY } from "./conformance/scim-sanity.ts";
import { withStarted } from "./conformance/started.ts";
import { watchLifetime } from "./local/lifetime.ts";
import { PROJECT, Refusal } from "./local/settings.ts";

const TOOLS = [SCIM2_TESTER, SCIM_SANITY];
const ENVIRONMENT = join(PROJECT, ".rollcall", "conformance-venv");
const RUN_MS = 300_000;
/** The server is here, whatever proxy this machine uses for the rest. */
const DIRECT = { NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };

const signal = watchLifetime();
process.exit(await runAll().catch(exitCodeOf));

async function runAll(): Promise<number> {
  console.log(`Tools: ${PACKAGES.join(", ")}`);
  const programs = await ensureTools(ENVIRONMENT, signal);
  const verdicts: Verdict[] = [];
  await withStarted(signal, async (target) => {
    // One after the other: they count what the tenant holds.
    for (const tool of TOOLS) {
      const verdict = await runTool(tool, programs, target);
      console.log(`\n${renderVerdict(verdict)}`);
      verdicts.push(verdict);
    }
  });
  console.log(`\n${verdicts.map(renderTotals).join("\n")}`);
  return verdicts.some(({ errors }) => errors.length > 0) ? 1 : 0;
}

async function runTool(tool: Tool, programs: string, target: Target): Promise<Verdict> {
  const program = {
    file: join(programs, tool.script),
    args: tool.args(target),
    env: { ...DIRECT, ...tool.env(target) },
    milliseconds: RUN_MS,
  };
  const { exitCode = -1, stdout, stderr } = await execute(program, signal);
  try {
    return judge({ tool: tool.name, checks: tool.readChecks(stdout), exitCode }, KNOWN_FAULTS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why} Exit code ${exitCode}.\n${stdout}\n${stderr}`, { cause: error });
  }
}

function exitCodeOf(error: unknown): number {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof Refusal ? error.exitCode : 1;
}
