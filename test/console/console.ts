/** The console on a real database, used as a browser does: with cookies, and forms that were read from its pages. */
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { createConsole } from "../../worker/console/console.tsx";
import { startSession } from "../../worker/console/session.ts";
import type { SessionKind } from "../../worker/console/session.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { AppEnv, Wiring } from "../../worker/http/wiring.ts";
import { DB, openStore, storesOf } from "../support/database.ts";

export const ORIGIN = "https://console.test";

const clock = { now: Date.parse("2026-10-01T12:00:00Z") };

/** Lets time pass, in seconds. */
export function wait(seconds: number): void {
  clock.now += seconds * 1000;
}

const WIRING: Wiring = {
  stores: storesOf(),
  writerOf: () => {
    throw new Error("the console writes no resources");
  },
  verifyAccessToken: async () => ({ kind: "refused" }),
  verifyAssertion: () => {
    throw new Error("the console takes no assertions");
  },
  now: () => new Date(clock.now),
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  secret: env.ROLLCALL_SECRET,
  costHeader: false,
  console: {
    openId: undefined,
    // The token of a link is the JSON of whom it names.
    verifyLink: async (token) => ({ kind: "granted", principal: JSON.parse(atob(token)) }),
    sessions: { idle: 1800, life: 36_000 },
  },
};

const APP = new Hono<AppEnv>({ strict: false });
APP.use("*", async (c, next) => {
  c.set("wiring", WIRING);
  c.set("requestId", "request-1");
  await next();
});
APP.route("/console", createConsole());

export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser: its cookies, and the token of the last form that it saw. */
export class Browser {
  cookie: string | undefined;
  csrf = "";

  constructor(cookie?: string) {
    this.cookie = cookie;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#send(path, { headers });
  }

  /** Sends a form, with the token of the last page unless it says otherwise. */
  post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const body = new URLSearchParams({ csrf: this.csrf, ...fields }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    return this.#send(path, { method: "POST", body, headers: { ...type, ...headers } });
  }

  async #send(path: string, init: RequestInit): Promise<Shown> {
    const headers = new Headers(init.headers);
    if (this.cookie !== undefined) headers.set("cookie", this.cookie);
    const response = await APP.request(`${ORIGIN}${path}`, { ...init, headers });
    const text = await response.text();
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      if (pair.startsWith("__Host-rollcall-session=")) this.cookie = pair;
    }
    this.csrf = /name="csrf" value="([0-9a-f]+)"/.exec(text)?.[1] ?? this.csrf;
    return { status: response.status, headers: response.headers, text };
  }
}

let tenants = 0;

export async function newTenant(): Promise<string> {
  tenants += 1;
  const id = `console-${tenants}`;
  const at = new Date(clock.now).toISOString();
  await DB.batch([
    DB.prepare(
      "INSERT INTO tenants (tenant_id, display_name, status, created, last_modified) VALUES (?, 'Test', 'active', ?, ?)",
    ).bind(id, at, at),
    DB.prepare("INSERT INTO writers VALUES (?, 0, 1, '{}', '')").bind(id),
    DB.prepare(
      "INSERT INTO sso_providers (tenant_id, scheme, display_name, enabled, type, profile, properties, created, last_modified) VALUES (?, 'idp', 'IdP', 1, 'oidc', 'entra', '{}', ?, ?)",
    ).bind(id, at, at),
  ]);
  return id;
}

/** A browser in which somebody is signed in. */
export async function signedIn(kind: SessionKind, tenant = ""): Promise<Browser> {
  const context = {
    store: openStore(noCost()),
    limits: WIRING.console.sessions,
    now: WIRING.now(),
    random: WIRING.random,
  };
  const value = await startSession({ tenant, subject: "ada", kind }, context);
  return new Browser(`__Host-rollcall-session=${value}`);
}

/** All rows of all tables, but for when sessions were seen. */
export async function dump(): Promise<string> {
  const { results } = await DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'd1%' ORDER BY name",
  ).all<{ name: string }>();
  const tables = await Promise.all(
    results.map(async ({ name }) => {
      const rows = await DB.prepare(`SELECT * FROM ${name}`).all();
      return [name, rows.results.map((row) => ({ ...row, last_seen: undefined }))];
    }),
  );
  return JSON.stringify(tables);
}

/** A set-up link of the tenant that is good for an hour; its path. */
export async function newSetupLink(tenant: string, secret: string, hash: string): Promise<string> {
  const [at, end] = [0, 3_600_000].map((more) => new Date(clock.now + more).toISOString());
  await DB.prepare("INSERT INTO setup_links VALUES (?, ?, ?, ?, 'ada', ?, NULL)")
    .bind(tenant, hash, `link-${hash.slice(0, 6)}`, at ?? null, end ?? null)
    .run();
  return `/console/setup/${tenant}.${secret}`;
}
