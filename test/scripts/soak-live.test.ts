/** Short soaks of the local emulation: a kill loses nothing, and what is lost behind its back is found. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../../scripts/local/ports.ts";
import { makeEmulation } from "../../scripts/soak/emulation.ts";
import { parseSoakOptions } from "../../scripts/soak/options.ts";
import { problemsOf } from "../../scripts/soak/report.ts";
import { soak } from "../../scripts/soak/run.ts";

const SOAK = fileURLToPath(new URL("../../scripts/soak.ts", import.meta.url));
const ARGS = ["--minutes=0.15", "--kill-every=5", "--users=10", "--groups=4", "--rate=50"];
const LIMIT_MS = 120_000;
const QUIET = { grow() {}, enter() {}, advance() {}, stop() {} };

const state = await mkdtemp(join(tmpdir(), "rollcall-soak-test-"));

afterAll(() => rm(state, { recursive: true, force: true }));

test(
  "two tenants live through a SIGKILL",
  async () => {
    const [code, output] = await new Promise<[unknown, string]>((resolve) => {
      const args = [SOAK, ...ARGS, "--tenants=2"];
      execFile(process.execPath, args, { timeout: LIMIT_MS }, (error, stdout, stderr) => {
        resolve([error?.code ?? 0, `${stdout}${stderr}`]);
      });
    });
    expect(output).toMatch(/ 1 kills: [1-9]\d* writes acknowledged, /);
    expect(output).toMatch(/\nnothing lost\n/);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);

test(
  "an acknowledged write that is taken out of the database is found",
  async () => {
    const options = parseSoakOptions([...ARGS, "--tenants=1"]);
    if (options === "help") throw new Error("unexpected");
    const emulation = makeEmulation({ port: await freePort(), state }, {});
    const tampered = {
      ...emulation,
      async kill() {
        await emulation.kill();
        forgetOneUser();
      },
    };
    try {
      const figures = await soak(options, tampered, QUIET);
      expect(problemsOf(figures)).toContainEqual(
        expect.stringMatching(/not as acknowledged: \/Users\/.*; it is gone$/),
      );
      expect(figures.tenants[0]?.findings).not.toEqual([]);
    } finally {
      await emulation.kill();
    }
  },
  LIMIT_MS,
);

/** As if the engine had lost it: the row alone, while nobody has the file. */
function forgetOneUser(): void {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(folder, file));
    const result = database
      .prepare(
        "DELETE FROM resources WHERE id = (SELECT min(id) FROM resources WHERE type = 'User')",
      )
      .run();
    database.close();
    if (result.changes === 1) return;
  }
  throw new Error("there was nobody to forget");
}
