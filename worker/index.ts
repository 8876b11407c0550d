/**
 * The Worker on D1, and what makes one: the only file that reads the environment. It picks the stores and wires the rooms.
 * `index-libsql.ts` is the same with libSQL at hand.
 */
import { RESOURCE_TYPES } from "../schema/resource-types.ts";
import { resumeRemovals } from "./admin/removal.ts";
import { removeExpired } from "./admin/retention.ts";
import { assertionVerifier } from "./auth/assertion.ts";
import { ADMIN_SCOPE, LINK_AUDIENCE, OPERATOR_SCOPE, accessTokenVerifier } from "./auth/jwt.ts";
import type { AccessTokenConfig, VerifyAccessToken } from "./auth/jwt.ts";
import { openD1Store } from "./execute/store-d1.ts";
import type { LibsqlDatabase } from "./execute/store-libsql.ts";
import { noCost } from "./execute/store.ts";
import type { Cost, OpenStore, Store } from "./execute/store.ts";
import { makeStores } from "./execute/stores.ts";
import type { Stores } from "./execute/stores.ts";
import { TenantWriterObject } from "./execute/tenant-writer.ts";
import type { WriteContext, Writer } from "./execute/write.ts";
import { createApp } from "./http/app.ts";
import type { OpenIdConfig } from "./http/wiring.ts";
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
}

const now = (): Date => new Date();
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** Nothing of the environment is in it. */
const verifyAssertion = assertionVerifier({ now });

/** What lives as long as an environment: the issuer's keys and the places of tenants are remembered. */
interface Kept {
  readonly stores: Stores;
  readonly verifyAccessToken: VerifyAccessToken;
}

type OpenLibsqlStore = (database: LibsqlDatabase, cost: Cost) => Store;

/** The Worker with these drivers beside D1's. */
export function createWorker(openLibsqlStore?: OpenLibsqlStore) {
  const kept = new WeakMap<object, Kept>();

  function keptOf(env: Env): Kept {
    const known = kept.get(env);
    if (known !== undefined) return known;
    const made = { stores: storesOf(env, openLibsqlStore), verifyAccessToken: verifierOf(env) };
    kept.set(env, made);
    return made;
  }

  const app = createApp<Env>(RESOURCE_TYPES, (env) => ({
    ...keptOf(env),
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
  }));

  class TenantWriter extends TenantWriterObject<Env> {
    protected context(): WriteContext {
      const { name: tenant } = this.ctx.id;
      if (tenant === undefined) throw new Error("A writer is called by its tenant's id");
      const { storeFor } = keptOf(this.env).stores;
      return { openStore: (cost) => storeFor(tenant, cost), types: RESOURCE_TYPES, now, random };
    }
  }

  const handlers = {
    fetch: (request, env, context) => app.fetch(request, env, context),
    /** Goes on with the removal of deleted tenants where a request could not end it, and removes what has been kept long enough. */
    scheduled: async (_controller, env) => {
      const { stores } = keptOf(env);
      const databases = [stores.main, ...stores.shards.values()];
      await Promise.all([
        resumeRemovals(stores, now()),
        ...databases.map((open) => removeExpired(open(noCost()), now())),
      ]);
    },
  } satisfies ExportedHandler<Env>;

  return { TenantWriter, handlers };
}

const worker = createWorker();
export const { TenantWriter } = worker;
export default worker.handlers;

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
  return makeStores({
    main: mainOf(env, openLibsql),
    shards: new Map(shards.map(([name, place]) => [name, openShard(place)])),
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
