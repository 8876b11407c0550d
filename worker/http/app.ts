/** The app: which door a request goes through. */
import { Hono } from "hono/tiny";
import { requestId } from "hono/request-id";
import { getPath } from "hono/utils/url";
import type { ResourceType } from "../../schema/attribute.ts";
import { createAdmin } from "../admin/admin.ts";
import { ProblemError, renderProblem } from "../admin/problem.ts";
import { isScimCredential } from "../auth/bearer.ts";
import { CONSOLE } from "../console/page.ts";
import type { ConsoleEnv } from "../console/context.ts";
import { isUuid } from "../scim/ids.ts";
import { ERROR_GUIDE } from "../render/error-guide.ts";
import { getErrorGuide } from "./guide.ts";
import { createOAuth } from "./oauth.ts";
import { TENANTLESS, TENANT_BASE, createScim } from "./scim.ts";
import { secureHeaders } from "./security-headers.ts";
import type { AppEnv, Wiring } from "./wiring.ts";

export interface App<Env> {
  /** Every route of every door, in the order of its door: a test asks for each who may use it. */
  readonly routes: readonly Readonly<Record<"method" | "path", string>>[];
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response>;
}

const MANAGEMENT = "/core/iam/v1";

export type CreateConsole = () => Hono<ConsoleEnv>;

/** `wire` makes the wiring of a request from its environment; without `createConsole` there is no console. */
export function createApp<Env extends object>(
  types: readonly ResourceType[],
  wire: (env: Env) => Wiring,
  createConsole?: CreateConsole,
): App<Env> {
  const scim = createScim(types);
  const doors = {
    tenantless: prepared(wire).route(TENANTLESS, scim),
    tenant: prepared(wire).route(`/:tenant${TENANT_BASE}`, scim),
    others: prepared(wire),
  };
  doors.others
    .route("/", createOAuth())
    .route(MANAGEMENT, createAdmin())
    .get(ERROR_GUIDE, getErrorGuide);
  if (createConsole !== undefined) doors.others.route(CONSOLE, createConsole());
  const apps = Object.values(doors);
  for (const app of apps) app.notFound(() => renderProblem(nothingHere()));
  return {
    routes: apps.flatMap(({ routes }) => routes),
    fetch: (request, env, context) => doors[doorOf(request)].fetch(request, env, context),
  };
}

/** Outside of every base (RFC 9457). */
function nothingHere(): ProblemError {
  return new ProblemError(404, "there is nothing at this path");
}

/** Each door has routes of its own, that a request of another door isn't held against; a tenant may be named like another door. */
function doorOf(request: Request): "tenantless" | "tenant" | "others" {
  const path = getPath(request);
  if (isUnder(path.slice(path.indexOf("/", 1)), TENANT_BASE)) return "tenant";
  return isTenantlessScim(path, request) ? "tenantless" : "others";
}

/** Both APIs live under one path: its root and a token's id are the management API's, unless the credential is a SCIM one. */
function isTenantlessScim(path: string, request: Request): boolean {
  if (!isUnder(path, TENANTLESS)) return false;
  const below = path.slice(TENANTLESS.length + 1);
  const isManagement = below === "" || isUuid(below.toLowerCase());
  return !isManagement || isScimCredential(request.headers.get("authorization") ?? undefined);
}

function isUnder(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

type WiredEnv<Env extends object> = AppEnv & { Bindings: Env };

function prepared<Env extends object>(wire: (env: Env) => Wiring): Hono<WiredEnv<Env>> {
  // A slash at the end of a path changes nothing: base URLs are pasted with and without one.
  const app = new Hono<WiredEnv<Env>>({ strict: false });
  app.use("*", requestId());
  app.use("*", secureHeaders);
  app.use("*", async (c, next) => {
    c.set("wiring", wire(c.env));
    await next();
  });
  return app;
}
