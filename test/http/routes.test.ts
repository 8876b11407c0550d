/** No route of the app is in none of the sweeps: this one's, the management API's, the console's. */
import { expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { ENDPOINTS } from "../../worker/admin/endpoints.ts";
import { PAGES } from "../../worker/console/console.tsx";
import {
  APP_ROUTES,
  MANAGEMENT,
  NAMED,
  TENANTLESS,
  isScimRoute,
  methodsAt,
  scimPaths,
} from "../support/app-routes.ts";
import type { Route } from "../support/app-routes.ts";
import { OPEN_PATHS } from "../support/open-paths.ts";

/** What a sweep calls, by the table that it goes over. */
const SWEEPS: Readonly<Record<string, (route: Route) => boolean>> = {
  "test/http/tenancy.test.ts": isScimRoute,
  "test/http/open-routes.test.ts": ({ path }) => OPEN_PATHS.includes(path),
  "test/admin/sweep.test.ts": ({ method, path }) =>
    ENDPOINTS.some((one) => one.method === method && `${MANAGEMENT}${one.path}` === path),
  "test/console/sweep.test.ts": ({ method, path }) =>
    PAGES.some(
      (page) => page.method === method && `/console${page.path === "/" ? "" : page.path}` === path,
    ),
};

/** Handlers that only refuse, or stand before all others: what they let through is a route of its own. */
function isWall({ method, path }: Route): boolean {
  const isFolder = path.endsWith("/*");
  const isEndpoint = ENDPOINTS.some((one) => `${MANAGEMENT}${one.path}` === path);
  return (method === "ALL" && isFolder) || (["ALL", "OPTIONS"].includes(method) && isEndpoint);
}

it("each route is in a sweep", () => {
  const routes = APP_ROUTES.filter((route) => !isWall(route) || isScimRoute(route));
  expect(routes.length).toBeGreaterThan(150);
  const seen = new Set<string>();
  for (const route of routes) {
    const sweeps = Object.keys(SWEEPS).filter((name) => SWEEPS[name]?.(route) === true);
    expect(sweeps, `${route.method} ${route.path}`).not.toEqual([]);
    for (const name of sweeps) seen.add(name);
  }
  expect([...seen].toSorted()).toEqual(Object.keys(SWEEPS).toSorted());
});

it("every endpoint and every page is a route", () => {
  const paths = new Set(APP_ROUTES.map(({ method, path }) => `${method} ${path}`));
  for (const { method, path } of ENDPOINTS) {
    expect(paths).toContain(`${method} ${MANAGEMENT}${path}`);
  }
  for (const { method, path } of PAGES) {
    expect(paths).toContain(`${method} /console${path === "/" ? "" : path}`);
  }
});

it("both bases have the same paths and methods, and each resource type has its own", () => {
  expect(scimPaths(NAMED)).toEqual(scimPaths(TENANTLESS));
  for (const path of scimPaths(NAMED)) {
    const named = methodsAt(NAMED, path);
    const shared = path === "" ? ["GET", "OPTIONS", "POST"] : methodsAt(TENANTLESS, path);
    expect([path, ...shared]).toEqual(path === "" ? [path, ...named, "POST"] : [path, ...named]);
  }
  for (const { endpoint } of RESOURCE_TYPES) {
    expect(scimPaths(NAMED)).toEqual(
      expect.arrayContaining([endpoint, `${endpoint}/.search`, `${endpoint}/:id`]),
    );
  }
});
