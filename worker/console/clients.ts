/** What the pages of OAuth clients share. */
import type { JsonObject } from "../scim/json.ts";
import { expectApi, segmentOf } from "./api.ts";
import type { ConsoleContext } from "./context.ts";
import { tenantOf, tenantPath } from "./page.ts";

export function clientsPath(c: ConsoleContext): string {
  return `${tenantPath(tenantOf(c))}/clients`;
}

/** The page of the client in the page's path. */
export function clientPath(c: ConsoleContext): string {
  return `${clientsPath(c)}/${segmentOf(c, "client")}`;
}

/** The client in the management API. */
export function clientTarget(c: ConsoleContext): string {
  return `/oauth/clients/${segmentOf(c, "client")}`;
}

/** The client of the page's path. @throws PageError 404 */
export function readClient(c: ConsoleContext): Promise<JsonObject> {
  return expectApi(c, { method: "GET", path: clientTarget(c) });
}
