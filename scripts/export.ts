/** `npm run export -- --tenant T [--out FILE|-]`: all that a tenant is made of, without anything secret. */
import { exportTenant } from "./transfer/export.ts";
import { writeOut } from "./transfer/file.ts";
import { runCommand, SHARED_USAGE } from "./transfer/target.ts";
import { watched } from "./transfer/watched.ts";

const USAGE = `npm run export -- --tenant T [--out FILE]
  --out FILE             where to (default: T-TIME.jsonl); - is standard output (call npm with --silent)
${SHARED_USAGE}`;

await runCommand(USAGE, { out: { type: "string" } }, async ({ target, text }) => {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const out = text("out") ?? `${target.tenant}-${time}.jsonl`;
  const end = await writeOut(out, (write) =>
    watched((progress) => exportTenant(target, write, progress)),
  );
  const counts = Object.entries(end.counts).map(([kind, count]) => `${kind} ${count}`);
  process.stderr.write(`${out}: ${counts.join(", ")}\n`);
  if (end.moved) {
    process.stderr.write(
      "The tenant was written to meanwhile: each line is right, but they are not all of one moment.\n",
    );
  }
  if (end.leftOut > 0) {
    const hint = end.moved ? "" : "; npm run verify tells more";
    process.stderr.write(
      `${end.leftOut} memberships of who isn't in the file were left out${hint}.\n`,
    );
  }
});
