/** A database that is out of reach is never a 500: each API says in its own form when to come again. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { openD1Store } from "../../worker/execute/store-d1.ts";
import { withDeadlines } from "../../worker/execute/deadline.ts";
import { appWith, call } from "../admin/api.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { FaultyDatabase } from "../support/faulty-store.ts";
import { makeTenant, user } from "../support/tenant.ts";

describe("with a database that is out of reach", () => {
  it.each([
    ["GET", "/Users"],
    ["GET", "/Users/x"],
    ["GET", "/Schemas"],
    ["GET", "/nothing"],
    ["POST", "/Users"],
    ["POST", "/Bulk"],
    ["POST", "/.search"],
    ["PATCH", "/Users/x"],
    ["DELETE", "/Groups/x"],
    ["OPTIONS", "/Users"],
  ])("SCIM answers 503 with a SCIM error: %s %s", async (method, path) => {
    const tenant = await makeTenant();
    const { fetch } = faultyApp(() => ({ kind: "before" }));
    const response = await fetch(
      new Request(`${tenant.base}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${tenant.token}`,
          "Content-Type": "application/scim+json",
        },
        ...(method.startsWith("P") && { body: JSON.stringify(user("ann")) }),
      }),
    );
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(response.headers.get("content-type")).toBe("application/scim+json");
    expect(await response.json()).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "503",
      detail: "The service is busy; the request was not carried out.",
    });
  });

  it.each([
    ["GET", "/scim"],
    ["DELETE", "/scim/0190d1b2-0000-7000-8000-000000000000"],
    ["GET", "/activity"],
    ["GET", "/sso/providers"],
  ])("the management API answers 503 with a problem: %s %s", async (method, path) => {
    const { id } = await makeTenant();
    const database = new FaultyDatabase(
      (cost) => openD1Store(env.DB, cost),
      () => ({ kind: "never" }),
    );
    const app = appWith({ openStore: withDeadlines(database.open) });
    const { status, headers, body } = await call(method, path, { as: { tenant_id: id }, app });
    expect([status, headers.get("retry-after")]).toEqual([503, "2"]);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({
      title: "Service Unavailable",
      status: 503,
      requestId: "request-1",
    });
  });

  it("the token endpoint answers 503 with an OAuth error", async () => {
    const { id } = await makeTenant();
    const { fetch } = faultyApp(() => ({ kind: "before" }));
    const form = { grant_type: "client_credentials", client_id: "x", client_secret: "y" };
    const response = await fetch(
      new Request(`https://rollcall.test/${id}/oauth/token`, {
        method: "POST",
        body: new URLSearchParams(form),
      }),
    );
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await response.json()).toMatchObject({ error: "temporarily_unavailable" });
  });
});
