/** Routes that ask for no SCIM token: the token endpoint asks for a client's own proof, the others tell everybody the same. */
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { APP_ROUTES, METHODS, TENANTLESS, isScimRoute } from "../support/app-routes.ts";
import { makeDirectory } from "../support/directory.ts";
import type { Directory } from "../support/directory.ts";
import { throughDoor } from "../support/door.ts";
import { dumpTables } from "../support/dump.ts";
import {
  ERROR_GUIDE,
  OAUTH_METADATA,
  OAUTH_TOKEN,
  OPENAPI,
  OPEN_PATHS,
} from "../support/open-paths.ts";
import { ORIGIN, clientOf, makeTenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

let own: Directory;
let other: Directory;

beforeAll(async () => {
  [own, other] = [await makeDirectory(), await makeDirectory()];
});

beforeEach(() => {
  for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockReturnValue();
});

interface Seen {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

async function ask(method: string, path: string, init: RequestInit = {}): Promise<Seen> {
  const response = await throughDoor(new Request(`${ORIGIN}${path}`, { method, ...init }));
  const { "x-request-id": _id, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

interface Proof {
  readonly tenant?: string;
  readonly clientId?: string;
  readonly secret?: string;
}

/** The ways to send a client's secret (RFC 6749 section 2.3.1). */
const WAYS = [
  [
    "Basic",
    ({ tenant, clientId, secret }: Required<Proof>) =>
      ask("POST", OAUTH_TOKEN.replace(":tenant", tenant), {
        headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      }),
  ],
  [
    "the body",
    ({ tenant, clientId, secret }: Required<Proof>) =>
      ask("POST", OAUTH_TOKEN.replace(":tenant", tenant), {
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: clientId,
          client_secret: secret,
        }),
      }),
  ],
] as const;

const good = (): Required<Proof> => ({
  tenant: own.tenant.id,
  clientId: own.client.clientId,
  secret: own.secret,
});

const BAD: readonly (readonly [string, () => Promise<Proof>])[] = [
  ["a wrong secret", async () => ({ secret: own.secret.replace(/.$/, "x") })],
  ["the secret of another client", async () => ({ secret: other.secret })],
  ["a client of another tenant", async () => ({ clientId: other.client.clientId })],
  [
    "another tenant's client with its secret",
    async () => ({ clientId: other.client.clientId, secret: other.secret }),
  ],
  ["the path of another tenant", async () => ({ tenant: other.tenant.id })],
  ["a client that never was", async () => ({ clientId: crypto.randomUUID() })],
  ["a SCIM token for a secret", async () => ({ secret: own.tenant.token })],
  ["a tenant that never was", async () => ({ tenant: "never-was" })],
  ["what can't be a tenant", async () => ({ tenant: "NOT_ONE" })],
  [
    "a secret after its time",
    async () => {
      const { id, secret } = await own.client.addSecret();
      await run("UPDATE scim_tokens SET expires_at = '2020' WHERE id = ?", id);
      return { secret };
    },
  ],
  [
    "a secret that was deleted",
    async () => {
      const { id, secret } = await own.client.addSecret();
      await own.client.delete(`/secrets/${id}`);
      return { secret };
    },
  ],
  ["a client that was deleted", async () => gone(({ client }) => client.delete())],
  ["a tenant that is being deleted", async () => gone(inState("deleting"))],
  ["a tenant that was deleted", async () => gone(inState("deleted"))],
];

describe.each(WAYS)("the token endpoint, with a secret in %s", (_way, send) => {
  it("lets in who shows it", async () => {
    const { status, text } = await send(good());
    expect(status).toBe(200);
    const client = clientOf(own.tenant.id, JSON.parse(text).access_token, own.tenant.base);
    expect((await client.get("/Users")).status).toBe(200);
    const elsewhere = clientOf(own.tenant.id, client.token, other.tenant.base);
    expect((await elsewhere.get("/Users")).status).toBe(401);
  });

  it("refuses all others alike, and nothing changes", async () => {
    const answers: Seen[] = [];
    for (const [name, prepare] of BAD) {
      const proof = { ...good(), ...(await prepare()) };
      const before = await dumpTables();
      const answer = await send(proof);
      expect([name, answer.status]).toEqual([name, 401]);
      expect(await dumpTables(), name).toEqual(before);
      answers.push(answer);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it.each([
    ["a suspended tenant", "UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?"],
    ["a disabled provider", "UPDATE sso_providers SET enabled = 0 WHERE tenant_id = ?"],
  ])("gives no token for %s", async (_name, text) => {
    const { tenant, client, secret } = await makeDirectory();
    await run(text, tenant.id);
    const before = await dumpTables();
    const answer = await send({ tenant: tenant.id, clientId: client.clientId, secret });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, "unauthorized_client"]);
    expect(await dumpTables()).toEqual(before);
  });
});

it("who asserts without being trusted is refused like a client that never was", async () => {
  const before = await dumpTables();
  const answers = [];
  for (const clientId of [own.client.clientId, other.client.clientId, crypto.randomUUID()]) {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: "eyJhbGciOiJub25lIn0.e30.",
    });
    answers.push(await ask("POST", OAUTH_TOKEN.replace(":tenant", own.tenant.id), { body }));
  }
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await dumpTables()).toEqual(before);
});

describe("metadata", () => {
  it.each(OAUTH_METADATA)("%s doesn't tell whether there is such a tenant", async (path) => {
    const before = await dumpTables();
    const texts = [own.tenant.id, "never-was"].map(async (tenant) => {
      const { status, text } = await ask("GET", path.replace(":tenant", tenant));
      return [status, text.replaceAll(tenant, "(the tenant)")];
    });
    const [there, never] = await Promise.all(texts);
    expect(there).toEqual(never);
    expect(there?.[0]).toBe(200);
    expect(await dumpTables()).toEqual(before);
  });
});

/** GET, HEAD and POST where they have a handler; all others are refused. */
describe("each open route", () => {
  it.each(OPEN_PATHS)(
    "%s answers every method, whoever asks, and changes nothing",
    async (path) => {
      const before = await dumpTables();
      const filled = path.replace(":tenant", own.tenant.id);
      const handled = handledAt(path);
      for (const method of METHODS) {
        const answers = await Promise.all(
          [undefined, own.tenant.token, other.tenant.token, "x"].map((token) =>
            ask(method, filled, {
              headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
            }),
          ),
        );
        const isRead = ["GET", "HEAD"].includes(method) && handled.has("GET");
        for (const { status } of answers) {
          expect([method, isRead ? [200] : [204, 400, 401, 404, 405]]).toEqual([
            method,
            expect.arrayContaining([status]),
          ]);
        }
        // Whose token it is makes no difference where none is asked for.
        const isOpen = path === ERROR_GUIDE || OAUTH_METADATA.includes(path) || isRead;
        if (isOpen) expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
      }
      expect(await dumpTables()).toEqual(before);
    },
  );

  it("is in the list", () => {
    expect(OPEN_PATHS).toEqual(expect.arrayContaining([OAUTH_TOKEN, ERROR_GUIDE, OPENAPI]));
    for (const path of OPEN_PATHS) {
      expect(APP_ROUTES.some((route) => route.path === path)).toBe(true);
    }
  });
});

describe("methods that a path of the management API or the console doesn't have", () => {
  const routes = APP_ROUTES.filter(
    (route) => !isScimRoute(route) && !OPEN_PATHS.includes(route.path) && !route.path.includes("*"),
  );
  const paths = [...new Set(routes.map(({ path }) => path))];

  it("let nobody in", async () => {
    expect(paths.length).toBeGreaterThan(50);
    const before = await dumpTables();
    for (const path of paths) {
      const handled = handledAt(path);
      const filled = path.replaceAll(/:\w+(\{[^}]*\})?/g, crypto.randomUUID());
      const token = { authorization: `Bearer ${own.tenant.token}` };
      // With a SCIM token, the protocol's own base is another door.
      const shown = path.startsWith(TENANTLESS) ? [{}] : [{}, token];
      for (const method of METHODS.filter((one) => !handled.has(one) && one !== "HEAD")) {
        for (const headers of shown) {
          const { status } = await ask(method, filled, { headers });
          const expected = path.startsWith("/console") ? 404 : 401;
          expect([method, path, status]).toEqual([method, path, expected]);
        }
      }
    }
    expect(await dumpTables()).toEqual(before);
  }, 60_000);
});

describe("a tenant that is named like a door of the app", () => {
  it.each(["console", "core", "docs", "well-known"])(
    "%s has its own base and token endpoint",
    async (name) => {
      const { token } = await makeTenant("generic", name);
      const tenant = clientOf(name, token, `${ORIGIN}/${name}/api/scim/v2`);
      expect((await tenant.get("/Users")).status).toBe(200);
      const { status, text } = await ask("POST", `/${name}/oauth/token`);
      expect([status, JSON.parse(text).error]).toEqual([400, "invalid_request"]);
      expect((await ask("GET", `/${name}/.well-known/oauth-authorization-server`)).status).toBe(
        200,
      );
    },
  );
});

/** What the app itself has a handler for, outside of the protocol's bases. */
function handledAt(path: string): ReadonlySet<string> {
  const routes = APP_ROUTES.filter((route) => route.path === path && !isScimRoute(route));
  return new Set(routes.map(({ method }) => method));
}

function run(text: string, ...values: string[]): Promise<unknown> {
  return DB.prepare(text)
    .bind(...values)
    .run();
}

/** Another directory, after this was done to it. */
async function gone(change: (directory: Directory) => Promise<unknown>): Promise<Proof> {
  const directory = await makeDirectory();
  await change(directory);
  const { tenant, client, secret } = directory;
  return { tenant: tenant.id, clientId: client.clientId, secret };
}

function inState(status: string): (directory: Directory) => Promise<unknown> {
  return ({ tenant }) =>
    run("UPDATE tenants SET status = ? WHERE tenant_id = ?", status, tenant.id);
}
