/** What every page has around its content: head, bar, tabs of the tenant. */
import { html } from "hono/html";
import { assetPath } from "./assets.ts";
import type { ConsoleContext } from "./context.ts";
import { CONSOLE, tenantPath } from "./page.ts";
import type { Content } from "./page.ts";
import { CsrfField } from "./parts.tsx";
import type { Session } from "./session.ts";

/** The tabs of a tenant: path below the tenant's, and the label. */
const TABS = [
  ["", "Overview"],
  ["/connect", "Connect an IdP"],
  ["/tokens", "Tokens"],
  ["/clients", "OAuth clients"],
  ["/users", "Users"],
  ["/groups", "Groups"],
  ["/activity", "Activity"],
  ["/why", "Why?"],
  ["/audit", "Audit"],
] as const;

const OPERATOR_TABS = [["/settings", "Settings"]] as const;

export async function view(
  c: ConsoleContext,
  title: string,
  content: Content,
  status = 200,
): Promise<Response> {
  const [style, script] = await Promise.all([assetPath("style.css"), assetPath("script.js")]);
  const session = c.get("session");
  const tenant = c.req.param("tenant");
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} - Rollcall</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={style} />
        <script src={script} defer></script>
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Bar session={session} tenant={tenant} />
        {session !== undefined && tenant !== undefined && (
          <Tabs session={session} tenant={tenant} path={c.req.path} />
        )}
        <main id="content" tabindex={-1}>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  );
  return c.html(html`<!doctype html>${page}`, statusOf(status));
}

/** A piece of a page, for a panel that looks for news. */
export async function fragment(c: ConsoleContext, content: Content): Promise<Response> {
  return c.html(html`${content}`);
}

function Bar({ session, tenant }: { session: Session | undefined; tenant: string | undefined }) {
  return (
    <header class="bar">
      <a class="brand" href={CONSOLE}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle class="disc" cx="12" cy="12" r="11" />
          <path
            class="tick"
            d="M7 12.5l3.4 3.4L17 9"
            fill="none"
            stroke-width="2.4"
            stroke-linecap="round"
          />
        </svg>
        Rollcall
      </a>
      {tenant !== undefined && session !== undefined && <span class="where">{tenant}</span>}
      {session !== undefined && (
        <div class="who">
          {session.kind === "operator" && <a href={`${CONSOLE}/tenants`}>All tenants</a>}
          <span class="quiet small">{session.subject}</span>
          <form method="post" action={`${CONSOLE}/sign-out`}>
            <CsrfField session={session} />
            <button class="plain" type="submit">
              Sign out
            </button>
          </form>
        </div>
      )}
    </header>
  );
}

function Tabs({ session, tenant, path }: { session: Session; tenant: string; path: string }) {
  const base = tenantPath(tenant);
  const shown: readonly (readonly [string, string])[] =
    session.kind === "setup"
      ? TABS.filter(([below]) => below === "/connect")
      : session.kind === "operator"
        ? [...TABS, ...OPERATOR_TABS]
        : TABS;
  const isHere = (below: string): boolean =>
    below === "" ? path === base : path === base + below || path.startsWith(`${base}${below}/`);
  return (
    <nav class="tabs" aria-label="Tenant">
      {shown.map(([below, label]) => (
        <a href={base + below} aria-current={isHere(below) ? "page" : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}

type Status = 200 | 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500 | 503;

function statusOf(status: number): Status {
  const known: readonly Status[] = [200, 400, 401, 403, 404, 405, 409, 413, 503];
  return known.find((each) => each === status) ?? 500;
}
