/** The management API as a Hono app: every endpoint of the table, and what is wrong with a call as a problem (RFC 9457). */
import { Hono } from "hono/tiny";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deferOf } from "../http/defer.ts";
import { logStranger } from "../http/refused.ts";
import { authenticateCaller, TENANT_HEADER } from "./access.ts";
import type { AdminEnv } from "./access.ts";
import type { Answer, EndpointRequest } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { MAX_BODY, readBody } from "./input.ts";
import { OPENAPI_PATH, openApiDocument } from "./openapi.ts";
import { ProblemError, problemOf, renderProblem } from "./problem.ts";

/** To be mounted at /core/iam/v1, after the SCIM routes below /core/iam/v1/scim; it answers every call that reaches it. */
export function createAdmin(): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.onError((error, c) => {
    const problem = problemOf(error, c.get("requestId"));
    if (problem.status === 401) logStranger(c, "admin");
    return renderProblem(problem);
  });
  app.get(OPENAPI_PATH, describe);
  app.use("*", authenticateCaller);
  for (const { method, path, maxBody, run } of ENDPOINTS) {
    app.on(method, path, limitBody(maxBody ?? MAX_BODY), async (c) =>
      render(c, await run(requestOf(c), contextOf(c))),
    );
  }
  for (const [path, methods] of methodsByPath()) {
    app.options(path, () => tellMethods(methods));
    app.all(path, () => refuseMethod(methods));
  }
  app.all("*", () => {
    throw new ProblemError(404, "there is nothing at this path");
  });
  return app;
}

function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError() {
      throw new ProblemError(413, `the body is larger than ${maxSize} bytes`);
    },
  });
}

/** For anybody: it says nothing that the documentation doesn't. */
function describe(): Response {
  const headers = { "content-type": "application/json", "cache-control": "public, max-age=3600" };
  return new Response(JSON.stringify(openApiDocument()), { headers });
}

type AdminContext = Context<AdminEnv>;

function requestOf(c: AdminContext): EndpointRequest {
  return {
    param: (name) => c.req.param(name) ?? "",
    query: c.req.query(),
    readBody: () => readBody(c.req),
    tenant: c.req.header(TENANT_HEADER),
    address: c.req.header("CF-Connecting-IP") ?? null,
    origin: new URL(c.req.url).origin,
  };
}

function contextOf(c: AdminContext) {
  return { caller: c.get("caller"), wiring: c.get("wiring"), defer: deferOf(c) };
}

/** Nothing that this API answers may be kept by a cache: a token is shown once. */
function render(c: AdminContext, answer: Answer): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  if (answer.status === 201) headers.set("location", `${c.req.path}/${answer.name}`);
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}

const OWN = { method: "GET", path: OPENAPI_PATH } as const;

/** The methods of each path, as `Allow` lists them (RFC 9110 section 10.2.1). */
function methodsByPath(): ReadonlyMap<string, string> {
  const paths = Map.groupBy([...ENDPOINTS, OWN], ({ path }) => path);
  return new Map(
    [...paths].map(([path, endpoints]) => {
      const methods = endpoints.flatMap(({ method }) =>
        method === "GET" ? ["GET", "HEAD"] : [method],
      );
      return [path, [...methods, "OPTIONS"].join(", ")];
    }),
  );
}

function tellMethods(allow: string): Response {
  return new Response(null, { status: 204, headers: { allow, "cache-control": "no-store" } });
}

/** RFC 9110 section 15.5.6. */
function refuseMethod(allow: string): never {
  throw new ProblemError(405, `the methods here are ${allow}`, { headers: { allow } });
}
