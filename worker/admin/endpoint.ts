/** An endpoint of the management API as data: what it takes, what it answers, and the function between the two. */
import * as v from "valibot";
import type { AdminPrincipal } from "../auth/jwt.ts";
import { noCost } from "../execute/store.ts";
import type { Row, Store } from "../execute/store.ts";
import type { Stores } from "../execute/stores.ts";
import type { Defer } from "../http/defer.ts";
import type { Wiring } from "../http/wiring.ts";
import type { Statement } from "../plan/statement.ts";
import { uuidv7 } from "../scim/ids.ts";
import type { JsonObject } from "../scim/json.ts";
import { requireOperator, tenantOf } from "./access.ts";
import { audited, OPERATORS, planSureEntry } from "./audit-entry.ts";
import type { Change } from "./audit-entry.ts";
import { executeInTenant } from "./in-tenant.ts";
import { parseInput } from "./input.ts";
import type { Schema } from "./input.ts";
import type { ProblemStatus } from "./problem.ts";

/** What a caller asks of an endpoint, whichever way it came. */
export interface EndpointRequest {
  /** A parameter of the path; '' where it has none of this name. */
  readonly param: (name: string) => string;
  readonly query: Readonly<Record<string, string>>;
  /** @throws ProblemError where the body is no JSON object */
  readonly readBody: () => Promise<unknown>;
  /** The tenant that the caller names. */
  readonly tenant: string | undefined;
  /** IP address of the caller; null where nobody tells. */
  readonly address: string | null;
  /** Scheme and host under which the caller reached us. */
  readonly origin: string;
}

/** For whom, and with what, a request is carried out. */
export interface EndpointContext {
  readonly caller: AdminPrincipal;
  readonly wiring: Pick<Wiring, "stores" | "now" | "random" | "writerOf">;
  readonly defer: Defer;
}

/** The rows of each statement, in their order. */
export type Rows = (index: number) => readonly Row[];

/** What an endpoint is given. */
export interface Call<Query, Body> {
  /** The tenant's; of an operator's call the main database. */
  readonly store: Store;
  readonly stores: Stores;
  readonly writerOf: Wiring["writerOf"];
  readonly caller: AdminPrincipal;
  readonly query: Query;
  readonly body: Body;
  readonly now: Date;
  readonly random: (length: number) => Uint8Array;
  /** An id for what is made now: later ones are greater. */
  readonly newId: () => string;
  readonly param: (name: string) => string;
  readonly origin: string;
  readonly defer: Defer;
  /** Carries statements out in one batch. */
  readonly read: (statements: readonly Statement[]) => Promise<Rows>;
  /** The same with an entry in the audit log, which is there exactly if the last of them changed a row, or `gone` has one. */
  readonly change: (statements: readonly Statement[], change?: Change) => Promise<Rows>;
  /** The audit log's entry of a change that is made in a guarded batch of its own, to be put into that batch. */
  readonly entry: (detail: object) => Statement;
}

/** The same, for one tenant that the caller may manage; `read` and `change` answer 404 where there is no such tenant. */
export interface TenantCall<Query, Body> extends Call<Query, Body> {
  readonly tenant: string;
}

type OutputSchema = v.GenericSchema<object, JsonObject>;

/** `name` of what was created is the last segment of its path. */
export type Answer<Output = JsonObject> =
  | { readonly status: 200; readonly body: Output }
  | { readonly status: 201; readonly body: Output; readonly name: string }
  | { readonly status: 204 };

interface Outline<
  Query extends Schema = Schema,
  Body extends Schema = Schema,
  Output extends OutputSchema = OutputSchema,
> {
  /** Its name: the operationId of the OpenAPI document. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base, as Hono writes paths. */
  readonly path: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** What a success answers; without it, 204. */
  readonly success?: { readonly status: 200 | 201; readonly body: Output };
  /** Problems of its own, beside those that follow from what it takes. */
  readonly problems?: readonly ProblemStatus[];
  /** What of the body the audit log keeps; all of it where this is left out. */
  readonly kept?: (body: v.InferOutput<Body>) => object;
  /** Largest body, in bytes, where it isn't `MAX_BODY`. */
  readonly maxBody?: number;
}

/** Whose an endpoint is: the tenant's of the call, the operators', or the operators' for the tenant in its path. */
type Kind = "tenant" | "operator" | "tenantByOperator" | "tenantOrOperators";

export interface Endpoint extends Outline {
  readonly kind: Kind;
  readonly run: (request: EndpointRequest, context: EndpointContext) => Promise<Answer>;
}

type Definition<
  Query extends Schema,
  Body extends Schema,
  Output extends OutputSchema,
  Given,
> = Outline<Query, Body, Output> & {
  readonly answer: (call: Given) => Promise<Answer<v.InferOutput<Output>>>;
};

const NOTHING = v.strictObject({});
type Nothing = typeof NOTHING;

type TenantDefinition<
  Query extends Schema,
  Body extends Schema,
  Output extends OutputSchema,
> = Definition<Query, Body, Output, TenantCall<v.InferOutput<Query>, v.InferOutput<Body>>>;

/** An endpoint for the tenant of the access token, or the one that an operator names. */
export function tenantEndpoint<
  Query extends Schema = Nothing,
  Body extends Schema = Nothing,
  Output extends OutputSchema = Nothing,
>(definition: TenantDefinition<Query, Body, Output>): Endpoint {
  return endpointOf("tenant", definition, (request, { caller }) =>
    tenantOf(caller, request.tenant),
  );
}

/** The same, and where an operator names no tenant, for the operators' own: `tenant` is OPERATORS then. */
export function tenantOrOperatorsEndpoint<
  Query extends Schema = Nothing,
  Body extends Schema = Nothing,
  Output extends OutputSchema = Nothing,
>(definition: TenantDefinition<Query, Body, Output>): Endpoint {
  return endpointOf("tenantOrOperators", definition, (request, { caller }) =>
    caller.operator && request.tenant === undefined ? undefined : tenantOf(caller, request.tenant),
  );
}

/** An endpoint for operators only, about the tenant that its path names as `id`. */
export function operatorTenantEndpoint<
  Query extends Schema = Nothing,
  Body extends Schema = Nothing,
  Output extends OutputSchema = Nothing,
>(definition: TenantDefinition<Query, Body, Output>): Endpoint {
  return endpointOf("tenantByOperator", definition, (request, { caller }) => {
    requireOperator(caller);
    return request.param("id");
  });
}

/** An endpoint for operators only; what it changes is in the operators' own audit log. */
export function operatorEndpoint<
  Query extends Schema = Nothing,
  Body extends Schema = Nothing,
  Output extends OutputSchema = Nothing,
>(
  definition: Definition<Query, Body, Output, Call<v.InferOutput<Query>, v.InferOutput<Body>>>,
): Endpoint {
  return endpointOf("operator", definition, (_request, { caller }) => {
    requireOperator(caller);
    return undefined;
  });
}

/** `admit` says for which tenant the call is, undefined for none, or throws: before anything else of the request is looked at. */
function endpointOf<Query extends Schema, Body extends Schema, Output extends OutputSchema>(
  kind: Kind,
  definition: TenantDefinition<Query, Body, Output>,
  admit: (request: EndpointRequest, context: EndpointContext) => string | undefined,
): Endpoint {
  return {
    ...definition,
    kind,
    async run(request, context) {
      const admitted = admit(request, context);
      return definition.answer(await callOf(definition, request, context, admitted));
    },
  };
}

async function callOf<Query extends Schema, Body extends Schema, Output extends OutputSchema>(
  outline: Outline<Query, Body, Output>,
  request: EndpointRequest,
  { caller, wiring, defer }: EndpointContext,
  admitted: string | undefined,
): Promise<TenantCall<v.InferOutput<Query>, v.InferOutput<Body>>> {
  const query = parseInput(outline.query ?? NOTHING, request.query);
  const body = parseInput(outline.body ?? NOTHING, outline.body ? await request.readBody() : {});
  const { stores, random, writerOf } = wiring;
  const [cost, now] = [noCost(), wiring.now()];
  const store = admitted === undefined ? stores.main(cost) : stores.storeFor(admitted, cost);
  const tenant = admitted ?? OPERATORS;
  const read: Call<Query, Body>["read"] = async (statements) =>
    admitted === undefined
      ? rowsOf(await store.batch(statements))
      : executeInTenant(store, admitted, statements);
  const { method, path } = outline;
  const { param, address } = request;
  const entry = { tenant, now, random, actor: caller.subject, method, path, param, address };
  return {
    store,
    stores,
    writerOf,
    tenant,
    caller,
    query,
    body,
    now,
    random,
    newId: () => uuidv7(now.getTime(), random(8), ""),
    defer,
    read,
    param: request.param,
    origin: request.origin,
    entry: (detail) => planSureEntry({ ...entry, detail }),
    change: (statements, change = {}) => {
      const { kept } = outline;
      const detail = kept === undefined ? body : kept(body);
      const { all, indexOf } = audited(statements, { ...entry, ...change, detail });
      return read(all).then((rows) => (index) => rows(indexOf(index)));
    },
  };
}

function rowsOf(results: readonly (readonly Row[])[]): Rows {
  return (index) => results[index] ?? [];
}
