/** Failed authentication per address: guessing is held off before the database is asked; a valid token from a shared address is not. */
import { beforeEach, describe, expect, it } from "vitest";
import { makeToken } from "../../worker/auth/bearer.ts";
import { AuthFailures } from "../../worker/http/auth-failures.ts";
import { faultyApp } from "../support/faulty-app.ts";
import { makeTenant } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

const LIMIT = 5;

let tenant: Tenant;
let seconds: number;
let counted: string[];
let asked: number;
let fetch: (request: Request) => Promise<Response>;

beforeEach(async () => {
  tenant = await makeTenant();
  [seconds, counted, asked] = [0, [], 0];
  const start = Date.now();
  const failures = new AuthFailures({
    limit: ({ key }) => {
      counted.push(key);
      return Promise.resolve({ success: counted.filter((one) => one === key).length <= LIMIT });
    },
  });
  const app = faultyApp(
    () => {
      asked += 1;
      return undefined;
    },
    { failures, now: () => new Date(start + seconds * 1000) },
  );
  fetch = app.fetch;
});

function get(token: string | undefined, address: string | undefined, path = "/Users?count=0") {
  const headers = new Headers();
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (address !== undefined) headers.set("CF-Connecting-IP", address);
  return fetch(new Request(`${tenant.base}${path}`, { headers }));
}

/** A token as it could be, which nobody was given. */
const guess = () => makeToken(tenant.id, crypto.getRandomValues(new Uint8Array(32)));

async function guessUntilHeld(address: string): Promise<void> {
  for (let tries = 0; tries < LIMIT; tries += 1)
    expect((await get(guess(), address)).status).toBe(401);
  expect((await get(guess(), address)).status).toBe(429);
}

describe("guessing", () => {
  it("from this machine itself is nobody's attack", async () => {
    for (let tries = 0; tries < 2 * LIMIT; tries += 1)
      expect((await get(guess(), tries % 2 === 0 ? "127.0.0.1" : "::1")).status).toBe(401);
    expect(counted).toEqual([]);
  });

  it("is answered with 429, Retry-After and a SCIM error, and the database isn't asked any more", async () => {
    await guessUntilHeld("192.0.2.1");
    const before = asked;
    seconds = 20;
    const held = await get(guess(), "192.0.2.1");
    expect([held.status, held.headers.get("retry-after")]).toEqual([429, "40"]);
    expect(held.headers.get("content-type")).toBe("application/scim+json");
    expect(await held.json()).toMatchObject({ status: "429" });
    expect(asked).toBe(before);
    expect((await get(tenant.token, "192.0.2.2")).status).toBe(200);
  });

  it("is let in again after a minute", async () => {
    await guessUntilHeld("192.0.2.1");
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(429);
    seconds = 61;
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(200);
  });
});

describe("a valid token", () => {
  it("is never counted, and passes beside others' dead tokens, which count once each", async () => {
    const dead = guess();
    for (let tries = 0; tries < 50; tries += 1) {
      expect((await get(dead, "192.0.2.1")).status).toBe(401);
      expect((await get(tenant.token, "192.0.2.1")).status).toBe(200);
    }
    expect(counted).toEqual(["192.0.2.1"]);
    // The dead one was looked up once.
    expect(asked).toBe(51);
  });
});

describe("over the limit", () => {
  it("who was valid within the hour passes, and is looked up: deleted, it is a 401", async () => {
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(200);
    await guessUntilHeld("192.0.2.1");
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(200);
    await DB.prepare("DELETE FROM scim_tokens WHERE tenant_id = ?").bind(tenant.id).run();
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(429);
  });

  it("who was valid longer ago waits like everybody", async () => {
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(200);
    seconds = 3601;
    await guessUntilHeld("192.0.2.1");
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(429);
    expect((await get(tenant.token, "192.0.2.2")).status).toBe(200);
    expect((await get(tenant.token, "192.0.2.1")).status).toBe(200);
  });
});

describe("nothing is counted", () => {
  it("where nothing is shown, or the platform names no address", async () => {
    for (let tries = 0; tries < LIMIT + 3; tries += 1) {
      expect((await get(undefined, "192.0.2.1")).status).toBe(401);
      expect((await get(guess(), undefined)).status).toBe(401);
      expect((await get(undefined, "192.0.2.1", "/ServiceProviderConfig")).status).toBe(200);
    }
    expect(counted).toEqual([]);
  });

  it("but a credential that can't be a token counts too", async () => {
    for (let tries = 0; tries < LIMIT; tries += 1)
      expect((await get(`nonsense${tries}`, "192.0.2.1")).status).toBe(401);
    expect((await get("more nonsense", "192.0.2.1")).status).toBe(429);
    expect(asked).toBe(0);
  });
});

describe("the token endpoint", () => {
  it("holds off who guesses client secrets", async () => {
    const ask = (secret: string) =>
      fetch(
        new Request(`https://rollcall.test/${tenant.id}/oauth/token`, {
          method: "POST",
          headers: {
            "CF-Connecting-IP": "192.0.2.1",
            "Content-Type": "application/x-www-form-urlencoded",
          },
          body: new URLSearchParams({
            grant_type: "client_credentials",
            client_id: "x",
            client_secret: secret,
          }).toString(),
        }),
      );
    for (let tries = 0; tries < LIMIT; tries += 1)
      expect((await ask(`secret${tries}`)).status).toBe(401);
    expect((await ask("one more")).status).toBe(429);
    const before = asked;
    const held = await ask("and one more");
    expect([held.status, held.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await held.json()).toMatchObject({ error: "temporarily_unavailable" });
    expect(asked).toBe(before);
  });
});
