import { describe, expect, it } from "vitest";
import { sha256Of } from "../../worker/auth/digest.ts";
import { Browser, newSetupLink, newTenant, signedIn, wait } from "./console.ts";

const link = (principal: object): string =>
  `/console/sign-in?link=${encodeURIComponent(btoa(JSON.stringify(principal)))}`;

describe("a session", () => {
  it("begins with a link, and has a cookie that only this host gets and no script reads", async () => {
    const tenant = await newTenant();
    const browser = new Browser();
    const entered = await browser.get(link({ subject: "ada", tenant, operator: false }));
    expect(entered.status).toBe(303);
    expect(entered.headers.get("location")).toBe(`/console/t/${tenant}`);
    const [cookie = ""] = entered.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-rollcall-session=/);
    expect(cookie).toMatch(/; Path=\/;/);
    expect(cookie).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toMatch(/Domain|Max-Age|Expires/i);
    expect((await browser.get(`/console/t/${tenant}/connect`)).status).toBe(200);
  });

  it("is none for an account without a tenant", async () => {
    expect((await new Browser().get(link({ subject: "ada", operator: false }))).status).toBe(403);
  });

  it("ends when it was idle for half an hour, and not while it is used", async () => {
    const browser = await signedIn("operator");
    for (let hour = 0; hour < 4; hour += 1) {
      wait(1500);
      expect((await browser.get("/console/")).status).toBe(303);
    }
    wait(1801);
    expect((await browser.get("/console/")).status).toBe(401);
  });

  it("ends after ten hours whatever is done in it; of a set-up link after four", async () => {
    const tenant = await newTenant();
    for (const [kind, hours] of [
      ["manager", 10],
      ["setup", 4],
    ] as const) {
      const browser = await signedIn(kind, tenant);
      const path = `/console/t/${tenant}/connect`;
      for (let passed = 1200; passed < hours * 3600; passed += 1200) {
        wait(1200);
        expect((await browser.get(path)).status, `${kind} after ${passed} s`).toBe(200);
      }
      wait(1200);
      expect((await browser.get(path)).status).toBe(401);
    }
  });

  it("is over for everybody who has its cookie, once it is signed out", async () => {
    const browser = await signedIn("operator");
    await browser.get("/console/t/nobody/connect/entra");
    const copy = new Browser(browser.cookie);
    const out = await browser.post("/console/sign-out");
    expect(out.status).toBe(200);
    expect(out.text).toContain("You are signed out");
    expect((await copy.get("/console/")).status).toBe(401);
  });

  it("makes way for the next one in the same browser", async () => {
    const tenant = await newTenant();
    const browser = await signedIn("operator");
    const before = new Browser(browser.cookie);
    await browser.get(link({ subject: "ada", tenant, operator: false }));
    expect((await before.get("/console/")).status).toBe(401);
  });

  it("sends nobody to another site after signing in", async () => {
    // Without an OpenID provider there is nothing to come back from.
    expect((await new Browser().get("/console/sign-in?next=https://evil.test")).status).toBe(503);
  });
});

describe("a set-up link", () => {
  it("begins one session, for one tenant, once; looking at it doesn't use it up", async () => {
    const [tenant, secret] = [await newTenant(), "ab".repeat(32)];
    const path = await newSetupLink(tenant, secret, await sha256Of(secret));
    const browser = new Browser();
    expect((await browser.get(path)).status).toBe(200);
    expect((await browser.get(path)).status).toBe(200);
    const used = await browser.post(path);
    expect(used.status).toBe(303);
    expect(used.headers.get("location")).toBe(`/console/t/${tenant}/connect`);
    expect((await browser.get(`/console/t/${tenant}/connect`)).status).toBe(200);
    expect((await browser.get(`/console/t/${tenant}`)).status).toBe(403);
    expect((await new Browser().get(path)).status).toBe(404);
    expect((await new Browser().post(path)).status).toBe(404);
  });

  it("is good for one of two at once", async () => {
    const [tenant, secret] = [await newTenant(), "cd".repeat(32)];
    const path = await newSetupLink(tenant, secret, await sha256Of(secret));
    const both = await Promise.all([new Browser().post(path), new Browser().post(path)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 404]);
  });

  it("expires, and isn't good for another tenant", async () => {
    const [tenant, other, secret] = [await newTenant(), await newTenant(), "ef".repeat(32)];
    const path = await newSetupLink(tenant, secret, await sha256Of(secret));
    expect((await new Browser().post(path.replace(tenant, other))).status).toBe(404);
    wait(3601);
    expect((await new Browser().post(path)).status).toBe(404);
  });
});

describe("connecting an IdP", () => {
  it("makes provider and token in one flow, and shows the token this once", async () => {
    const tenant = await newTenant();
    const browser = await signedIn("setup", tenant);
    const path = `/console/t/${tenant}/connect/okta`;
    await browser.get(path);
    const made = await browser.post(path, { scheme: "okta", displayName: "Okta" });
    expect(made.status).toBe(200);
    const token = /rcs_[a-z0-9-]+_[0-9a-f]{72}/.exec(made.text)?.[0] ?? "";
    expect(token).not.toBe("");
    expect(made.text).toContain(`https://console.test/${tenant}/api/scim/v2`);
    expect((await browser.get(`/console/t/${tenant}/connections/okta`)).text).not.toContain(token);
    const again = await browser.post(path, { scheme: "no such scheme!", displayName: "Okta" });
    expect(again.status).toBe(400);
    expect(again.text).toContain("no such scheme!");
  });

  it("escapes what people type", async () => {
    const tenant = await newTenant();
    const browser = await signedIn("setup", tenant);
    const path = `/console/t/${tenant}/connect/okta`;
    await browser.get(path);
    const { text } = await browser.post(path, {
      scheme: "<b>",
      displayName: `"><script>alert(1)</script>`,
    });
    expect(text).not.toContain("<script>alert");
    expect(text).toContain("&lt;script&gt;");
  });
});
