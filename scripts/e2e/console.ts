/** What people do in the console, in a real browser, with a simulated IdP on the other side. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { lookAt, newPage, openBrowser } from "./browser.ts";
import { check } from "./check.ts";
import { crawl } from "./crawl.ts";
import { withServed } from "./served.ts";
import { simulate } from "./simulated.ts";

export async function checkConsole(): Promise<void> {
  await withServed({}, async (local) => {
    const browser = await openBrowser();
    try {
      await useConsole({ browser, ...(await newPage(browser)) }, local);
    } finally {
      await browser.close();
    }
  });
}

type Local = Readonly<Record<string, string>>;

interface Visit {
  readonly browser: Browser;
  readonly page: Page;
  /** Of the page's scripts. */
  readonly errors: readonly string[];
}

interface Connection {
  readonly base: string;
  readonly token: string;
}

async function useConsole(visit: Visit, local: Local): Promise<void> {
  const { origin = "", consoleUrl = "" } = local;
  const { page } = visit;
  const tenant = `${origin}/console/t/demo`;
  await check("the printed link signs in with one click, and again", async () => {
    for (const _ of [1, 2]) {
      await page.goto(consoleUrl);
      assert.equal(page.url(), `${origin}/console/tenants`);
    }
  });
  let connection: Connection = { base: "", token: "" };
  await check("a first-time connection turns green as a simulated Entra syncs", async () => {
    connection = await connect(page, tenant);
  });
  await check(
    "a token is rotated: the new one first, the old one when the new one was used",
    async () => {
      connection = { ...connection, token: await rotate(page, tenant, connection) };
    },
  );
  await check("people and groups are found, by words and by a filter", () => search(page, tenant));
  await check("a change shows what was before and after", () => diff(page, tenant, connection));
  await check("why: a body and a filter as Rollcall reads them", () => why(page, tenant));
  await check("an OAuth client is registered, and gets a secret and a trusted issuer", () =>
    register(page, tenant, connection),
  );
  await check("a set-up link works once, for its tenant, and for connecting only", () =>
    setUp(visit, tenant, origin),
  );
  await check("axe finds nothing on any page, and none is wider than a phone", async () => {
    const seen = await crawl(page, { origin, start: ["/console/tenants", "/console/t/demo"] });
    assert.ok(seen.length >= 30, `saw only ${seen.length} kinds of pages: ${seen.join(" ")}`);
    console.log(`      ${seen.length} kinds of pages, each in light, dark and narrow`);
  });
  await check("no page shows a token again, and no log", async () => {
    const seen = await crawl(page, {
      origin,
      start: ["/console/tenants", "/console/t/demo"],
      without: connection.token,
    });
    assert.ok(seen.length >= 30, `saw only ${seen.length} kinds of pages: ${seen.join(" ")}`);
  });
  await check("a deleted token is a 401 with the next request", () =>
    remove(page, tenant, connection),
  );
  await check("no script of a page failed", () => assert.deepEqual(visit.errors, []));
}

async function connect(page: Page, tenant: string): Promise<Connection> {
  await page.goto(`${tenant}/connect`);
  await page.click("text=Microsoft Entra ID");
  await page.fill("#scheme", "entra-e2e");
  await page.click("text=Create the token");
  const base = await page.innerText("code:has-text('/api/scim/v2')");
  const token = await page.innerText("code:has-text('rcs_')");
  await lookAt(page, "connect-secret");
  assert.equal(await page.locator(".lights .on").count(), 0);
  await simulate({ base, token, users: 6, groups: 2 });
  await page.locator(".lights .on").nth(2).waitFor();
  await lookAt(page, "connect-green");
  return { base, token };
}

/** The new token. */
async function rotate(page: Page, tenant: string, { base, token }: Connection): Promise<string> {
  const shown = token.slice(0, token.lastIndexOf("_") + 5);
  await page.goto(`${tenant}/tokens`);
  await page
    .locator("tr", { hasText: shown })
    .getByRole("link", { name: /Rotate/ })
    .click();
  await lookAt(page, "rotate");
  await page.click("text=Make the new token");
  const next = await page.innerText("code:has-text('rcs_')");
  assert.notEqual(next, token);
  await lookAt(page, "rotate-secret");
  assert.deepEqual([await statusOf(base, token), await statusOf(base, next)], [200, 200]);
  await page.getByRole("button", { name: /Delete the old token/ }).click();
  await page.waitForURL(/\/tokens$/);
  assert.deepEqual([await statusOf(base, token), await statusOf(base, next)], [401, 200]);
  return next;
}

async function search(page: Page, tenant: string): Promise<void> {
  await page.goto(`${tenant}/users`);
  const first = await page.locator("tbody th").first().innerText();
  const word = first.trim().split(/\s+/)[0] ?? "";
  await page.fill("input[name=q]", word);
  await page.click("button:has-text('Search')");
  assert.ok((await page.locator("tbody tr").count()) >= 1, `nobody is found by "${word}"`);
  await page.fill("input[name=q]", "userName pr and active eq true");
  await page.check("#scim");
  await page.click("button:has-text('Search')");
  assert.ok((await page.locator("tbody tr").count()) >= 1);
  await page.fill("input[name=q]", "userName is missing");
  await page.click("button:has-text('Search')");
  assert.match(await page.innerText("[role=alert]"), /filter/i);
  await lookAt(page, "search-fault");
  await page.goto(`${tenant}/groups`);
  assert.equal(await page.locator("tbody tr").count(), 2);
}

async function diff(page: Page, tenant: string, { base, token }: Connection): Promise<void> {
  await page.goto(`${tenant}/users`);
  await page.locator("tbody th a").first().click();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const operations = [{ op: "replace", path: "title", value: "Head of Tests" }];
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: operations,
  };
  const response = await fetch(`${base}/Users/${id}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  await page.goto(`${tenant}/activity?resourceId=${id}`);
  await page.locator("tbody a[href*='/activity/']").first().click();
  assert.match(await page.innerText(".diff ins"), /Head of Tests/);
  await lookAt(page, "diff");
}

async function why(page: Page, tenant: string): Promise<void> {
  await page.goto(`${tenant}/why`);
  await page.fill("input[name=filter]", 'userName EQ "ada" AND (active eq true)');
  await page
    .locator("form", { has: page.locator("input[name=filter]") })
    .locator("button[type=submit]")
    .click();
  assert.match(await page.innerText("main"), /userName eq "ada" and active eq true/);
  await lookAt(page, "why-filter");
  await page.fill(
    "textarea[name=body]",
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x","active":"False"}',
  );
  await page
    .locator("form", { has: page.locator("textarea[name=body]") })
    .locator("button[type=submit]")
    .click();
  assert.match(await page.innerText("main"), /boolean-as-string/);
  await lookAt(page, "why-body");
}

/** The client's secret is good for an access token at the token endpoint (RFC 6749 section 4.4). */
async function register(page: Page, tenant: string, { base }: Connection): Promise<void> {
  await page.goto(`${tenant}/clients/new`);
  await page.fill("#displayName", "Fetches its tokens");
  await page.click("text=Make the client");
  const client = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await page.click("text=New secret");
  await page.click("text=Make the secret");
  const secret = await page.innerText("code:has-text('rcc_')");
  await lookAt(page, "client-secret");
  const response = await fetch(base.replace("/api/scim/v2", "/oauth/token"), {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client,
      client_secret: secret,
    }),
  });
  assert.equal(response.status, 200, await response.text());
  await page.goto(`${tenant}/clients/${client}`);
  await page.locator("main a[href$='/new']").last().click();
  await page.fill("input[name=issuer]", "https://issuer.example");
  await page.fill("input[name=subject]", "subject");
  await page.fill("input[name=audience]", "audience");
  await page.click("text=Add the credential");
  assert.match(await page.innerText("main"), /issuer\.example/);
}

async function setUp({ browser, page }: Visit, tenant: string, origin: string): Promise<void> {
  await page.goto(`${tenant}/settings`);
  await page.click("text=Make a link");
  const link = await page.innerText("code:has-text('/console/setup/')");
  await lookAt(page, "set-up-link");
  const guest = await newPage(browser);
  await guest.page.goto(link);
  await lookAt(guest.page, "set-up");
  await guest.page.getByRole("button", { name: "Begin" }).click();
  assert.equal(guest.page.url(), `${tenant}/connect`);
  await lookAt(guest.page, "set-up-connect");
  await guest.page.click("text=Okta");
  await guest.page.click("text=Create the token");
  const token = await guest.page.innerText("code:has-text('rcs_')");
  assert.equal(await statusOf(`${origin}/demo/api/scim/v2`, token), 200);
  for (const [path, status] of [
    ["/console/t/demo/tokens", 403],
    ["/console/t/demo/users", 403],
    ["/console/t/other/connect", 404],
    ["/console/tenants", 403],
  ] as const) {
    assert.equal((await guest.page.goto(`${origin}${path}`))?.status(), status, path);
  }
  const second = await newPage(browser);
  assert.equal((await second.page.goto(link))?.status(), 404);
  assert.deepEqual(guest.errors, []);
}

async function remove(page: Page, tenant: string, { base, token }: Connection): Promise<void> {
  const shown = token.slice(0, token.lastIndexOf("_") + 5);
  assert.equal(await statusOf(base, token), 200);
  await page.goto(`${tenant}/users`);
  const users = await page.locator("tbody tr").count();
  await page.goto(`${tenant}/tokens`);
  await page
    .locator("tr", { hasText: shown })
    .getByRole("link", { name: /Delete/ })
    .click();
  await lookAt(page, "delete-token");
  await page.locator("button.danger").click();
  await page.waitForURL(/\/tokens$/);
  assert.equal(await statusOf(base, token), 401);
  await page.goto(`${tenant}/users`);
  assert.ok(users > 0);
  assert.equal(await page.locator("tbody tr").count(), users, "the users stay as they are");
}

async function statusOf(base: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${base}/Users?count=1`, { headers });
  await response.arrayBuffer();
  return response.status;
}
