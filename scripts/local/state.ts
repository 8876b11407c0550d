/** The files of a state folder, and the two ways to touch them: read JSON, and replace a file as a whole. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `local.json`: what a script needs to talk to the local Rollcall (CONTRACT, "Commands"). */
export interface LocalFile {
  readonly origin: string;
  readonly tenantId: string;
  readonly scimBaseUrl: string;
  readonly scimToken: string;
  readonly adminBaseUrl: string;
  readonly adminToken: string;
  readonly consoleUrl: string;
}

export interface StateFiles {
  readonly folder: string;
  /** Readiness and addresses, for scripts. */
  readonly local: string;
  /** The private JWK that signs the access tokens of this emulation. */
  readonly key: string;
  /** `ROLLCALL_SECRET`, base64. */
  readonly secret: string;
  /** Tenant and SCIM tokens made here, so that a replaced token can be deleted. */
  readonly demo: string;
  /** The Worker's variables, as a dotenv file. */
  readonly variables: string;
  /** Which main database `local.json` is about. */
  readonly database: string;
  /** Where the local sqld keeps its database. */
  readonly sqld: string;
  /** Who uses this folder at present. */
  readonly owner: string;
  /** Where `npm run serve` puts the built Worker. */
  readonly build: string;
}

/** `database`: the main database, by its name; what was made in one isn't in another. */
export function stateFiles(folder: string, database = "d1"): StateFiles {
  return {
    folder,
    local: join(folder, "local.json"),
    key: join(folder, "admin-key.jwk"),
    secret: join(folder, "secret"),
    demo: join(folder, database === "d1" ? "demo.json" : `demo-${database}.json`),
    variables: join(folder, "worker.env"),
    database: join(folder, "database"),
    sqld: join(folder, "sqld"),
    owner: join(folder, "owner.pid"),
    build: join(folder, "build"),
  };
}

/** Makes the folder, readable by its owner only; one that exists is left as it is. */
export async function makeStateFolder(files: StateFiles): Promise<void> {
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
}

/** The file's text; undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The JSON object in the file; undefined where there is none, or where it is something else. */
export async function readObject(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parseObject(text);
}

/** The JSON object that the text is; undefined where it is something else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step, so that nobody reads half of it; mode 0600. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
}

export async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
