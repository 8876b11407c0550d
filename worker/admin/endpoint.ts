/** An endpoint of the management API as data: what it takes, and the function that answers. */
import type { Context } from "hono";
import * as v from "valibot";
import type { AdminPrincipal } from "../auth/jwt.ts";
import { noCost } from "../execute/store.ts";
import type { Store } from "../execute/store.ts";
import type { Stores } from "../execute/stores.ts";
import { requireOperator, TENANT_HEADER, tenantOf } from "./access.ts";
import type { AdminEnv } from "./access.ts";
import { parseInput, readBody } from "./input.ts";
import type { Schema } from "./input.ts";

/** What an endpoint is given. */
export interface Call<Query, Body> {
  /** The tenant's; of an operator's call the main database. */
  readonly store: Store;
  readonly stores: Stores;
  readonly caller: AdminPrincipal;
  readonly query: Query;
  readonly body: Body;
  readonly now: Date;
  readonly random: (length: number) => Uint8Array;
  /** A parameter of the path. */
  readonly param: (name: string) => string;
  /** Lets work go on after the answer where the runtime can, and waits for it where not. */
  readonly defer: (work: Promise<unknown>) => Promise<void>;
}

/** The same, for one tenant that the caller may manage; whether there is such a tenant is not known yet. */
export interface TenantCall<Query, Body> extends Call<Query, Body> {
  readonly tenant: string;
}

/** `name` of what was created is the last segment of its path. */
type Answer =
  | { readonly status: 200; readonly body: object }
  | { readonly status: 201; readonly body: object; readonly name: string }
  | { readonly status: 204 };

interface Outline<Query extends Schema = Schema, Body extends Schema = Schema> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base, as Hono writes paths. */
  readonly path: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
}

export interface Endpoint extends Outline {
  readonly run: (c: Context<AdminEnv>) => Promise<Response>;
}

type Definition<Query extends Schema, Body extends Schema, Given> = Outline<Query, Body> & {
  readonly answer: (call: Given) => Promise<Answer>;
};

const NOTHING = v.strictObject({});
type Nothing = typeof NOTHING;

/** An endpoint for the tenant of the access token, or the one that an operator names. */
export function tenantEndpoint<Query extends Schema = Nothing, Body extends Schema = Nothing>(
  definition: Definition<Query, Body, TenantCall<v.InferOutput<Query>, v.InferOutput<Body>>>,
): Endpoint {
  return {
    ...definition,
    async run(c) {
      const tenant = tenantOf(c.get("caller"), c.req.header(TENANT_HEADER));
      const call = await callOf<Query, Body>(c, definition);
      const store = call.stores.storeFor(tenant, noCost());
      return render(c, await definition.answer({ ...call, store, tenant }));
    },
  };
}

/** An endpoint for operators only. */
export function operatorEndpoint<Query extends Schema = Nothing, Body extends Schema = Nothing>(
  definition: Definition<Query, Body, Call<v.InferOutput<Query>, v.InferOutput<Body>>>,
): Endpoint {
  return {
    ...definition,
    async run(c) {
      requireOperator(c.get("caller"));
      const call = await callOf<Query, Body>(c, definition);
      const store = call.stores.main(noCost());
      return render(c, await definition.answer({ ...call, store }));
    },
  };
}

async function callOf<Query extends Schema, Body extends Schema>(
  c: Context<AdminEnv>,
  outline: Outline<Query, Body>,
): Promise<Omit<Call<v.InferOutput<Query>, v.InferOutput<Body>>, "store">> {
  const { stores, now, random } = c.get("wiring");
  return {
    stores,
    caller: c.get("caller"),
    query: parseInput(outline.query ?? NOTHING, c.req.query()),
    body: parseInput(outline.body ?? NOTHING, outline.body ? await readBody(c.req) : {}),
    now: now(),
    random,
    param: (name) => c.req.param(name) ?? "",
    defer: async (work) => {
      const context = executionContext(c);
      if (context === undefined) await work;
      else context.waitUntil(work);
    },
  };
}

/** Hono's getter throws outside the runtime. */
function executionContext(c: Context<AdminEnv>): Context["executionCtx"] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

/** Nothing that this API answers may be kept by a cache: a token is shown once. */
function render(c: Context<AdminEnv>, answer: Answer): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  if (answer.status === 201) headers.set("location", `${c.req.path}/${answer.name}`);
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}
