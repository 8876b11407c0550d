/** Secrets of an OAuth client: a new one, shown once, and deleting one. */
import { addressesOf } from "../addresses.ts";
import { callApi, everyItem, segmentOf } from "../api.ts";
import { clientPath, clientTarget, readClient } from "../clients.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { viewForm } from "../form-view.tsx";
import { view } from "../layout.tsx";
import { PageError } from "../page.ts";
import type { Content, Page } from "../page.ts";
import { Card, Copied, ShownOnce, Time } from "../parts.tsx";
import { textAt, textOrNullAt } from "../reading.ts";
import { ExpiryField, ScopeChoice, expiryOf } from "../tokens.tsx";

const PATH = "/t/:tenant/clients/:client/secrets";

export const CLIENT_SECRET_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: `${PATH}/new`, access: "tenant", answer: (c) => showForm(c) },
  { method: "POST", path: `${PATH}/new`, access: "tenant", answer: makeSecret },
  ...deletionPages({
    path: `${PATH}/:id/delete`,
    access: "tenant",
    title: "Delete a secret",
    button: "Delete the secret",
    warning: warnOfDeletion,
    target: (c) => `${clientTarget(c)}/secrets/${segmentOf(c, "id")}`,
    after: clientPath,
  }),
]);

async function showForm(c: ConsoleContext, fields: Fields = {}, fault?: string): Promise<Response> {
  const client = await readClient(c);
  return viewForm(
    c,
    {
      title: `New secret of ${textAt(client, "displayName")}`,
      button: "Make the secret",
      back: clientPath(c),
      fault,
    },
    <>
      <ScopeChoice value={fields["scope"]} />
      <ExpiryField
        value={fields["expires"]}
        hint="Good until the end of this day in UTC, at most three years. Empty: a year from now."
      />
    </>,
  );
}

/** The answer is the one place that shows the secret, so it is no redirect. */
async function makeSecret(c: ConsoleContext): Promise<Response> {
  const fields = await readFields(c);
  const client = await readClient(c);
  const body = { scope: fields["scope"] ?? "provision", ...expiryOf(fields) };
  const made = await callApi(c, { method: "POST", path: `${clientTarget(c)}/secrets`, body });
  if (!made.ok) return showForm(c, fields, made.body.detail);
  return view(
    c,
    `New secret of ${textAt(client, "displayName")}`,
    <>
      <ShownOnce what="secret" />
      <Card id="paste" title="Paste these values">
        <Copied id="client-id" label="Client ID" value={textAt(client, "clientId")} />
        <Copied id="secret" label="Client secret" value={textAt({ ...made.body }, "secret")} />
        <Copied id="token-url" label="Token endpoint" value={addressesOf(c).token} />
      </Card>
      <a class="button plain" href={clientPath(c)}>
        Back to the client
      </a>
    </>,
  );
}

async function warnOfDeletion(c: ConsoleContext): Promise<Content> {
  const secrets = await everyItem(c, `${clientTarget(c)}/secrets`);
  const secret = secrets.find((each) => textAt(each, "id") === c.req.param("id"));
  if (secret === undefined) throw new PageError(404, "There is no such secret.");
  return (
    <>
      <p>
        The secret that begins with <code>{textAt(secret, "displayPrefix")}</code>, last used:{" "}
        <Time at={textOrNullAt(secret, "lastUsed")} />.
      </p>
      <p>
        Whoever uses it loses access with the next request, and the access tokens that were fetched
        with it are dead at once. Users and groups stay as they are. It can't be undone.
      </p>
    </>
  );
}
