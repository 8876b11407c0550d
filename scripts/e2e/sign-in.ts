/** Signing in against a real OpenID provider, in a real browser; signing out; sessions that end. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import type { Browser, Page } from "playwright-core";
import { freePort } from "../local/ports.ts";
import { PROJECT } from "../local/settings.ts";
import { stateFiles, writePrivate } from "../local/state.ts";
import { openBrowser, lookAt, newPage } from "./browser.ts";
import { check } from "./check.ts";
import { startOpenIdProvider } from "./openid-provider.ts";
import type { OpenIdProvider } from "./openid-provider.ts";
import { withServed } from "./served.ts";

const AUDIENCE = "rollcall";
/** Seconds; long enough for a slow machine to do what is to be done in it. */
const IDLE = 8;

/** On the state of a served Worker: its tenant `demo` is there already. */
export async function checkSignIn(): Promise<void> {
  await withServed({}, async (_local, where) => {
    where.stop();
    await where.stopped;
    const origin = `http://127.0.0.1:${where.port}`;
    const provider = await startOpenIdProvider(await freePort(), { origin, audience: AUDIENCE });
    const worker = await startWorker(where.state, where.port, provider);
    const browser = await openBrowser();
    try {
      await signIns(browser, origin);
    } finally {
      await browser.close();
      worker.kill("SIGTERM");
      await provider.close();
    }
  });
}

/** The built Worker with the provider as the issuer of its access tokens. */
async function startWorker(state: string, port: number, provider: OpenIdProvider) {
  const files = stateFiles(state);
  const { ROLLCALL_SECRET = "" } = parseEnv(await readFile(files.variables, "utf8"));
  const variables = {
    ROLLCALL_SECRET,
    ADMIN_ISSUER: provider.issuer,
    ADMIN_AUDIENCE: AUDIENCE,
    CONSOLE_CLIENT_ID: provider.clientId,
    CONSOLE_CLIENT_SECRET: provider.clientSecret,
    CONSOLE_RESOURCE: provider.resource,
    CONSOLE_IDLE_SECONDS: String(IDLE),
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
  await writePrivate(files.variables, lines.join(""));
  const worker = spawn(process.execPath, ["scripts/local/miniflare.ts", String(port), state], {
    cwd: PROJECT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (let tries = 0; tries < 200; tries += 1) {
    const isUp = await fetch(`http://127.0.0.1:${port}/console`).then(
      () => true,
      () => false,
    );
    if (isUp) return worker;
    await sleep(100);
  }
  throw new Error("the Worker did not start");
}

async function signIns(browser: Browser, origin: string): Promise<void> {
  const operator = await newPage(browser);
  await check(
    "without a session the console asks to sign in, and comes back to the page",
    async () => {
      const response = await operator.page.goto(`${origin}/console/t/demo/connect`);
      assert.equal(response?.status(), 401);
      await lookAt(operator.page, "sign-in");
      await operator.page.click("text=Sign in >> nth=-1");
      await signInAs(operator.page, "operator");
      assert.equal(new URL(operator.page.url()).pathname, "/console/t/demo/connect");
    },
  );
  await check("an operator sees all tenants", async () => {
    assert.equal((await operator.page.goto(`${origin}/console/tenants`))?.status(), 200);
  });
  await check("a manager gets to the own tenant, and nowhere else", async () => {
    const { page } = await newPage(browser);
    await page.goto(`${origin}/console/sign-in`);
    await signInAs(page, "manager");
    assert.equal(new URL(page.url()).pathname, "/console/t/demo");
    assert.equal((await page.goto(`${origin}/console/tenants`))?.status(), 403);
    assert.equal((await page.goto(`${origin}/console/t/other`))?.status(), 404);
  });
  await check("who has no scope is told so, and gets no session", async () => {
    const { page } = await newPage(browser);
    await page.goto(`${origin}/console/sign-in`);
    await signInAs(page, "somebody");
    assert.match(await page.innerText("main"), /services\.iam|tenant/);
    assert.equal((await page.goto(`${origin}/console/t/demo`))?.status(), 401);
  });
  await check("a callback that nobody asked for signs nobody in", async () => {
    const { page } = await newPage(browser);
    const callback = `${origin}/console/callback?code=stolen&state=stolen`;
    assert.equal((await page.goto(callback))?.status(), 400);
    assert.equal((await page.goto(`${origin}/console/t/demo`))?.status(), 401);
  });
  await check("signing out ends the session", async () => {
    await operator.page.goto(`${origin}/console/t/demo/connect`);
    await operator.page.click("text=Sign out");
    assert.match(await operator.page.innerText("main"), /signed out/);
    assert.equal((await operator.page.goto(`${origin}/console/tenants`))?.status(), 401);
  });
  await check("a session that was idle for too long has ended", async () => {
    const { page } = await newPage(browser);
    await page.goto(`${origin}/console/sign-in`);
    await signInAs(page, "manager");
    await sleep((IDLE + 1) * 1000);
    assert.equal((await page.goto(`${origin}/console/t/demo`))?.status(), 401);
  });
  await check("no script of a page failed", () => assert.deepEqual(operator.errors, []));
}

/** The provider's own forms: name and password, then consent. */
async function signInAs(page: Page, name: string): Promise<void> {
  await page.fill("input[name=login]", name);
  await page.fill("input[name=password]", "any");
  await page.click("button[type=submit]");
  await page.click("button[type=submit]");
  await page.waitForURL(/\/console\//);
}
