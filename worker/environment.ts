/** What makes a Worker of its environment, which nobody else reads: it picks the stores and wires the rooms. */
import { RESOURCE_TYPES } from "../schema/resource-types.ts";
import { resumeRemovals } from "./admin/removal.ts";
import { removeExpired } from "./admin/retention.ts";
import { assertionVerifier } from "./auth/assertion.ts";
import { ADMIN_SCOPE, LINK_AUDIENCE, OPERATOR_SCOPE, accessTokenVerifier } from "./auth/jwt.ts";
import type { AccessTokenConfig, VerifyAccessToken } from "./auth/jwt.ts";
import { DEADLINES, withDeadlines } from "./execute/deadline.ts";
import { openD1Store } from "./execute/store-d1.ts";
import type { LibsqlDatabase } from "./execute/store-libsql.ts";
import { noCost } from "./execute/store.ts";
import type { Cost, OpenStore, Store } from "./execute/store.ts";
import { makeStores } from "./execute/stores.ts";
import type { Stores } from "./execute/stores.ts";
import { TenantWriterObject } from "./execute/tenant-writer.ts";
import type { WriterContext } from "./execute/write-queue.ts";
import type { Writer } from "./execute/writer.ts";
import { createApp } from "./http/app.ts";
import type { CreateConsole } from "./http/app.ts";
import { AuthFailures } from "./http/auth-failures.ts";
import { KnownTokens } from "./http/known-tokens.ts";
import { Overdrawn } from "./http/overdrawn.ts";
import type { OpenIdConfig, Wiring } from "./http/wiring.ts";
import { isList, isObject, readObject } from "./scim/json.ts";
import type { Json } from "./scim/json.ts";

export interface Env {
  /** The main database where STORE is d1. */
  readonly DB: D1Database;
  /** `d1`, or `libsql`: then LIBSQL_URL is the main database. */
  readonly STORE?: string;
  /** `libsql:`, `https:` or `http:`. */
  readonly LIBSQL_URL?: string;
  /** For every libSQL database that brings none in its URL. */
  readonly LIBSQL_AUTH_TOKEN?: string;
  /** The other databases as a JSON object: name -> the name of a D1 binding, or the URL of a libSQL database. */
  readonly SHARDS?: string;
  /** The namespace of `TenantWriter`, by what is asked of it: RPC's own types don't end on recursive JSON. */
  readonly TENANT_WRITER: { getByName(name: string): Writer };
  /** 32 random bytes in base64. */
  readonly ROLLCALL_SECRET: string;
  readonly ADMIN_ISSUER: string;
  readonly ADMIN_AUDIENCE: string;
  /** A JWKS as JSON, for local development; else ADMIN_JWKS_URL, else the issuer's discovery document. */
  readonly ADMIN_JWKS?: string;
  readonly ADMIN_JWKS_URL?: string;
  /** Name of the claim that holds the tenant's id; `tenant_id` by default. */
  readonly ADMIN_TENANT_CLAIM?: string;
  /** The console as a client of the issuer; without an id nobody signs in to it by OpenID Connect. */
  readonly CONSOLE_CLIENT_ID?: string;
  /** None for a public client. */
  readonly CONSOLE_CLIENT_SECRET?: string;
  /** Scopes that the console asks for; by default openid and both of the management API. */
  readonly CONSOLE_SCOPE?: string;
  /** The resource (RFC 8707) that it asks an access token for. */
  readonly CONSOLE_RESOURCE?: string;
  /** How long a session of the console may be idle, and how long it lasts at the most; 1800 and 36000 by default. */
  readonly CONSOLE_IDLE_SECONDS?: string;
  readonly CONSOLE_SESSION_SECONDS?: string;
  /** '1': SCIM responses say what they cost the database. */
  readonly COST_HEADER?: string;
  /** Operations that a token may ask for in 10 s; 2000 by default, 0: as many as it likes. */
  readonly RATE_LIMIT_OPERATIONS?: string;
  /** Milliseconds that a read of the database may take; 10000 by default. */
  readonly STORE_READ_DEADLINE?: string;
  /** Milliseconds that a write may take; 15000 by default. */
  readonly STORE_WRITE_DEADLINE?: string;
  /** Counts failed authentication per address; without it nothing is counted. */
  readonly AUTH_FAILURES?: RateLimit;
}

const DEFAULT_OPERATIONS = 2000;

const now = (): Date => new Date();
const pause = (milliseconds: number): Promise<void> => scheduler.wait(milliseconds);
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** Nothing of the environment is in it. */
const verifyAssertion = assertionVerifier({ now });

/** What a Worker may carry beside SCIM and the management API on D1. */
export interface Cargo {
  readonly openLibsqlStore?: OpenLibsqlStore;
  readonly createConsole?: CreateConsole;
}

type OpenLibsqlStore = (database: LibsqlDatabase, cost: Cost) => Store;

export function createWorker({ openLibsqlStore, createConsole }: Cargo) {
  const wirings = new WeakMap<object, Wiring>();

  /** It lives as long as its environment: keys of issuers, places of tenants, tokens, and who was told to wait are remembered. */
  function wire(env: Env): Wiring {
    const known = wirings.get(env);
    if (known !== undefined) return known;
    const made = wiringOf(env);
    wirings.set(env, made);
    return made;
  }

  const wiringOf = (env: Env): Wiring => ({
    stores: storesOf(env, openLibsqlStore),
    verifyAccessToken: verifierOf(env),
    failures: env.AUTH_FAILURES && new AuthFailures(env.AUTH_FAILURES),
    known: new KnownTokens(),
    overdrawn: new Overdrawn(),
    writerOf: (tenant) => env.TENANT_WRITER.getByName(tenant),
    verifyAssertion,
    secret: env.ROLLCALL_SECRET,
    now,
    random,
    costHeader: env.COST_HEADER === "1",
    console: {
      openId: openIdOf(env),
      verifyLink: linkVerifierOf(env),
      sessions: {
        idle: secondsOf(env.CONSOLE_IDLE_SECONDS, 30 * 60),
        life: secondsOf(env.CONSOLE_SESSION_SECONDS, 10 * 3600),
      },
    },
  });
  const app = createApp(RESOURCE_TYPES, wire, createConsole);

  class TenantWriter extends TenantWriterObject<Env> {
    protected context(): WriterContext {
      const { name: tenant } = this.ctx.id;
      if (tenant === undefined) throw new Error("A writer is called by its tenant's id");
      const { storeFor } = wire(this.env).stores;
      return {
        openStore: (cost) => storeFor(tenant, cost),
        types: RESOURCE_TYPES,
        now,
        random,
        pause,
        operationLimit: numberOf(this.env.RATE_LIMIT_OPERATIONS, DEFAULT_OPERATIONS),
      };
    }
  }

  const handlers = {
    fetch: (request, env, context) => app.fetch(request, env, context),
    /** Goes on with the removal of deleted tenants where a request could not end it, and removes what has been kept long enough. */
    scheduled: async (_controller, env) => {
      const { stores } = wire(env);
      const databases = [stores.main, ...stores.shards.values()];
      await Promise.all([
        resumeRemovals(stores, now()),
        ...databases.map((open) => removeExpired(open(noCost()), now())),
      ]);
    },
  } satisfies ExportedHandler<Env>;

  return { TenantWriter, handlers };
}

function storesOf(env: Env, openLibsqlStore: OpenLibsqlStore | undefined): Stores {
  const openLibsql = (url: string): OpenStore => {
    if (openLibsqlStore === undefined) throw new Error("libSQL needs worker/index-libsql.ts");
    return (cost) => openLibsqlStore({ url, authToken: env.LIBSQL_AUTH_TOKEN }, cost);
  };
  const openShard = (place: Json | undefined): OpenStore => {
    if (typeof place !== "string") throw new Error("SHARDS is no object of names and places");
    if (place.includes(":")) return openLibsql(place);
    const binding = new Map<string, unknown>(Object.entries(env)).get(place);
    if (!isDatabase(binding)) throw new Error(`SHARDS names ${place}, which is no D1 binding`);
    return (cost) => openD1Store(binding, cost);
  };
  const shards = Object.entries(readObject(env.SHARDS ?? "{}"));
  const deadlines = {
    read: numberOf(env.STORE_READ_DEADLINE, DEADLINES.read),
    write: numberOf(env.STORE_WRITE_DEADLINE, DEADLINES.write),
  };
  return makeStores({
    main: withDeadlines(mainOf(env, openLibsql), deadlines),
    shards: new Map(
      shards.map(([name, place]) => [name, withDeadlines(openShard(place), deadlines)]),
    ),
  });
}

function mainOf(
  { STORE = "d1", LIBSQL_URL = "", DB }: Env,
  openLibsql: (url: string) => OpenStore,
): OpenStore {
  if (STORE === "libsql") return openLibsql(LIBSQL_URL);
  if (STORE === "d1") return (cost) => openD1Store(DB, cost);
  throw new Error(`STORE is "${STORE}"; it must be d1 or libsql`);
}

function isDatabase(binding: unknown): binding is D1Database {
  return typeof binding === "object" && binding !== null && "withSession" in binding;
}

/** A variable that is a whole number of at least 0. @throws Error where it is something else: better than to guess */
function numberOf(text: string | undefined, otherwise: number): number {
  if (text === undefined || text === "") return otherwise;
  if (!/^\d+$/.test(text)) throw new Error("A variable that should be a number is none.");
  return Number(text);
}

function openIdOf(env: Env): OpenIdConfig | undefined {
  const clientId = env.CONSOLE_CLIENT_ID ?? "";
  if (clientId === "" || env.ADMIN_ISSUER === "") return undefined;
  return {
    issuer: env.ADMIN_ISSUER,
    clientId,
    clientSecret: env.CONSOLE_CLIENT_SECRET ?? "",
    scope: env.CONSOLE_SCOPE ?? `openid ${ADMIN_SCOPE} ${OPERATOR_SCOPE}`,
    resource: env.CONSOLE_RESOURCE ?? "",
  };
}

function secondsOf(text: string | undefined, normal: number): number {
  const seconds = Number(text);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : normal;
}

/** One-click links are for the local emulation, whose keys are inline; their tokens are good for nothing else. */
function linkVerifierOf({ ADMIN_ISSUER, ADMIN_JWKS }: Env): VerifyAccessToken | undefined {
  if (ADMIN_JWKS === undefined) return undefined;
  const keys = { kind: "inline", jwks: readKeys(ADMIN_JWKS) } as const;
  return accessTokenVerifier({ issuer: ADMIN_ISSUER, audience: LINK_AUDIENCE, keys });
}

function verifierOf(env: Env): VerifyAccessToken {
  return accessTokenVerifier({
    issuer: env.ADMIN_ISSUER,
    audience: env.ADMIN_AUDIENCE,
    ...(env.ADMIN_TENANT_CLAIM !== undefined && { tenantClaim: env.ADMIN_TENANT_CLAIM }),
    keys: keysOf(env),
  });
}

type InlineKeys = Extract<AccessTokenConfig["keys"], { kind: "inline" }>;

function keysOf({ ADMIN_JWKS, ADMIN_JWKS_URL }: Env): AccessTokenConfig["keys"] {
  if (ADMIN_JWKS !== undefined) return { kind: "inline", jwks: readKeys(ADMIN_JWKS) };
  if (ADMIN_JWKS_URL !== undefined) return { kind: "remote", url: ADMIN_JWKS_URL };
  return { kind: "discovery" };
}

/** A JWKS (RFC 7517 section 5); jose checks each key when it is used. */
function readKeys(text: string): InlineKeys["jwks"] {
  const { keys } = readObject(text);
  return { keys: isList(keys) ? keys.filter(isObject) : [] };
}
