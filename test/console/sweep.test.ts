import { describe, expect, it } from "vitest";
import { PAGES } from "../../worker/console/console.tsx";
import type { Page } from "../../worker/console/page.ts";
import { Browser, dump, newTenant, signedIn } from "./console.ts";

/** A page's path with something in the place of each parameter. */
function pathOf({ path }: Page, tenant: string): string {
  const filled = path
    .replace(":tenant", tenant)
    .replaceAll(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => (name === "idp" ? "entra" : "idp"));
  return `/console${filled}`;
}

function send(browser: Browser, page: Page, tenant: string, csrf = browser.csrf) {
  const path = pathOf(page, tenant);
  return page.method === "GET" ? browser.get(path) : browser.post(path, { csrf });
}

const GUARDED = PAGES.filter(({ access }) => access !== "open");

/** Pages that those may see who are not to be let in here; what they answer is another test's. */
async function refusesAll(
  browser: Browser,
  pages: readonly Page[],
  { tenant, statuses }: { readonly tenant: string; readonly statuses: readonly number[] },
): Promise<void> {
  const before = await dump();
  for (const page of pages) {
    const { status } = await send(browser, page, tenant);
    expect(statuses, `${page.method} ${page.path}`).toContain(status);
  }
  expect(await dump()).toBe(before);
}

describe("every page of the console", () => {
  it("is in the sweep", () => {
    expect(GUARDED.length).toBeGreaterThan(5);
  });

  it("asks for a session", async () => {
    const tenant = await newTenant();
    await refusesAll(new Browser(), GUARDED, { tenant, statuses: [401] });
    const forged = new Browser(`__Host-rollcall-session=${tenant}.${"0".repeat(64)}`);
    await refusesAll(forged, GUARDED, { tenant, statuses: [401] });
  });

  it("is out of reach for another tenant's manager and set-up session", async () => {
    const [own, other] = [await newTenant(), await newTenant()];
    const pages = GUARDED.filter(({ path }) => path.includes(":tenant"));
    expect(pages.length).toBeGreaterThan(3);
    for (const kind of ["manager", "setup"] as const) {
      const browser = await signedIn(kind, own);
      await browser.get("/console/");
      await refusesAll(browser, pages, { tenant: other, statuses: [404] });
    }
  });

  it("of operators is for operators, and of managers not for set-up links", async () => {
    const tenant = await newTenant();
    const operators = GUARDED.filter(({ access }) => access === "operator");
    await refusesAll(await signedIn("manager", tenant), operators, { tenant, statuses: [403] });
    const beyond = GUARDED.filter(({ access }) => access === "operator" || access === "tenant");
    expect(beyond.length).toBeGreaterThan(0);
    await refusesAll(await signedIn("setup", tenant), beyond, { tenant, statuses: [403] });
  });

  it("takes no form without the session's own token, nor from another site", async () => {
    const tenant = await newTenant();
    const posts = PAGES.filter(({ method }) => method === "POST");
    const guarded = posts.filter(({ access }) => access !== "open");
    expect(guarded.length).toBeGreaterThan(1);
    const before = await signedIn("operator").then(async (browser) => {
      await browser.get("/console/");
      const rows = await dump();
      for (const page of guarded) {
        const path = pathOf(page, tenant);
        expect((await browser.post(path, { csrf: "" })).status, page.path).toBe(403);
        const other = await signedIn("operator");
        await other.get(`/console/t/${tenant}/connect/entra`);
        expect((await browser.post(path, { csrf: other.csrf })).status, page.path).toBe(403);
      }
      return rows;
    });
    const browser = await signedIn("operator");
    for (const page of posts) {
      const path = pathOf(page, tenant);
      for (const headers of [
        { origin: "https://evil.test" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
      ]) {
        expect((await browser.post(path, {}, headers)).status, page.path).toBe(403);
      }
    }
    const sessions = (text: string): string => text.replace(/\["sessions",\[.*?\]\]/, "");
    expect(sessions(await dump())).toBe(sessions(before));
  });

  it("answers with a strict policy, and nobody keeps or frames it", async () => {
    const tenant = await newTenant();
    const browser = await signedIn("operator");
    for (const page of PAGES.filter(({ method }) => method === "GET")) {
      const { headers } = await browser.get(pathOf(page, tenant));
      expect(headers.get("content-security-policy"), page.path).toMatch(
        /^default-src 'none';.*frame-ancestors 'none'/,
      );
      expect(headers.get("content-security-policy"), page.path).not.toMatch(/unsafe|\*/);
      expect(headers.get("x-content-type-options"), page.path).toBe("nosniff");
      expect(headers.get("cache-control"), page.path).toBe("no-store");
      expect(headers.get("access-control-allow-origin"), page.path).toBeNull();
    }
  });
});
