/** `npm run verify -- --tenant T [--repair] [--json]`: audits a tenant; exit code 0: nothing found, or nothing left. */
import { runCommand, SHARED_USAGE } from "./transfer/target.ts";
import { printReport, verifyTenant } from "./transfer/verify.ts";
import { watched } from "./transfer/watched.ts";

const USAGE = `npm run verify -- --tenant T [--repair] [--json]
  --repair               makes anew what is derived from documents, and audits once more
  --json                 the whole report as JSON
${SHARED_USAGE}`;

await runCommand(
  USAGE,
  { repair: { type: "boolean" }, json: { type: "boolean" } },
  async ({ target, flag }) => {
    const audit = (repair: boolean) =>
      watched((progress) => verifyTenant(target, repair, progress));
    const mended = flag("repair") ? await audit(true) : undefined;
    const report = await audit(false);
    if (flag("json")) {
      process.stdout.write(`${JSON.stringify({ ...report, mended: mended?.findings ?? [] })}\n`);
    } else {
      if (mended !== undefined && mended.findings.length > 0) {
        process.stdout.write(`${printReport(mended)}\nafter the repair\n`);
      }
      process.stdout.write(printReport(report));
    }
    if (report.findings.length > 0) process.exitCode = 1;
  },
);
