/** Export files: written as a whole or not at all, and believed only where nothing is missing. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../local/settings.ts";
import { isObject, parseObject } from "../local/state.ts";
import { FORMAT, FORMAT_VERSION } from "./export.ts";
import { compareKeys, keyOf } from "./lines.ts";
import type { Line } from "./lines.ts";

/** Calls `fill` with what writes to the file, or to standard output for "-"; a file appears when all of it is there. */
export async function writeOut<Result>(
  path: string,
  fill: (write: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  if (path === "-") return fill(writeStandard);
  const partial = `${path}.partial`;
  const handle = await open(partial, "w", 0o600);
  try {
    const result = await fill(async (text) => {
      await handle.writeFile(text);
    });
    await handle.sync();
    await handle.close();
    await rename(partial, path);
    return result;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
}

/** Waits until it is taken: nothing piles up behind a slow reader. */
function writeStandard(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Calls `use` with the path of a file that can be read more than once; "-" is standard input. */
export async function readIn(path: string, use: (path: string) => Promise<void>): Promise<void> {
  if (path !== "-") return use(path);
  const spooled = join(tmpdir(), `rollcall-import-${randomUUID()}.jsonl`);
  try {
    await pipeline(process.stdin, createWriteStream(spooled, { mode: 0o600, flags: "wx" }));
    await use(spooled);
  } finally {
    await rm(spooled, { force: true });
  }
}

/** What a whole file says of itself. */
export interface FileFacts {
  readonly tenant: string;
  readonly displayName: string;
  readonly exported: string;
  /** Lines between header and end. */
  readonly lines: number;
  /** Whether the tenant was written to during the export. */
  readonly moved: boolean;
}

/** @throws Refusal it is no export, it is cut off or changed, or its lines are not in order */
export async function checkFile(path: string): Promise<FileFacts> {
  const hash = createHash("sha256");
  let header: Line | undefined;
  let end: Line | undefined;
  let lines = 0;
  let last: readonly string[] = [];
  for await (const { text, line, number } of numberedLines(path)) {
    if (end !== undefined) throw new Refusal(`line ${number}: there is something after the end.`);
    if (line["kind"] === "end") {
      end = line;
      continue;
    }
    hash.update(`${text}\n`);
    if (header === undefined) {
      header = checkHeader(line);
      continue;
    }
    const key = keyOf(line);
    if (key === undefined) throw new Refusal(`line ${number} is no line of an export.`);
    if (compareKeys(last, key) >= 0) {
      throw new Refusal(`line ${number} is out of order, or there twice.`);
    }
    last = key;
    lines += 1;
  }
  if (header === undefined) throw new Refusal("The file is empty.");
  if (end === undefined)
    throw new Refusal("The file is cut off: its last line, the end, is missing.");
  const said = isObject(end["counts"]) ? Object.values(end["counts"]) : [];
  const sum = said.reduce((total: number, count) => total + Number(count), 0);
  if (sum !== lines || end["sha256"] !== hash.digest("hex")) {
    throw new Refusal("The file isn't as it was written: its lines don't match its end.");
  }
  return {
    tenant: String(header["tenant"]),
    displayName: String(header["displayName"]),
    exported: String(header["exported"]),
    lines,
    moved: end["moved"] === true,
  };
}

function checkHeader(line: Line): Line {
  if (line["kind"] !== "header" || line["format"] !== FORMAT) {
    const hint = "with npm run export -- --out -, call npm with --silent";
    throw new Refusal(`The first line isn't that of an export (${hint}).`);
  }
  if (line["version"] === FORMAT_VERSION) return line;
  throw new Refusal(
    `The file's format is ${String(line["version"])}, this knows ${FORMAT_VERSION}.`,
  );
}

/** The lines between header and end of a file that was checked. */
export async function* readFileLines(path: string): AsyncGenerator<Line> {
  for await (const { line } of numberedLines(path)) if (keyOf(line) !== undefined) yield line;
}

async function* numberedLines(path: string) {
  const input = createReadStream(path, { encoding: "utf8" });
  input.on("error", () => {});
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      const line = parseObject(text);
      if (line !== undefined) yield { text, line, number };
      else if (number === 1) yield { text, line: {}, number };
      else throw new Refusal(`line ${number} is cut off or no JSON object.`);
    }
  } finally {
    input.destroy();
  }
  if (input.errored) throw new Refusal(`${path}: ${input.errored.message}.`);
}
