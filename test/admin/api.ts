/** The management API on a real database, called as anybody. */
import { Hono } from "hono";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createAdmin } from "../../worker/admin/admin.ts";
import { assertionVerifier } from "../../worker/auth/assertion.ts";
import { accessTokenVerifier } from "../../worker/auth/jwt.ts";
import { expectDocumented } from "../support/documented.ts";
import type { AppEnv, Wiring } from "../../worker/http/wiring.ts";
import { storesOf } from "../support/database.ts";
import { env } from "cloudflare:workers";

const BASE = "/core/iam/v1";
const ISSUER = "https://issuer.example";
const KEYS = await generateKeyPair("ES256", { extractable: true });
const JWKS = { keys: [{ ...(await exportJWK(KEYS.publicKey)), kid: "test" }] };

let clock = Date.parse("2026-10-01T12:00:00Z");

/** Each reading is a millisecond later, so that the order of creation is told by the time. */
function now(): Date {
  clock += 1;
  return new Date(clock);
}

const WIRING: Wiring = {
  stores: storesOf(),
  // It writes no resources; but the writer stands aside for those that do.
  writerOf: (tenant) => env.TENANT_WRITER.getByName(tenant),
  verifyAccessToken: accessTokenVerifier({
    issuer: ISSUER,
    audience: "rollcall",
    keys: { kind: "inline", jwks: JWKS },
    now,
  }),
  verifyAssertion: assertionVerifier({ now }),
  now,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  secret: "",
  costHeader: false,
  console: { openId: undefined, verifyLink: undefined, sessions: { idle: 1800, life: 36_000 } },
};

/** The app around the API, as `http` mounts it. */
export function appWith(changes: Partial<Wiring> = {}): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use("*", async (c, next) => {
    c.set("wiring", { ...WIRING, ...changes });
    c.set("requestId", "request-1");
    await next();
  });
  app.route(BASE, createAdmin());
  return app;
}

const APP = appWith();

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read whatever JSON comes
  readonly body: any;
}

export interface CallRequest {
  /** Claims over those of a manager with the scope services.iam; null: no token. */
  readonly as?: Record<string, unknown> | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly app?: Hono<AppEnv>;
  /** What the runtime gives a Worker; without it, nothing goes on after the answer. */
  readonly context?: ExecutionContext;
}

export async function call(
  method: string,
  path: string,
  request: CallRequest = {},
): Promise<Reply> {
  const { as = {}, body, headers = {}, app = APP } = request;
  const init = {
    method,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${await accessToken(as)}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
  const response = await app.request(`${BASE}${path}`, init, {}, request.context);
  const text = await response.text();
  const { status, headers: answered } = response;
  const reply = { status, headers: answered, body: text === "" ? undefined : JSON.parse(text) };
  const contentType = answered.get("content-type");
  expectDocumented({ method, path, status, contentType, body: reply.body });
  return reply;
}

export const OPERATOR = { scope: "services.iam services.iam.operator" };

function accessToken(claims: Record<string, unknown>): Promise<string> {
  const exp = Math.floor(clock / 1000) + 60;
  const defaults = { iss: ISSUER, aud: "rollcall", sub: "ada", scope: "services.iam", exp };
  return new SignJWT({ ...defaults, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "test" })
    .sign(KEYS.privateKey);
}

/** The database may be shared with other files. */
const RUN = crypto.randomUUID().slice(0, 8);

let tenants = 0;

/** A new tenant with the SSO provider `entra`, and calls in its manager's name. */
export async function newTenant() {
  tenants += 1;
  const id = `tenant-${RUN}-${tenants}`;
  await call("POST", "/tenants", { as: OPERATOR, body: { id, displayName: `Tenant ${tenants}` } });
  const as = { tenant_id: id };
  const asManager = (method: string, path: string, body?: unknown): Promise<Reply> =>
    call(method, path, { as, body });
  await asManager("POST", "/sso/providers", { scheme: "entra", displayName: "Entra ID" });
  return { id, as, call: asManager };
}
