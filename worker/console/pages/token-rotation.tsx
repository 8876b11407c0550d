/** Rotating a token: the new one first, and the old one deleted when the new one has been used. */
import { callApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { viewForm } from "../form-view.tsx";
import { fragment, view } from "../layout.tsx";
import { PageError, sessionOf } from "../page.ts";
import type { Page } from "../page.ts";
import { Card, CsrfField, Time } from "../parts.tsx";
import { textAt } from "../reading.ts";
import type { Session } from "../session.ts";
import {
  ExpiryField,
  expiryOf,
  readToken,
  readTokens,
  shownToken,
  tokensPath,
} from "../tokens.tsx";
import type { ScimToken } from "../tokens.tsx";

const PATH = "/t/:tenant/tokens/:id/rotate";

export const ROTATION_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: PATH, access: "tenant", answer: (c) => explain(c) },
  { method: "POST", path: PATH, access: "tenant", answer: makeNext },
  { method: "GET", path: `${PATH}/:next`, access: "tenant", answer: showProgress },
  { method: "GET", path: `${PATH}/:next/panel`, access: "tenant", answer: showPanel },
]);

async function explain(c: ConsoleContext, fields: Fields = {}, fault?: string): Promise<Response> {
  const token = await readToken(c);
  return viewForm(
    c,
    { title: "Rotate a token", button: "Make the new token", back: tokensPath(c), fault },
    <>
      <p>
        <b>{token.displayName}</b>: the token that begins with <code>{token.prefix}</code>, last
        used: <Time at={token.lastUsed} />.
      </p>
      <ol>
        <li>You get a new token for the same connection. The old one still works.</li>
        <li>You paste the new one into your identity provider.</li>
        <li>
          This page tells when the new one has been used. Then you delete the old one. Nothing is
          interrupted.
        </li>
      </ol>
      <ExpiryField
        value={fields["expires"]}
        hint="Of the new token: good until the end of this day in UTC. Empty: it doesn't expire."
      />
    </>,
  );
}

/** The answer is the one place that shows the token, so it is no redirect. */
async function makeNext(c: ConsoleContext): Promise<Response> {
  const { id, provider, displayName, scope } = await readToken(c);
  const fields = await readFields(c);
  const body = { provider, providerDisplayName: displayName, scope, ...expiryOf(fields) };
  const made = await callApi(c, { method: "POST", path: "/scim", body });
  if (!made.ok) return explain(c, fields, made.body.detail);
  const next = { ...made.body };
  return view(
    c,
    "Rotate a token",
    <>
      {await shownToken(c, provider, textAt(next, "token"))}
      {await livePanel(c, id, textAt(next, "id"))}
    </>,
  );
}

async function showProgress(c: ConsoleContext): Promise<Response> {
  const [id = "", next = ""] = [c.req.param("id"), c.req.param("next")];
  return view(c, "Rotate a token", await livePanel(c, id, next));
}

async function showPanel(c: ConsoleContext): Promise<Response> {
  const [id = "", next = ""] = [c.req.param("id"), c.req.param("next")];
  return fragment(c, await progressOf(c, id, next));
}

async function livePanel(c: ConsoleContext, id: string, next: string) {
  const path = `${tokensPath(c)}/${id}/rotate/${next}`;
  return (
    <Card id="progress" title="The old token">
      <div data-live={`${path}/panel`} aria-live="polite">
        {await progressOf(c, id, next)}
      </div>
      <noscript>
        <p>
          <a href={path}>Look again</a>
        </p>
      </noscript>
    </Card>
  );
}

async function progressOf(c: ConsoleContext, id: string, nextId: string) {
  const tokens = await readTokens(c);
  const [old, next] = [id, nextId].map((each) => tokens.find((token) => token.id === each));
  if (old === undefined && next === undefined)
    throw new PageError(404, "There are no such tokens.");
  return <Progress old={old} next={next} base={tokensPath(c)} session={sessionOf(c)} />;
}

interface ProgressProps {
  readonly old: ScimToken | undefined;
  readonly next: ScimToken | undefined;
  readonly base: string;
  readonly session: Session;
}

function Progress({ old, next, base, session }: ProgressProps) {
  if (old === undefined || next === undefined) {
    return (
      <p data-done="">
        {old === undefined
          ? "The old token is deleted."
          : "The new token was deleted: rotate again."}{" "}
        <a href={base}>All tokens</a>
      </p>
    );
  }
  const deletePath = `${base}/${old.id}/delete`;
  if (next.lastUsed === null) {
    return (
      <>
        <ul class="lights">
          <li>
            <span class="lamp" aria-hidden="true" />
            <span>The new token has not been used yet. Both work.</span>
          </li>
        </ul>
        <p class="hint">
          Once you have pasted it, your identity provider's connection test is enough.{" "}
          <a href={deletePath}>Delete the old one without waiting</a>: then the IdP loses access
          until the new one is pasted.
        </p>
      </>
    );
  }
  return (
    <div data-done="">
      <ul class="lights">
        <li class="on">
          <span class="lamp" aria-hidden="true" />
          <span>
            The new token was used: <Time at={next.lastUsed} />. The old one, last used{" "}
            <Time at={old.lastUsed} />, is needed no more.
          </span>
        </li>
      </ul>
      <form method="post" action={deletePath}>
        <CsrfField session={session} />
        <button type="submit">Delete the old token, {old.prefix}</button>
      </form>
    </div>
  );
}
