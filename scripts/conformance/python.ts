/** A virtual environment with the tools in it, made once and made again when the list of packages changes. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "../local/settings.ts";
import { readText } from "../local/state.ts";
import { execute } from "./execute.ts";
import type { Ended } from "./execute.ts";

/** The tools, and the two libraries below scim2-tester that decide what it sends and expects. */
export const PACKAGES: readonly string[] = Object.freeze([
  "scim2-cli==0.6.0",
  "scim2-tester==0.5.2",
  "scim2-client==0.13.2",
  "scim2-models==0.12.3",
  "scim-sanity==0.7.4",
]);

/** scim2-cli's own requirement. */
const OLDEST = { major: 3, minor: 11 };
const NAMES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
const VERSION = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
const LOOK_MS = 20_000;
const MAKE_MS = 120_000;
const INSTALL_MS = 300_000;

/** Exit code where this machine can't run the tools; that is no finding. */
const NOT_AT_HAND = 3;

/** The folder of the environment's programs. */
export async function ensureTools(folder: string, signal: AbortSignal): Promise<string> {
  const programs = join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const stamp = join(folder, "rollcall-packages.txt");
  const wanted = `${PACKAGES.join("\n")}\n`;
  const python = join(programs, "python");
  if ((await readText(stamp)) === wanted && (await versionOf(python, signal)) !== undefined) {
    return programs;
  }
  await makeEnvironment(await findPython(signal), folder, signal);
  await install(python, signal);
  await writeFile(stamp, wanted);
  return programs;
}

async function findPython(signal: AbortSignal): Promise<string> {
  const versions: string[] = [];
  for (const name of NAMES) {
    // One after the other: the first that fits is taken.
    const version = await versionOf(name, signal);
    if (version !== undefined && isNewEnough(version)) return name;
    if (version !== undefined) versions.push(`${name} is ${version}`);
  }
  const needed = `Python ${OLDEST.major}.${OLDEST.minor} or newer, with venv and pip`;
  const found = versions.length === 0 ? "none was found" : versions.join(", ");
  throw new Refusal(
    `The compliance tools need ${needed}: ${found}. Nothing was checked.`,
    NOT_AT_HAND,
  );
}

/** Such as "3.12"; undefined where it can't run, or can't make an environment. */
async function versionOf(python: string, signal: AbortSignal): Promise<string | undefined> {
  const program = { file: python, args: ["-c", VERSION], milliseconds: LOOK_MS };
  const { exitCode, stdout } = await execute(program, signal);
  return exitCode === 0 ? stdout.trim() : undefined;
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}

async function makeEnvironment(python: string, folder: string, signal: AbortSignal): Promise<void> {
  const args = ["-m", "venv", "--clear", folder];
  const ended = await execute({ file: python, args, milliseconds: MAKE_MS }, signal);
  if (ended.exitCode !== 0) throw notAtHand(`${python} could not make ${folder}`, ended);
}

/** From whatever index pip is configured for. */
async function install(python: string, signal: AbortSignal): Promise<void> {
  const quietly = ["--quiet", "--no-input", "--disable-pip-version-check"];
  const briefly = ["--retries=1", "--timeout=15"];
  const args = ["-m", "pip", "install", ...quietly, ...briefly, ...PACKAGES];
  const ended = await execute({ file: python, args, milliseconds: INSTALL_MS }, signal);
  if (ended.exitCode !== 0) throw notAtHand("pip could not install the tools", ended);
}

function notAtHand(what: string, { stdout, stderr, exitCode }: Ended): Refusal {
  const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-5).join("\n");
  const how = exitCode === undefined ? " in time" : "";
  return new Refusal(`${what}${how}. Nothing was checked.\n${said}`, NOT_AT_HAND);
}
