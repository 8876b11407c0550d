/** The web console: every page in one table, and before each the guard that its access asks for. */
import { Hono } from "hono/tiny";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { ASSET_PAGES } from "./assets.ts";
import type { ConsoleContext, ConsoleEnv } from "./context.ts";
import { readCookie } from "./cookies.ts";
import { MAX_FORM, readFields, requireCsrf, requireSameOrigin } from "./forms.ts";
import { secureHeaders } from "./headers.ts";
import { view } from "./layout.tsx";
import { CONSOLE, PageError, sessionOf } from "./page.ts";
import type { Access, Page } from "./page.ts";
import { ACTIVITY_ENTRY_PAGES } from "./pages/activity-entry.tsx";
import { ACTIVITY_PAGES } from "./pages/activity.tsx";
import { AUDIT_PAGES } from "./pages/audit.tsx";
import { CLIENT_CREDENTIAL_PAGES } from "./pages/client-credentials.tsx";
import { CLIENT_SECRET_PAGES } from "./pages/client-secrets.tsx";
import { CLIENT_PAGES } from "./pages/client.tsx";
import { CLIENTS_PAGES } from "./pages/clients.tsx";
import { CONNECT_PAGES } from "./pages/connect.tsx";
import { CONNECTION_PAGES } from "./pages/connection.tsx";
import { DIRECTORY_PAGES } from "./pages/directory.tsx";
import { OVERVIEW_PAGES } from "./pages/overview.tsx";
import { RESOURCE_PAGES } from "./pages/resource.tsx";
import { SETTINGS_PAGES } from "./pages/settings.tsx";
import { SETUP_LINK_PAGES } from "./pages/setup-links.tsx";
import { TENANTS_PAGES } from "./pages/tenants.tsx";
import { NEW_TOKEN_PAGES } from "./pages/token-new.tsx";
import { ROTATION_PAGES } from "./pages/token-rotation.tsx";
import { TOKEN_PAGES } from "./pages/tokens.tsx";
import { WHY_PAGES } from "./pages/why.tsx";
import { readSession } from "./session.ts";
import type { Session } from "./session.ts";
import { SETUP_PAGES } from "./setup.tsx";
import { SIGN_IN_PAGES, homeOf, sessionContextOf } from "./sign-in.tsx";
import { StoreUnavailable } from "../execute/store.ts";
import { errorText, log } from "../scim/log.ts";

export const PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/", access: "session", answer: goHome },
  ...ASSET_PAGES,
  ...SIGN_IN_PAGES,
  ...SETUP_PAGES,
  ...OVERVIEW_PAGES,
  ...CONNECT_PAGES,
  ...CONNECTION_PAGES,
  ...TOKEN_PAGES,
  ...NEW_TOKEN_PAGES,
  ...ROTATION_PAGES,
  ...CLIENTS_PAGES,
  ...CLIENT_PAGES,
  ...CLIENT_SECRET_PAGES,
  ...CLIENT_CREDENTIAL_PAGES,
  ...AUDIT_PAGES,
  ...TENANTS_PAGES,
  ...SETTINGS_PAGES,
  ...SETUP_LINK_PAGES,
  ...DIRECTORY_PAGES,
  ...RESOURCE_PAGES,
  ...ACTIVITY_PAGES,
  ...ACTIVITY_ENTRY_PAGES,
  ...WHY_PAGES,
]);

/** To be mounted at /console. */
export function createConsole(): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.onError(renderError);
  app.use("*", secureHeaders);
  app.use("*", async (c, next) => {
    c.set("session", await readSession(readCookie(c, "session"), sessionContextOf(c)));
    await next();
  });
  for (const page of PAGES) {
    const limited = limitForm(page.maxForm ?? MAX_FORM);
    app.on(page.method, page.path, limited, guard(page), page.answer);
  }
  app.all("*", () => {
    throw new PageError(404, "There is no such page.");
  });
  return app;
}

/** Nothing of a page runs before its guard has let the request through. */
function guard({ method, access }: Page): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (method === "POST") requireSameOrigin(c);
    if (access !== "open") {
      const session = sessionOf(c);
      requireAccess(session, access, c.req.param("tenant"));
      if (method === "POST") requireCsrf(await readFields(c), session.csrf);
    }
    await next();
  };
}

/** @throws PageError 404 for another tenant's pages: whether there is one is nobody's business; 403 for what the session may not */
function requireAccess(session: Session, access: Access, tenant: string | undefined): void {
  const isOperator = session.kind === "operator";
  if (tenant !== undefined && !isOperator && tenant !== session.tenant) {
    throw new PageError(404, "There is no such page.");
  }
  if (access === "operator" && !isOperator) throw new PageError(403, "This page is for operators.");
  if (access === "tenant" && session.kind === "setup") {
    throw new PageError(
      403,
      "With a set-up link you can connect an identity provider, and nothing else.",
    );
  }
}

function goHome(c: ConsoleContext): Response {
  const { tenant, kind } = sessionOf(c);
  return c.redirect(kind === "setup" ? `${homeOf(tenant)}/connect` : homeOf(tenant), 303);
}

function limitForm(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError() {
      throw new PageError(413, "This form is too large.");
    },
  });
}

/** The text of an error that nobody foresaw stays in the log. */
async function renderError(error: Error, c: ConsoleContext): Promise<Response> {
  if (error instanceof PageError) {
    const signIn = (
      <a class="button" href={`${CONSOLE}/sign-in?next=${encodeURIComponent(c.req.path)}`}>
        Sign in
      </a>
    );
    const content = (
      <>
        <p>{error.message}</p>
        {error.status === 401 && signIn}
      </>
    );
    return view(c, TITLES[error.status] ?? "This did not work", content, error.status);
  }
  const requestId = c.get("requestId");
  if (error instanceof StoreUnavailable) {
    log({ event: "store.unavailable", requestId, error: errorText(error.cause ?? error) });
    c.header("Retry-After", "2");
    return view(c, TITLES[503] ?? "Busy", <p>The database is busy. Try again in a moment.</p>, 503);
  }
  log({ event: "console.failed", requestId, error: errorText(error) });
  return view(c, "Something went wrong here", <p>It is in the log as {requestId}.</p>, 500);
}

const TITLES: Readonly<Record<number, string>> = Object.freeze({
  401: "Sign in",
  403: "Not for you",
  404: "Not found",
});
