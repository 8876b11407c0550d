/** One line of the log for each failure and for what was refused before it proved who it is; and nothing secret in any. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MockInstance } from "vitest";
import { makeToken } from "../../worker/auth/bearer.ts";
import { errorText } from "../../worker/scim/log.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { isWrite } from "../support/faulty-store.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

let spies: MockInstance[];
beforeEach(() => {
  spies = (["log", "info", "warn", "error", "debug"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
});
afterEach(() => {
  for (const spy of spies) spy.mockRestore();
});

interface Line {
  readonly event: string;
  readonly [name: string]: unknown;
}

/** Every line is an object in JSON. */
function lines(): Line[] {
  return spies.flatMap((spy) => spy.mock.calls.map(([text]) => JSON.parse(String(text)) as Line));
}

const SECRET = "s3cret-Pa55word";

function send(
  fetch: (request: Request) => Promise<Response>,
  tenant: Tenant,
  method: string,
  {
    path = "/Users",
    token = tenant.token,
    body,
  }: { path?: string; token?: string; body?: object } = {},
): Promise<Response> {
  return fetch(
    new Request(`${tenant.base}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/scim+json",
        "X-Request-Id": "request-1",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
}

describe("the log", () => {
  it("has one line of what was refused before it was proven; the tenant is only claimed", async () => {
    const tenant = await makeTenant();
    const { fetch } = faultyApp();
    const token = makeToken(tenant.id, crypto.getRandomValues(new Uint8Array(32)));
    expect((await send(fetch, tenant, "GET", { token })).status).toBe(401);
    expect(lines()).toEqual([
      {
        level: "warn",
        event: "scim.refused",
        requestId: "request-1",
        claimedTenant: tenant.id,
        status: 401,
        outcome: "unauthenticated",
        method: "GET",
        path: `/${tenant.id}/api/scim/v2/Users`,
      },
    ]);
  });

  it("doesn't repeat a tenant that can't be one: it may be a token in the wrong place", async () => {
    const tenant = await makeTenant();
    const { fetch } = faultyApp();
    const base = `https://rollcall.test/${tenant.token}/api/scim/v2`;
    expect((await send(fetch, { ...tenant, base }, "GET")).status).toBe(401);
    expect(lines()).toMatchObject([{ claimedTenant: "(malformed)", status: 401 }]);
    expectNoSecret(tenant);
  });

  it("has nothing of what went well, or was refused to a proven connection", async () => {
    const tenant = await makeTenant();
    const { fetch } = faultyApp();
    const body = user("ann", { password: SECRET });
    expect((await send(fetch, tenant, "POST", { body })).status).toBe(201);
    expect((await send(fetch, tenant, "POST", { body })).status).toBe(409);
    expect((await send(fetch, tenant, "GET", { path: "/Users/x" })).status).toBe(404);
    expect(lines()).toEqual([]);
  });

  it.each(["before", "after", "never", "unexpected"] as const)(
    "of a write that fails (%s) names tenant, connection, request and outcome, and nothing secret",
    async (kind) => {
      const tenant = await makeTenant();
      const { fetch } = faultyApp((all) => (isWrite(all) ? { kind } : undefined));
      const body = user(`mallory@${SECRET}.test`, { password: SECRET, displayName: SECRET });
      const { status } = await send(fetch, tenant, "POST", { body });
      expect(status).toBe({ before: 503, after: 201, never: 503, unexpected: 500 }[kind]);
      const failed = lines().filter(({ event }) => event === "write.failed");
      expect(failed.length).toBeGreaterThan(0);
      for (const line of failed)
        expect(line).toMatchObject({ tenant: tenant.id, provider: "idp", requestId: "request-1" });
      const answered = lines().filter(({ event }) => event === "request.failed");
      expect(answered.map((line) => line["status"])).toEqual(kind === "after" ? [] : [status]);
      expectNoSecret(tenant);
    },
  );

  it.each(["before", "never", "unexpected"] as const)(
    "of a read that fails (%s) tells no more",
    async (kind) => {
      const tenant = await makeTenant();
      const { fetch } = faultyApp(() => ({ kind }));
      const path = `/Users?filter=${encodeURIComponent(`userName eq "${SECRET}"`)}`;
      const answer = await send(fetch, tenant, "GET", { path });
      const isUnexpected = kind === "unexpected";
      expect(answer.status).toBe(isUnexpected ? 500 : 503);
      expect(answer.headers.get("retry-after")).toBe(isUnexpected ? null : "2");
      expect(JSON.stringify(await answer.json())).not.toMatch(/rcs_|insert|select|query|D1_/i);
      expect(lines()).toMatchObject([
        {
          event: "request.failed",
          claimedTenant: tenant.id,
          requestId: "request-1",
          status: answer.status,
          outcome: isUnexpected ? "internal" : "unavailable",
        },
      ]);
      expect(lines()[0]?.["error"]).toContain("Error: ");
      expectNoSecret(tenant);
    },
  );
});

function expectNoSecret(tenant: Tenant): void {
  const text = JSON.stringify(lines());
  for (const secret of [
    SECRET,
    tenant.token.slice(-20),
    "mallory",
    "secret@x.test",
    "rcs_",
    "params",
  ])
    expect(text, secret).not.toContain(secret);
  expect(text).not.toContain(env.ROLLCALL_SECRET);
}

describe("the text of an error", () => {
  it.each([
    ["Failed query: SELECT ... params: ada@x.test", /^Error: …/],
    ["D1_ERROR: x: SQLITE_ERROR; Params: ada@x.test", /D1_ERROR: x: SQLITE_ERROR; …/],
    [`Unexpected token 'a', "${SECRET}" is not valid JSON`, /Unexpected token "…", "…" is not/],
    ["no tenant for ada@x.test", /no tenant for …/],
    ["bad token rcs_demo_0123abcd", /bad token …/],
    ["Bearer eyJhbGciOi.eyJzdWIi.c2ln is bad", /^Error: … is bad/],
    [
      "D1_ERROR: UNIQUE constraint failed: a.b: SQLITE_CONSTRAINT",
      /UNIQUE constraint failed: a\.b/,
    ],
  ])("of %s has no data", (message, shown) => {
    const text = errorText(new Error(message));
    expect(text).toMatch(shown);
    expect(text.split("\n")[0]).not.toMatch(/ada@|s3cret|0123abcd|eyJ/);
    expect(text).toContain("at ");
  });

  it("of what is no error tells its type only, and a long one ends", () => {
    expect(errorText(SECRET)).toBe("thrown: string");
    expect(errorText(new Error("x".repeat(10_000))).length).toBeLessThanOrEqual(2000);
  });
});
