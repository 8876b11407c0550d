/** `npm run import -- --tenant T --in FILE|-`: a tenant's data out of an export; again, or after a crash, it leads to the same end. */
import { Refusal } from "./local/settings.ts";
import { readIn } from "./transfer/file.ts";
import { importFile } from "./transfer/import.ts";
import { runCommand, SHARED_USAGE, WRONG_USE } from "./transfer/target.ts";

const USAGE = `npm run import -- --tenant T --in FILE [--merge]
  --in FILE              an export; - is standard input
  --merge                the tenant may have other data: it stays, but gives way to the file's where both have it
${SHARED_USAGE}`;

await runCommand(
  USAGE,
  { in: { type: "string" }, merge: { type: "boolean" } },
  async ({ target, text, flag }) => {
    const path = text("in");
    if (path === undefined) throw new Refusal(`--in is missing.\n\n${USAGE}`, WRONG_USE);
    const tell = (line: string): void => {
      process.stderr.write(`${line}\n`);
    };
    await readIn(path, (file) =>
      importFile(target, {
        path: file,
        merge: flag("merge"),
        tell,
      }),
    );
  },
);
