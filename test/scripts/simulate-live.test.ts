/** A short run of every IdP against the local emulation: what `npm run simulate -- --connection` does. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tryFor } from "../../scripts/local/patience.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { launch, type Running } from "../../scripts/local/processes.ts";
import { readObject, stateFiles } from "../../scripts/local/state.ts";

const SERVE = fileURLToPath(new URL("../../scripts/serve.ts", import.meta.url));
const SIMULATE = fileURLToPath(new URL("../../scripts/simulate.ts", import.meta.url));
const READY_MS = 60_000;
const RUN_MS = 30_000;

let state = "";
let running: Running | undefined;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "rollcall-simulate-"));
  const served = launch({
    args: [SERVE],
    env: { PORT: String(await freePort()), ROLLCALL_STATE: state },
  });
  running = served;
  const stillborn = served.exited.then(() => {
    throw new Error(`npm run serve ended:\n${served.untold()}`);
  });
  const patience = { milliseconds: READY_MS, signal: AbortSignal.timeout(READY_MS) };
  const ready = tryFor(patience, async () => {
    if ((await readObject(stateFiles(state).local)) !== undefined) return;
    throw new Error(`npm run serve was not ready in time:\n${served.untold()}`);
  });
  await Promise.race([ready, stillborn]);
}, READY_MS + 10_000);

afterAll(async () => {
  await running?.stop();
  await rm(state, { recursive: true, force: true });
}, 15_000);

/** Each dialect is another company, since not all of them can bring the server to the same state. */
function run(idp: string, dialect: string, connection: string): Promise<[number, string]> {
  const seed = `${dialect.replaceAll("-", "")}${connection}`;
  const args = [`--idp=${idp}`, `--dialect=${dialect}`, `--connection=${connection}`];
  const size = ["--users=12", "--groups=10", `--seed=${seed}`];
  const env = { ...process.env, ROLLCALL_STATE: state };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [SIMULATE, ...args, ...size],
      { env, timeout: RUN_MS },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve([code, code === 0 || code === 1 ? stdout : `${stdout}\n${stderr}`]);
      },
    );
  });
}

const RUNS: readonly (readonly [idp: string, dialect: string, connection: string])[] = [
  ["entra", "default", "entra"],
  ["entra", "flag", "entra"],
  ["okta", "oin", "okta"],
  ["okta", "wizard", "okta"],
  ["onelogin", "draft", "onelogin"],
  ["jumpcloud", "both", "jumpcloud"],
  ["authentik", "current", "authentik"],
  ["authentik", "with-id", "authentik"],
  ["keycloak", "put", "keycloak"],
  ["keycloak", "patch", "keycloak"],
  // The two that keep to the RFC.
  ["okta", "wizard", "strict"],
  ["keycloak", "put", "strict"],
];

test.each(RUNS)("%s (%s) by a connection of profile %s", async (idp, dialect, connection) => {
  const [code, output] = await run(idp, dialect, connection);
  expect(output).toMatch(/ 0 errors, 0 differences\n$/);
  expect(code).toBe(0);
});

test("the same run again leads to the same end", async () => {
  const [code, output] = await run("okta", "oin", "okta");
  expect(output).not.toMatch(/^create user/m);
  expect(output).toMatch(/ 0 errors, 0 differences\n$/);
  expect(code).toBe(0);
});

test("a strict connection refuses what JumpCloud sends, and the run says so", async () => {
  const [code, output] = await run("jumpcloud", "both", "strict");
  expect(output).toMatch(/remove members: PATCH \/Groups\/[^ ]+: 400 /);
  expect(code).toBe(1);
});

test("a profile that there isn't", async () => {
  const [code, output] = await run("okta", "oin", "nobody");
  expect(output).toMatch(/--connection nobody is refused/);
  expect(code).toBe(2);
});
