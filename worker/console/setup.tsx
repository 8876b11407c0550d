/** Set-up links: a page that starts one session, which may connect an IdP for one tenant and nothing else. */
import { sha256Of } from "../auth/digest.ts";
import { noCost } from "../execute/store.ts";
import type { Store } from "../execute/store.ts";
import type { ConsoleContext } from "./context.ts";
import { view } from "./layout.tsx";
import { PageError, tenantPath } from "./page.ts";
import type { Page } from "./page.ts";
import { planSetupLink, planSetupLinkUse } from "./session-statements.ts";
import type { NamedSession } from "./session-statements.ts";
import { enter } from "./sign-in.tsx";

const LINK = /^([a-z0-9][a-z0-9-]{0,62})\.([0-9a-f]{64})$/;

export const SETUP_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/setup/:link", access: "open", answer: showLink },
  { method: "POST", path: "/setup/:link", access: "open", answer: useLink },
]);

/** Opening it uses nothing up: mail programs look at links before people do. */
async function showLink(c: ConsoleContext): Promise<Response> {
  const link = await linkOf(c);
  const [good] = await storeOf(c, link).query(planSetupLink(link, timeOf(c)));
  if (good === undefined) throw spent();
  return view(
    c,
    "Connect your identity provider",
    <form method="post" class="card narrow">
      <p>
        You were sent this link to connect your company's identity provider. It works once: with the
        button below a session begins in this browser, which ends after four hours.
      </p>
      <button type="submit">Begin</button>
    </form>,
  );
}

async function useLink(c: ConsoleContext): Promise<Response> {
  const link = await linkOf(c);
  const [used] = await storeOf(c, link).query(planSetupLinkUse(link, timeOf(c)));
  if (used === undefined) throw spent();
  const subject = `set-up link ${String(used["id"])}`;
  await enter(c, { tenant: link.tenant, subject, kind: "setup" });
  return c.redirect(`${tenantPath(link.tenant)}/connect`, 303);
}

/** A link is with its tenant; the session that it starts is in the main database, like every session. */
function storeOf(c: ConsoleContext, { tenant }: NamedSession): Store {
  return c.get("wiring").stores.storeFor(tenant, noCost());
}

function timeOf(c: ConsoleContext): string {
  return c.get("wiring").now().toISOString();
}

async function linkOf(c: ConsoleContext): Promise<NamedSession> {
  const [, tenant, secret] = LINK.exec(c.req.param("link") ?? "") ?? [];
  if (tenant === undefined || secret === undefined) throw spent();
  return { tenant, hash: await sha256Of(secret) };
}

function spent(): PageError {
  return new PageError(
    404,
    "This link was used already, has expired, or was taken back. Ask for a new one.",
  );
}
