/** Every route of the protocol, with every method, under both bases, for those who may not: refused all alike, and nothing changes. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { sealAccessToken } from "../../worker/auth/access-token.ts";
import { hashToken, isScimCredential, makeToken } from "../../worker/auth/bearer.ts";
import { accessToken } from "../support/admin.ts";
import { METHODS, NAMED, TENANTLESS, methodsAt, scimPaths } from "../support/app-routes.ts";
import { bodyFor, fillPath, makeDirectory } from "../support/directory.ts";
import type { Directory } from "../support/directory.ts";
import { throughDoor } from "../support/door.ts";
import { dumpTables } from "../support/dump.ts";
import type { Dump } from "../support/dump.ts";
import { requestToken } from "../support/oauth.ts";
import { ORIGIN, addToken, makeTenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

interface Call {
  readonly base: typeof NAMED | typeof TENANTLESS;
  readonly method: string;
  /** Below the base, as the app has it. */
  readonly path: string;
}

const CALLS: readonly Call[] = ([NAMED, TENANTLESS] as const).flatMap((base) =>
  scimPaths(base).flatMap((path) => METHODS.map((method) => ({ base, method, path }))),
);

/** What a bad credential is, and the tenant that the path names where it isn't the victim. */
interface Bad {
  readonly authorization: string | undefined;
  readonly tenant?: string;
  /** It is another tenant's and good, so that only the path is wrong. */
  readonly isGoodElsewhere?: true;
}

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
const bearer = (token: string): Bad => ({ authorization: `Bearer ${token}` });

let victim: Directory;

beforeAll(async () => {
  victim = await makeDirectory();
});

beforeEach(() => {
  for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockReturnValue();
});

const BAD: readonly (readonly [string, () => Promise<Bad>])[] = [
  ["no credential", async () => ({ authorization: undefined })],
  ["another scheme", async () => ({ authorization: `Digest ${victim.tenant.token}` })],
  ["something that is no token", async () => bearer("not-a-token")],
  ["an empty token", async () => ({ authorization: "Bearer " })],
  ["a token and something more", async () => bearer(`${victim.tenant.token} x`)],
  ["Basic that is no base64", async () => ({ authorization: "Basic !!!" })],
  ["a token cut short", async () => bearer(victim.tenant.token.slice(0, -1))],
  ["a token with a wrong checksum", async () => bearer(victim.tenant.token.replace(/.$/, "x"))],
  ["a token that nobody was given", async () => bearer(makeToken(victim.tenant.id, random()))],
  [
    "the token of another tenant",
    async () => ({ ...bearer((await makeTenant()).token), isGoodElsewhere: true }),
  ],
  [
    "another tenant's token that names this one",
    async () => {
      const other = await makeTenant();
      const secret = random();
      await addToken(other.id, makeToken(other.id, secret));
      return bearer(makeToken(victim.tenant.id, secret));
    },
  ],
  [
    "an expired token",
    () => extraToken("UPDATE scim_tokens SET expires_at = '2020' WHERE hash = ?"),
  ],
  ["a deleted token", () => extraToken("DELETE FROM scim_tokens WHERE hash = ?")],
  ["the token of a tenant that is being deleted", () => deadTenant("deleting")],
  ["the token of a tenant that was deleted", () => deadTenant("deleted")],
  [
    "the token of a tenant that never was",
    async () => ({ ...bearer(makeToken("never-was", random())), tenant: "never-was" }),
  ],
  [
    "the token of what can't be a tenant",
    async () => ({ ...bearer(makeToken("NOT_ONE", random())), tenant: "NOT_ONE" }),
  ],
  ["an OAuth client's secret", async () => bearer(victim.secret)],
  ["an access token after its time", async () => bearer(await sealed({ expires: 1_500_000_000 }))],
  ["an access token of no credential", async () => bearer(await sealed({}))],
  [
    "an access token that was changed",
    async () => {
      const token = await grantOf(victim);
      return bearer(token.replace(/.$/, (last) => (last === "0" ? "1" : "0")));
    },
  ],
  [
    "an access token of another tenant's client",
    async () => ({ ...bearer(await grantOf(await makeDirectory())), isGoodElsewhere: true }),
  ],
  [
    "an access token whose client was deleted",
    async () => {
      const own = await makeDirectory();
      const token = await grantOf(own);
      await own.client.delete();
      return { ...bearer(token), tenant: own.tenant.id };
    },
  ],
  ["an operator's access token", async () => bearer(await accessToken())],
];

describe("401", () => {
  it.each(BAD)(
    "for %s",
    async (_name, prepare) => {
      const bad = await prepare();
      const before = await dumpTables();
      for (const call of CALLS) {
        if (bad.isGoodElsewhere === true && call.base === TENANTLESS) continue;
        if (isManagement(call, bad)) continue;
        const seen = await send(call, bad);
        const expected = isOpen(call, bad) ? 200 : 401;
        expect([nameOf(call), seen.status]).toEqual([nameOf(call), expected]);
        if (expected === 401)
          expect([nameOf(call), seen.text]).toEqual([nameOf(call), SEEN.get(kindOf(call))]);
      }
      expect(await dumpTables()).toEqual(before);
    },
    60_000,
  );

  it("is the same for every kind of bad credential, on every route", () => {
    expect([...SEEN.keys()].toSorted()).toEqual(["with a body", "without"]);
    expect(JSON.parse(SEEN.get("with a body") ?? "")).toMatchObject({
      headers: { "www-authenticate": "Bearer", "content-type": "application/scim+json" },
    });
  });
});

/** The first answer of each kind, which all others have to equal byte for byte. */
const SEEN = new Map<string, string>();

function kindOf({ method }: Call): string {
  return method === "HEAD" ? "without" : "with a body";
}

/** The root without a tenant is the management API's for what is no credential of the protocol's: that is in its own sweep. */
function isManagement({ base, path }: Call, { authorization }: Bad): boolean {
  return base === TENANTLESS && path === "" && !isScimCredential(authorization);
}

/** What is supported is no secret. */
function isOpen({ method, path }: Call, { authorization }: Bad): boolean {
  const isRead = method === "GET" || method === "HEAD";
  return isRead && path === "/ServiceProviderConfig" && authorization === undefined;
}

const FORBIDDEN = [
  ["a suspended tenant", "UPDATE tenants SET status = 'suspended' WHERE tenant_id = ?"],
  ["a disabled provider", "UPDATE sso_providers SET enabled = 0 WHERE tenant_id = ?"],
] as const;

describe("403", () => {
  it.each(FORBIDDEN)(
    "for %s",
    async (_name, text) => {
      const own = await makeDirectory();
      const grant = await grantOf(own);
      await DB.prepare(text).bind(own.tenant.id).run();
      const before = await dumpTables();
      for (const token of [own.tenant.token, grant]) {
        for (const call of CALLS) {
          const { status } = await send(call, bearer(token), own);
          expect([nameOf(call), status]).toEqual([nameOf(call), 403]);
        }
      }
      expect(await dumpTables()).toEqual(before);
    },
    60_000,
  );

  it("for a token that may only read, wherever something would change", async () => {
    const own = await makeDirectory();
    const token = makeToken(own.tenant.id, random());
    await addToken(own.tenant.id, token, "read");
    const changes = CALLS.filter(isChange);
    expect(changes.length).toBe(2 * (1 + 4 * 2));
    const before = await dumpTables();
    for (const call of CALLS) {
      const { status } = await send(call, bearer(token), own);
      if (isChange(call)) expect([nameOf(call), status]).toEqual([nameOf(call), 403]);
      else expect([nameOf(call), status < 500]).toEqual([nameOf(call), call.path !== "/Me"]);
    }
    expect(besidesActivity(await dumpTables())).toEqual(besidesActivity(before));
  }, 60_000);
});

it("the same requests do what they are for, for who may", async () => {
  for (const call of CALLS) {
    const own = isChange(call) ? await makeDirectory() : victim;
    const before = await dumpTables();
    const { status } = await send(call, bearer(own.tenant.token), own);
    const isKnown = ownMethods(call).includes(call.method === "HEAD" ? "GET" : call.method);
    expect([nameOf(call), status]).toEqual([
      nameOf(call),
      isKnown ? expect.toSatisfy((value) => value >= 200 && value < 300) : refusalOf(call),
    ]);
    const after = await dumpTables();
    const isSame =
      JSON.stringify(besidesActivity(before)) === JSON.stringify(besidesActivity(after));
    expect([nameOf(call), isSame]).toEqual([nameOf(call), !isChange(call)]);
  }
}, 120_000);

function refusalOf({ path }: Call): number {
  if (path === "/Me") return 501;
  return path === "/Nothing" ? 404 : 405;
}

function isChange(call: Call): boolean {
  const isWrite = ["POST", "PUT", "PATCH", "DELETE"].includes(call.method);
  return isWrite && !call.path.endsWith("/.search") && ownMethods(call).includes(call.method);
}

/** Without those of the management API, which has the same root. */
function ownMethods({ path }: Call): readonly string[] {
  return methodsAt(NAMED, path);
}

/** Status, and all that the client sees of the answer: without the request's id and what it cost, which can't be equal. */
async function send(
  call: Call,
  { authorization, tenant }: Bad,
  { ids, tenant: own }: Directory = victim,
): Promise<{ readonly status: number; readonly text: string }> {
  const { base, method, path } = call;
  const body = bodyFor(method, path, ids);
  const response = await throughDoor(
    new Request(`${ORIGIN}${fillPath(`${base}${path}`, tenant ?? own.id, ids)}`, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { "content-type": "application/scim+json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  const headers = new Headers(response.headers);
  for (const name of ["x-request-id", "x-rollcall-cost"]) headers.delete(name);
  const { status } = response;
  const text = JSON.stringify({
    status,
    headers: Object.fromEntries(headers),
    body: await response.text(),
  });
  if (status === 401 && !SEEN.has(kindOf(call))) SEEN.set(kindOf(call), text);
  return { status, text };
}

function nameOf({ base, method, path }: Call): string {
  return `${method} ${base}${path}`;
}

/** What a tenant's own requests were refused is in its log. */
function besidesActivity({ activity: _activity, ...others }: Dump): Dump {
  return others;
}

/** Another token of the victim's, after this was done to it. */
async function extraToken(text: string): Promise<Bad> {
  const token = makeToken(victim.tenant.id, random());
  await addToken(victim.tenant.id, token);
  const [, counted] = await DB.batch<{ changed: number }>([
    DB.prepare(text).bind(await hashToken(token)),
    DB.prepare("SELECT changes() AS changed"),
  ]);
  expect(counted?.results[0]?.changed).toBe(1);
  return bearer(token);
}

async function deadTenant(status: "deleting" | "deleted"): Promise<Bad> {
  const { id, token } = await makeTenant();
  const change = DB.prepare("UPDATE tenants SET status = ? WHERE tenant_id = ?");
  await change.bind(status, id).run();
  return { ...bearer(token), tenant: id };
}

/** An access token of the client's secret. */
async function grantOf({ tenant, client, secret }: Directory): Promise<string> {
  const parameters = { client_id: client.clientId, client_secret: secret };
  const { body } = await requestToken(tenant.id, parameters);
  return body.access_token;
}

/** An access token of the victim's with a good seal, of no credential that is there. */
function sealed({ expires = Math.floor(Date.now() / 1000) + 600 }): Promise<string> {
  const grant = { tenant: victim.tenant.id, credentialId: crypto.randomUUID(), expires };
  return sealAccessToken(grant, env.ROLLCALL_SECRET);
}
