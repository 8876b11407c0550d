/** Debian's Chromium, and what is looked at on every page: accessibility, its width on a phone, its picture. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { PROJECT } from "../local/settings.ts";

/** Ignored by git; pictures to look at. */
const PICTURES = join(PROJECT, "dist/screens");
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDE = { width: 1200, height: 900 };
const NARROW = { width: 360, height: 740 };

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error("no Chromium: install Debian's package chromium");
  await mkdir(PICTURES, { recursive: true });
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A page in a browser of its own: no cookie, and every error of its scripts is collected. */
export async function newPage(browser: Browser): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: WIDE, bypassCSP: false });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    const isOurs =
      message.type() === "error" && !message.text().startsWith("Failed to load resource");
    if (isOurs) errors.push(message.text());
  });
  return { page, errors };
}

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

/** axe finds nothing in light and in dark, nothing is wider than a phone, and the pictures lie in dist/screens. */
export async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
    const violations = await violationsOf(page);
    assert.deepEqual(violations, [], `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(NARROW);
  await page.screenshot({ path: join(PICTURES, `${name}-narrow.png`), fullPage: true });
  const width: unknown = await page.evaluate("document.documentElement.scrollWidth");
  assert.ok(Number(width) <= NARROW.width, `${name} is ${String(width)} wide on a phone`);
  await page.setViewportSize(WIDE);
}

/** axe is evaluated in an isolated world, which the page's own policy doesn't reach. */
async function violationsOf(page: Page): Promise<readonly Violation[]> {
  await page.evaluate(AXE);
  return page.evaluate<
    readonly Violation[]
  >(`axe.run().then(({ violations }) => violations.map(({ id, help, nodes }) => ({
    id, help, nodes: nodes.map(({ target, failureSummary }) => target.join(" ") + ": " + failureSummary),
  })))`);
}
