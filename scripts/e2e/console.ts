/** What people do in the console, in a real browser, with a simulated IdP on the other side. */
import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { lookAt, newPage, openBrowser } from "./browser.ts";
import { check } from "./check.ts";
import { withServed } from "./served.ts";
import { simulate } from "./simulated.ts";

export async function checkConsole(): Promise<void> {
  await withServed({}, async (local) => {
    const browser = await openBrowser();
    try {
      await connects(browser, local);
    } finally {
      await browser.close();
    }
  });
}

type Local = Readonly<Record<string, string>>;

async function connects(browser: Browser, local: Local): Promise<void> {
  const { origin = "", consoleUrl = "" } = local;
  const { page, errors } = await newPage(browser);
  await check("the printed link signs in with one click, and again", async () => {
    for (const _ of [1, 2]) {
      await page.goto(consoleUrl);
      assert.equal(page.url(), `${origin}/console/tenants`);
    }
  });
  await check("a first-time connection turns green as a simulated Entra syncs", async () => {
    await page.goto(`${origin}/console/t/demo/connect`);
    await lookAt(page, "connect");
    await page.click("text=Microsoft Entra ID");
    await lookAt(page, "connect-entra");
    await page.fill("#scheme", "entra-e2e");
    await page.click("text=Create the token");
    const base = await page.innerText("code:has-text('/api/scim/v2')");
    const token = await page.innerText("code:has-text('rcs_')");
    await lookAt(page, "connect-secret");
    assert.equal(await page.locator(".lights .on").count(), 0);
    await simulate({ base, token, users: 6, groups: 2 });
    await page.locator(".lights .on").nth(2).waitFor();
    await lookAt(page, "connect-green");
  });
  await check("no script of a page failed", () => assert.deepEqual(errors, []));
}
