/** `npm run export`, `import` and `verify` against the local emulation, and the same data on libSQL. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryFor } from "../../scripts/local/patience.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { launch, type Running } from "../../scripts/local/processes.ts";
import { checkFile } from "../../scripts/transfer/file.ts";
import { parseObject, readObject, stateFiles } from "../../scripts/local/state.ts";

const script = (name: string): string =>
  fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));
const READY_MS = 60_000;
const RUN_MS = 50_000;

let state = "";
let running: Running | undefined;
let origin = "";
let adminToken = "";
let exported = "";

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "rollcall-transfer-"));
  const served = launch({
    args: [script("serve")],
    env: { PORT: String(await freePort()), ROLLCALL_STATE: state },
  });
  running = served;
  const stillborn = served.exited.then(() => {
    throw new Error(`npm run serve ended:\n${served.untold()}`);
  });
  const patience = { milliseconds: READY_MS, signal: AbortSignal.timeout(READY_MS) };
  const ready = tryFor(patience, async () => {
    const local = await readObject(stateFiles(state).local);
    if (local === undefined) throw new Error(`npm run serve was not ready:\n${served.untold()}`);
    origin = String(local["origin"]);
    adminToken = String(local["adminToken"]);
  });
  await Promise.race([ready, stillborn]);
  const simulated = await run("simulate", "--idp=okta", "--users=30", "--groups=6");
  expect(simulated.output).toMatch(/ 0 errors, 0 differences\n/);
  exported = join(state, "demo.jsonl");
  const made = await run("export", "--tenant=demo", `--out=${exported}`);
  expect(made.output).toMatch(/demo\.jsonl: connection \d+, resource \d+, member \d+\n/);
  expect(made.code).toBe(0);
}, READY_MS + 60_000);

afterAll(async () => {
  await running?.stop();
  await rm(state, { recursive: true, force: true });
}, 15_000);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** All that was said, on either stream. */
  readonly output: string;
}

function run(name: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, ROLLCALL_STATE: state };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script(name), ...args],
      { env, timeout: RUN_MS, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, output: `${stdout}\n${stderr}` });
      },
    );
  });
}

/** The lines between header and end. */
function dataOf(text: string): string[] {
  return text.trimEnd().split("\n").slice(1, -1);
}

/** A file as an export writes it. */
function fileOf(tenant: string, lines: readonly object[]): string {
  const header = {
    kind: "header",
    format: "rollcall-tenant",
    version: 1,
    tenant,
    displayName: "Made",
    exported: "2026-01-01T00:00:00.000Z",
  };
  const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
  const sha256 = createHash("sha256").update(text).digest("hex");
  const end = { kind: "end", counts: { resource: lines.length }, moved: false, sha256 };
  return `${text}${JSON.stringify(end)}\n`;
}

function userLine(number: number): object {
  const id = `01900000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
  const at = "2026-01-01T00:00:00.000Z";
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
  const document = {
    schemas,
    id,
    userName: `user${number}`,
    emails: [{ value: `u${number}@x.test` }],
  };
  return {
    kind: "resource",
    type: "User",
    id,
    version: 3,
    created: at,
    lastModified: at,
    document,
  };
}

describe("a round trip", () => {
  test("into another tenant gives an equal export, and again writes nothing", async () => {
    const imported = await run("import", "--tenant=copy", `--in=${exported}`);
    expect(imported.output).toMatch(/\d+ lines written, 0 were there already/);
    expect(imported.code).toBe(0);
    const copy = await run("export", "--tenant=copy", "--out=-");
    expect(copy.code).toBe(0);
    const data = dataOf(await readFile(exported, "utf8"));
    expect(dataOf(copy.stdout)).toEqual(data);
    expect(data.length).toBeGreaterThan(30);
    const again = await run("import", "--tenant=copy", `--in=${exported}`);
    expect(again.output).toMatch(/\n0 lines written, \d+ were there already/);
    const verified = await run("verify", "--tenant=copy");
    expect(verified.stdout).toMatch(/resources \d\d, .*\n0 differences\n$/);
    expect(verified.code).toBe(0);
  });

  test("by standard input and output", async () => {
    const child = spawn(process.execPath, [script("import"), "--tenant=piped", "--in=-"], {
      env: { ...process.env, ROLLCALL_STATE: state },
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin.end(await readFile(exported));
    expect(await textOf(child.stderr)).toMatch(/the tenant is as the file says/);
  });

  test("holds no secret of the local state", async () => {
    const file = await readFile(exported, "utf8");
    const local = (await readObject(stateFiles(state).local)) ?? {};
    for (const secret of [
      local["scimToken"],
      adminToken,
      (await readFile(stateFiles(state).secret, "utf8")).trim(),
    ]) {
      expect(String(secret).length).toBeGreaterThan(20);
      expect(file).not.toContain(String(secret));
    }
    expect(file).not.toContain("rcs_");
  });
});

test("an import that is killed half way, and run again, ends in the same state", async () => {
  const path = join(state, "many.jsonl");
  const lines = Array.from({ length: 2100 }, (_one, index) => userLine(index));
  await writeFile(path, fileOf("many", lines));
  // Between the two: the third chunk is carried out, and the one who sent it is dead before it hears of it.
  let chunks = 0;
  let kill = (): void => {};
  const proxy = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request);
      const answer = await fetch(`${origin}${request.url ?? ""}`, {
        method: request.method ?? "GET",
        headers: {
          authorization: request.headers.authorization ?? "",
          "content-type": "application/json",
        },
        body: body === "" ? null : body,
      });
      const text = await answer.text();
      if (request.url?.endsWith("/import") === true) chunks += 1;
      if (chunks === 3) kill();
      else response.writeHead(answer.status).end(text);
    })();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const args = [
    script("import"),
    "--tenant=many",
    `--in=${path}`,
    `--base=http://127.0.0.1:${port}`,
    `--token=${adminToken}`,
  ];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  kill = () => child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  proxy.closeAllConnections();
  proxy.close();
  expect(chunks).toBe(3);
  const half = await run("export", "--tenant=many", "--out=-");
  expect(dataOf(half.stdout)).toHaveLength(1500);
  const resumed = await run("import", "--tenant=many", `--in=${path}`);
  expect(resumed.output).toMatch(/600 lines written, 1500 were there already/);
  const all = await run("export", "--tenant=many", "--out=-");
  expect(dataOf(all.stdout)).toEqual(lines.map((line) => JSON.stringify(line)));
  expect((await run("verify", "--tenant=many")).code).toBe(0);
});

describe("an import refuses, and writes nothing:", () => {
  const cases: readonly (readonly [
    name: string,
    change: (text: string) => string,
    words: RegExp,
  ])[] = [
    ["a file that is cut off", (text) => text.split("\n").slice(0, -2).join("\n"), /is cut off/],
    ["a file that is cut off in a line", (text) => text.slice(0, -20), /cut off or no JSON/],
    [
      "a file that lacks a line",
      (text) => text.replace(/\n\{"kind":"member".*?\n/, "\n"),
      /isn't as it was written/,
    ],
    [
      "a file that was changed",
      (text) => text.replace(/"version":\d+,"created"/, '"version":99,"created"'),
      /isn't as it was written/,
    ],
    ["what is no export", () => "> rollcall@0.1.0 export\n", /The first line isn't/],
    ["an empty file", () => "", /is empty/],
    ["a later format", (text) => text.replace('"version":1', '"version":2'), /format is 2/],
  ];
  test.each(cases)("%s", async (_name, change, words) => {
    const path = join(state, "broken.jsonl");
    await writeFile(path, change(await readFile(exported, "utf8")));
    await expect(checkFile(path)).rejects.toThrow(words);
  });

  test("the file is looked at before the tenant is", async () => {
    const path = join(state, "cut.jsonl");
    await writeFile(path, (await readFile(exported, "utf8")).slice(0, -20));
    const refused = await run("import", "--tenant=untouched", `--in=${path}`);
    expect(refused.output).toMatch(/cut off or no JSON/);
    expect(refused.code).toBe(1);
    const there = await run("export", "--tenant=untouched", "--out=-");
    expect(there.output).toMatch(/there is no tenant "untouched"/);
  });

  test("other data than the file's; --merge keeps and replaces", async () => {
    const [path, other] = [join(state, "a.jsonl"), join(state, "b.jsonl")];
    await writeFile(path, fileOf("a", [userLine(1), userLine(2)]));
    const changed = { ...userLine(2), version: 4 };
    await writeFile(other, fileOf("a", [changed, userLine(3)]));
    expect((await run("import", "--tenant=mixed", `--in=${path}`)).code).toBe(0);
    const refused = await run("import", "--tenant=mixed", `--in=${other}`);
    expect(refused.output).toMatch(/other data than the file; nothing was written/);
    expect(refused.output).toMatch(
      /not in the file: 1 \(User 01900000-0000-7000-8000-000000000001\)/,
    );
    expect(refused.output).toMatch(/otherwise in the file: 1 \(User [-0-9a-f]+2\)/);
    expect(refused.code).toBe(1);
    const before = await run("export", "--tenant=mixed", "--out=-");
    expect(dataOf(before.stdout)).toHaveLength(2);
    expect((await run("import", "--tenant=mixed", `--in=${other}`, "--merge")).code).toBe(0);
    const after = await run("export", "--tenant=mixed", "--out=-");
    const expected = [userLine(1), changed, userLine(3)].map((line) => JSON.stringify(line));
    expect(dataOf(after.stdout)).toEqual(expected);
    expect((await run("verify", "--tenant=mixed")).code).toBe(0);
  });

  test("commands that are called wrongly", async () => {
    for (const args of [
      ["import", "--tenant=x"],
      ["export"],
      ["verify", "--tenat=x"],
      ["export", "--tenant=x", "--base=ftp://x", "--token=t"],
    ]) {
      const [name = "", ...rest] = args;
      expect((await run(name, ...rest)).code).toBe(2);
    }
  });
});

describe("verify", () => {
  /** A management API with one difference that can be mended and, at first, no time. */
  async function withFindings(use: (base: string) => Promise<void>): Promise<void> {
    let busy = true;
    let isMended = false;
    const server = createServer((request, response) => {
      void (async () => {
        const { repair } = parseObject(await textOf(request)) ?? {};
        const finding = {
          table: "positions",
          key: "User",
          problem: "wrong",
          repair: repair === true ? "done" : "possible",
        };
        const findings = isMended ? [] : [finding];
        if (!busy && repair === true) isMended = true;
        response.writeHead(busy ? 503 : 200);
        response.end(JSON.stringify({ part: "positions", checked: 1, findings, next: null }));
        busy = false;
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await use(`--base=http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
  }

  test("ends with 1 where there is a difference, and with 0 when it is mended", async () => {
    await withFindings(async (base) => {
      const found = await run("verify", "--tenant=x", base, "--token=t");
      expect(found.stdout).toMatch(
        /positions {2}User: wrong \(--repair mends it\)\n1 differences\n$/,
      );
      expect(found.code).toBe(1);
      const mended = await run("verify", "--tenant=x", base, "--token=t", "--repair");
      expect(mended.stdout).toMatch(/wrong \(mended\)[^]*after the repair[^]*\n0 differences\n$/);
      expect(mended.code).toBe(0);
    });
  });

  test("as JSON", async () => {
    await withFindings(async (base) => {
      const { stdout, code } = await run("verify", "--tenant=x", base, "--token=t", "--json");
      expect(parseObject(stdout)).toMatchObject({ tenant: "x", findings: [{ problem: "wrong" }] });
      expect(code).toBe(1);
    });
  });
});
