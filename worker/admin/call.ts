/** Calls of the management API from within, such as the console's: the same endpoints, for a caller who is known already. */
import { PatternRouter } from "hono/router/pattern-router";
import type { AdminPrincipal } from "../auth/jwt.ts";
import type { Defer } from "../http/defer.ts";
import type { Wiring } from "../http/wiring.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Endpoint } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { ProblemError, problemOf, problemBody } from "./problem.ts";
import type { Problem } from "./problem.ts";

export interface AdminRequest {
  readonly method: Endpoint["method"];
  /** Below the base, percent-encoded: /oauth/clients/{clientId}. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A JSON object, where the endpoint takes one. */
  readonly body?: object;
  /** The tenant, where the caller is an operator or names its own. */
  readonly tenant?: string;
  /** IP address of the caller, for the audit log; null where nobody tells. */
  readonly address: string | null;
  /** Scheme and host, for the links that are answered. */
  readonly origin: string;
}

/** For whom, and with what, a call is carried out. */
export interface AdminContext {
  readonly caller: AdminPrincipal;
  readonly wiring: Pick<Wiring, "stores" | "now" | "random" | "writerOf">;
  readonly requestId: string;
  readonly defer: Defer;
}

export type AdminReply =
  | { readonly ok: true; readonly status: 200 | 201; readonly body: JsonObject }
  | { readonly ok: true; readonly status: 204; readonly body: undefined }
  | { readonly ok: false; readonly status: Problem["status"]; readonly body: Problem };

/** Never throws: what went wrong is a problem, and what nobody foresaw is in the log. */
export async function callAdmin(request: AdminRequest, context: AdminContext): Promise<AdminReply> {
  try {
    const { endpoint, param } = endpointFor(request);
    const { query = {}, body = {}, tenant, address, origin } = request;
    const readBody = async (): Promise<object> => body;
    const given = { param, query, readBody, tenant, address, origin };
    const answer = await endpoint.run(given, context);
    if (answer.status === 204) return { ok: true, status: 204, body: undefined };
    return { ok: true, status: answer.status, body: answer.body };
  } catch (error) {
    const body = problemBody(problemOf(error, context.requestId));
    return { ok: false, status: body.status, body };
  }
}

const ROUTER = routerOf(ENDPOINTS);

function routerOf(endpoints: readonly Endpoint[]): PatternRouter<Endpoint> {
  const router = new PatternRouter<Endpoint>();
  for (const endpoint of endpoints) router.add(endpoint.method, endpoint.path, endpoint);
  return router;
}

function endpointFor({ method, path }: AdminRequest): {
  readonly endpoint: Endpoint;
  readonly param: (name: string) => string;
} {
  const [[found] = []] = ROUTER.match(method, path);
  if (found === undefined) throw new ProblemError(404, `there is no ${method} ${path}`);
  const [endpoint, params] = found;
  const texts = new Map(Object.entries(params).map(([name, text]) => [name, String(text)]));
  return { endpoint, param: (name) => decode(texts.get(name) ?? "") };
}

/** As it is, where it isn't percent-encoded UTF-8: Hono does the same with what comes over HTTP. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
