/** Every route of the app, from the app itself, and which of the sweeps it is for. */
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { createConsole } from "../../worker/console/console.tsx";
import { createApp } from "../../worker/http/app.ts";

export interface Route {
  readonly method: string;
  readonly path: string;
}

const wire = (): never => {
  throw new Error("nobody asks");
};

export const APP_ROUTES: readonly Route[] = createApp(RESOURCE_TYPES, wire, createConsole).routes;

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

export const MANAGEMENT = "/core/iam/v1";
export const TENANTLESS = `${MANAGEMENT}/scim`;
export const NAMED = "/:tenant/api/scim/v2";

/** Paths below a base of the protocol, as the app has them, "" for the base itself; and one where nothing is. */
export function scimPaths(base: typeof NAMED | typeof TENANTLESS): readonly string[] {
  const below = APP_ROUTES.filter(({ method, path }) => isScim({ method, path }, base)).map(
    ({ path }) => path.slice(base.length),
  );
  return [...new Set(below), "/Nothing"].filter((path) => path !== "/*");
}

/** The methods that a path below a base has handlers for. */
export function methodsAt(base: string, path: string): readonly string[] {
  const own = APP_ROUTES.filter((route) => route.path === `${base}${path}`);
  return [...new Set(own.map(({ method }) => method))].filter((method) => method !== "ALL");
}

/** Both APIs share the tenantless base: what the management API has there is in its own table. */
function isScim({ method, path }: Route, base: string): boolean {
  const isManagement =
    base === TENANTLESS &&
    ((path === TENANTLESS && method === "POST") || path.startsWith(`${TENANTLESS}/:id{`));
  return (path === base || path.startsWith(`${base}/`)) && !isManagement;
}

export function isScimRoute(route: Route): boolean {
  return isScim(route, NAMED) || isScim(route, TENANTLESS);
}
