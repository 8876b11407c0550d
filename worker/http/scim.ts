/** The SCIM endpoints under one base: every path with the methods that it knows; the rest is 404 or 405. */
import { Hono } from "hono/tiny";
import type { ResourceType } from "../../schema/attribute.ts";
import { noCost } from "../execute/store.ts";
import { Leniency } from "../parse/quirks.ts";
import { ScimError } from "../scim/fault.ts";
import { prove, readClaim } from "./access.ts";
import { noteActivity } from "./activity.ts";
import { clientOf } from "./auth-failures.ts";
import { runBulk } from "./bulk.ts";
import type { Handler, ScimContext, ScimEnv } from "./context.ts";
import {
  getProvider,
  getResourceType,
  getSchema,
  listResourceTypes,
  listSchemas,
} from "./discovery.ts";
import { listResources, searchResources } from "./list.ts";
import { scimResponse } from "./media.ts";
import { onError } from "./on-error.ts";
import { proven } from "./proof.ts";
import {
  createResource,
  deleteResource,
  getResource,
  patchResource,
  replaceResource,
} from "./resources.ts";

type Methods = Readonly<Record<string, Handler>>;

/** The base without a tenant in it; else it is `/{tenant}` and the other. */
export const TENANTLESS = "/core/iam/v1/scim";
export const TENANT_BASE = "/api/scim/v2";

const PROVIDER_PATH = "/ServiceProviderConfig";

/** Every path of the protocol; a resource type brings its own two. */
function endpointsOf(types: readonly ResourceType[]): readonly (readonly [string, Methods])[] {
  const resources = types.flatMap((type): (readonly [string, Methods])[] => [
    [type.endpoint, { GET: (c) => listResources(c, [type]), POST: (c) => createResource(c, type) }],
    [`${type.endpoint}/.search`, { POST: (c) => searchResources(c, [type]) }],
    [
      `${type.endpoint}/:id`,
      {
        GET: (c) => getResource(c, type),
        PUT: (c) => replaceResource(c, type),
        PATCH: (c) => patchResource(c, type),
        DELETE: (c) => deleteResource(c, type),
      },
    ],
  ]);
  return [
    ["/", { GET: (c) => listResources(c, types) }],
    ["/.search", { POST: (c) => searchResources(c, types) }],
    ["/Bulk", { POST: (c) => runBulk(c, types) }],
    ...resources,
    [PROVIDER_PATH, { GET: getProvider }],
    ["/Schemas", { GET: listSchemas }],
    ["/Schemas/:id", { GET: getSchema }],
    ["/ResourceTypes", { GET: listResourceTypes }],
    ["/ResourceTypes/:id", { GET: getResourceType }],
  ];
}

/** The protocol for one form of base; `baseOf` says what comes before the endpoint in the URL. */
export function createScim(types: readonly ResourceType[]): Hono<ScimEnv> {
  const scim = new Hono<ScimEnv>();
  scim.onError(onError);
  scim.use("*", async (c, next) => {
    const wiring = c.get("wiring");
    const { stores, costHeader } = wiring;
    const cost = noCost();
    c.set("types", types);
    c.set("cost", cost);
    c.set("leniency", new Leniency());
    c.set("body", undefined);
    c.set("reading", undefined);
    c.set("presumed", undefined);
    c.set("hasChanged", false);
    c.set("base", baseOf(c));
    const authorization = c.req.header("authorization");
    const isOpen = c.req.path.endsWith(PROVIDER_PATH) && authorization === undefined;
    if (!isOpen) {
      await holdOff(c);
      const claim = await readClaim(authorization, c.req.param("tenant"), wiring);
      c.set("claim", claim);
      c.set("store", stores.storeFor(claim.tenant, cost));
    }
    await next();
    noteActivity(c);
    // Not by c.header, which makes the response anew, its body as a stream.
    if (costHeader) c.res.headers.set("x-rollcall-cost", printCost(c));
  });
  for (const [path, methods] of endpointsOf(types)) {
    for (const [method, handler] of Object.entries(methods)) {
      scim.on(method, path, proven(handler));
    }
    const allow = allowedOf(methods);
    scim.on("OPTIONS", path, (c) => tellMethods(c, allow));
    scim.all(path, () => refuseMethod(allow));
  }
  scim.all("/Me", () => {
    throw new ScimError({ kind: "notImplemented", detail: "A provisioning token is no user." });
  });
  scim.all("*", (c) => {
    throw new ScimError({ kind: "notFound", detail: `There is no endpoint ${c.req.path}.` });
  });
  return scim;
}

/** @throws tooManyRequests, unauthenticated: without asking the database */
async function holdOff(c: ScimContext): Promise<void> {
  const { failures, now } = c.get("wiring");
  if (failures === undefined) return;
  const client = await clientOf(c.req.raw);
  c.set("client", client);
  const fault = failures.judge(client, now().getTime());
  if (fault !== undefined) throw new ScimError(fault);
}

/** The methods of a path, as `Allow` lists them (RFC 9110 section 10.2.1). */
function allowedOf(methods: Methods): string[] {
  const names = Object.keys(methods).flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
  return [...names, "OPTIONS"];
}

async function tellMethods(c: ScimContext, allow: readonly string[]): Promise<Response> {
  await prove(c, "read");
  return scimResponse(undefined, { status: 204, headers: { Allow: allow.join(", ") } });
}

function refuseMethod(allow: readonly string[]): never {
  throw new ScimError({ kind: "methodNotAllowed", allow });
}

/** With a tenant in the path, or without: then the tenant follows from the token. */
function baseOf(c: ScimContext): string {
  const { origin } = new URL(c.req.url);
  const tenant = c.req.param("tenant");
  return tenant === undefined ? `${origin}${TENANTLESS}` : `${origin}/${tenant}${TENANT_BASE}`;
}

function printCost(c: ScimContext): string {
  const { statements, roundTrips, rowsRead, rowsWritten } = c.get("cost");
  return `st=${statements};rt=${roundTrips};rr=${rowsRead};rw=${rowsWritten}`;
}
