/** Brings a file's data into a tenant: compared before anything is written, written in chunks, compared again when all is there. */
import { unexpected } from "../local/admin-api.ts";
import { Refusal } from "../local/settings.ts";
import type { Progress } from "../simulate/phases.ts";
import { compare, printNamed } from "./compare.ts";
import { checkFile, readFileLines } from "./file.ts";
import type { FileFacts } from "./file.ts";
import { readTenant } from "./lines.ts";
import type { Line } from "./lines.ts";
import { bodyOf, pathTo } from "./target.ts";
import type { Target } from "./target.ts";
import { watched } from "./watched.ts";

export interface ImportOptions {
  readonly path: string;
  /** Whether what the tenant has beside the file stays, and gives way to the file's where both have it. */
  readonly merge: boolean;
  readonly tell: (text: string) => void;
}

/** The same import again, also after a crash, leads to the same end. @throws Refusal */
export async function importFile(target: Target, options: ImportOptions): Promise<void> {
  const { path, merge, tell } = options;
  const facts = await checkFile(path);
  tell(`${facts.lines} lines of tenant ${facts.tenant}, exported ${facts.exported}`);
  if (facts.moved)
    tell("The tenant was written to during the export: the file isn't of one moment.");
  await ensureTenant(target, facts);
  const before = await compare(readFileLines(path), readTenant(target));
  if (!merge && before.foreign.count + before.different.count > 0) {
    throw new Refusal(
      [
        `Tenant ${target.tenant} has other data than the file; nothing was written.`,
        `  not in the file: ${printNamed(before.foreign)}`,
        `  otherwise in the file: ${printNamed(before.different)}`,
        "--merge keeps the former, and puts the file's in the place of the latter.",
      ].join("\n"),
    );
  }
  if (before.kept.count > 0) tell(`Left as they are: connections ${printNamed(before.kept)}`);
  const written = await watched((progress) => sendAll(target, { path, merge, facts, progress }));
  const after = await compare(readFileLines(path), readTenant(target));
  const isForeign = !merge && after.foreign.count > 0;
  if (isForeign || after.missing.count + after.different.count > 0) {
    throw new Refusal(
      [
        `The tenant isn't as the file says: somebody else wrote to it, or removed from it.`,
        `  missing: ${printNamed(after.missing)}`,
        `  otherwise in the file: ${printNamed(after.different)}`,
        `  not in the file: ${printNamed(after.foreign)}`,
      ].join("\n"),
    );
  }
  tell(
    `${written} lines written, ${facts.lines - written} were there already; the tenant is as the file says`,
  );
}

/** A tenant that isn't there is made, with the name that it had. */
async function ensureTenant(target: Target, { displayName }: FileFacts): Promise<void> {
  const found = await target.call({ method: "GET", path: pathTo(target, "") });
  if (found.status !== 404) {
    bodyOf("the tenant", found);
    return;
  }
  const body = { id: target.tenant, displayName };
  const made = await target.call({ method: "POST", path: "/tenants", body });
  if (made.status === 409) {
    throw new Refusal(`There was a tenant ${target.tenant}; its id is never used again.`);
  }
  if (made.status !== 201) throw unexpected("POST /tenants", made);
}

interface Sending {
  readonly path: string;
  readonly merge: boolean;
  readonly facts: FileFacts;
  readonly progress: Progress;
}

/** How many lines were written. */
async function sendAll(target: Target, { path, merge, facts, progress }: Sending): Promise<number> {
  progress.grow(facts.lines);
  progress.enter("import", facts.lines);
  let written = 0;
  for await (const chunk of chunksOf(readFileLines(path))) {
    written += await sendChunk(target, chunk, merge);
    for (let line = 0; line < chunk.length; line += 1) progress.advance();
  }
  return written;
}

async function sendChunk(
  target: Target,
  lines: readonly Line[],
  replace: boolean,
): Promise<number> {
  const body = { lines, replace };
  const answer = await target.call({ method: "POST", path: pathTo(target, "/import"), body });
  return Number(bodyOf("the import", answer)["written"]);
}

const CHUNK_LINES = 500;
const CHUNK_BYTES = 800_000;

async function* chunksOf(lines: AsyncIterable<Line>): AsyncGenerator<readonly Line[]> {
  let chunk: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line));
    if (chunk.length >= CHUNK_LINES || (chunk.length > 0 && bytes + size > CHUNK_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(line);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
