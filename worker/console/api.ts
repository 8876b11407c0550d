/** The management API for pages: the same endpoints, in process, in the session's name. */
import { callAdmin } from "../admin/call.ts";
import type { AdminReply, AdminRequest } from "../admin/call.ts";
import { deferOf } from "../http/defer.ts";
import type { JsonObject } from "../scim/json.ts";
import type { ConsoleContext } from "./context.ts";
import { PageError, sessionOf } from "./page.ts";
import { listAt, numberAt } from "./reading.ts";
import { callerOf } from "./session.ts";

type ApiRequest = Pick<AdminRequest, "method" | "path" | "query" | "body">;

/** Calls it for the tenant of the page's path, if there is one. A problem comes back as data. */
export function callApi(c: ConsoleContext, request: ApiRequest): Promise<AdminReply> {
  const tenant = c.req.param("tenant");
  return callAdmin(
    {
      ...request,
      ...(tenant !== undefined && { tenant }),
      address: c.req.header("CF-Connecting-IP") ?? null,
      origin: new URL(c.req.url).origin,
    },
    {
      caller: callerOf(sessionOf(c)),
      wiring: c.get("wiring"),
      requestId: c.get("requestId"),
      defer: deferOf(c),
    },
  );
}

/** The answer's body. @throws PageError with the problem's words */
export async function expectApi(c: ConsoleContext, request: ApiRequest): Promise<JsonObject> {
  const reply = await callApi(c, request);
  if (!reply.ok) throw new PageError(reply.status, reply.body.detail);
  return { ...reply.body };
}

/** Every item of a short list, page after page. @throws PageError with the problem's words */
export async function everyItem(c: ConsoleContext, path: string): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  for (let page = 1; ; page += 1) {
    const query = { page: String(page), pageSize: "100" };
    const list = await expectApi(c, { method: "GET", path, query });
    items.push(...listAt(list, "items"));
    if (page * 100 >= numberAt(list, "totalCount")) return items;
  }
}

/** A parameter of the page's path, as a segment of the API's. */
export function segmentOf(c: ConsoleContext, name: string): string {
  return encodeURIComponent(c.req.param(name) ?? "");
}

/** What of the page's own query the API is to be asked too. */
export function queryOf(c: ConsoleContext, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = c.req.query(name);
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}
