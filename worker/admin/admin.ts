/** The management API as a Hono app: every endpoint in one table, and what is wrong with a call as a problem (RFC 9457). */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { authenticateCaller } from "./access.ts";
import type { AdminEnv } from "./access.ts";
import { ACTIVITY_ENDPOINTS } from "./activity.ts";
import type { Endpoint } from "./endpoint.ts";
import { CREDENTIAL_ENDPOINTS } from "./federated-credentials.ts";
import { MAX_BODY } from "./input.ts";
import { CLIENT_ENDPOINTS } from "./oauth-clients.ts";
import { ProblemError, renderProblem } from "./problem.ts";
import { PLACEMENT_ENDPOINTS } from "./placement.ts";
import { PROVIDER_ENDPOINTS } from "./providers.ts";
import { SECRET_ENDPOINTS } from "./client-secrets.ts";
import { TENANT_ENDPOINTS } from "./tenants.ts";
import { TOKEN_ENDPOINTS } from "./tokens.ts";

export const ENDPOINTS: readonly Endpoint[] = Object.freeze([
  ...TOKEN_ENDPOINTS,
  ...PROVIDER_ENDPOINTS,
  ...CLIENT_ENDPOINTS,
  ...SECRET_ENDPOINTS,
  ...CREDENTIAL_ENDPOINTS,
  ...TENANT_ENDPOINTS,
  ...PLACEMENT_ENDPOINTS,
  ...ACTIVITY_ENDPOINTS,
]);

/** To be mounted at /core/iam/v1, after the SCIM routes below /core/iam/v1/scim; it answers every call that reaches it. */
export function createAdmin(): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.onError((error, c) => renderProblem(problemOf(error, c.get("requestId"))));
  app.use("*", authenticateCaller, limitBody());
  for (const { method, path, run } of ENDPOINTS) app.on(method, path, run);
  for (const [path, methods] of methodsByPath()) app.all(path, () => refuseMethod(methods));
  app.all("*", () => {
    throw new ProblemError(404, "there is nothing at this path");
  });
  return app;
}

function limitBody() {
  return bodyLimit({
    maxSize: MAX_BODY,
    onError() {
      throw new ProblemError(413, `the body is larger than ${MAX_BODY} bytes`);
    },
  });
}

function methodsByPath(): ReadonlyMap<string, readonly string[]> {
  const paths = Map.groupBy(ENDPOINTS, (endpoint) => endpoint.path);
  return new Map(
    [...paths].map(([path, endpoints]) => [path, endpoints.map((each) => each.method)]),
  );
}

/** RFC 9110 section 15.5.6. */
function refuseMethod(methods: readonly string[]): never {
  const allow = methods.join(", ");
  throw new ProblemError(405, `the methods here are ${allow}`, { headers: { allow } });
}

/** The text of an error that nobody foresaw stays in the log. */
function problemOf(error: unknown, requestId: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ event: "admin.error", requestId, text }));
  return new ProblemError(500, "something went wrong here", { requestId });
}
