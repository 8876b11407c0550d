/** Federated credentials of an OAuth client (RFC 7523 section 2.2): a new one, and deleting one. */
import { callApi, everyItem, segmentOf } from "../api.ts";
import { clientPath, clientTarget, readClient } from "../clients.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { viewForm } from "../form-view.tsx";
import { PageError } from "../page.ts";
import type { Content, Page } from "../page.ts";
import { Field } from "../parts.tsx";
import { textAt } from "../reading.ts";
import { ScopeChoice } from "../tokens.tsx";

const PATH = "/t/:tenant/clients/:client/credentials";

export const CLIENT_CREDENTIAL_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: `${PATH}/new`, access: "tenant", answer: (c) => showForm(c) },
  { method: "POST", path: `${PATH}/new`, access: "tenant", answer: makeCredential },
  ...deletionPages({
    path: `${PATH}/:id/delete`,
    access: "tenant",
    title: "Delete a federated credential",
    button: "Delete the credential",
    warning: warnOfDeletion,
    target: (c) => `${clientTarget(c)}/federated-credentials/${segmentOf(c, "id")}`,
    after: clientPath,
  }),
]);

async function showForm(c: ConsoleContext, fields: Fields = {}, fault?: string): Promise<Response> {
  const client = await readClient(c);
  return viewForm(
    c,
    {
      title: `New credential of ${textAt(client, "displayName")}`,
      button: "Add the credential",
      back: clientPath(c),
      fault,
    },
    <>
      <p>
        An assertion with exactly these claims, signed by the issuer's key, is taken instead of a
        secret.
      </p>
      <Field
        name="issuer"
        label="Issuer (iss)"
        value={fields["issuer"]}
        required
        hint="An https URL, to the letter."
      />
      <Field name="subject" label="Subject (sub)" value={fields["subject"]} required />
      <Field name="audience" label="Audience (aud)" value={fields["audience"]} required />
      <Field
        name="jwksUri"
        label="Key set (optional)"
        value={fields["jwksUri"]}
        hint="The URL of the issuer's JWKS. Empty: found by the issuer's OpenID discovery."
      />
      <ScopeChoice value={fields["scope"]} />
    </>,
  );
}

async function makeCredential(c: ConsoleContext): Promise<Response> {
  const fields = await readFields(c);
  const { issuer = "", subject = "", audience = "", jwksUri = "", scope = "provision" } = fields;
  const keys = jwksUri === "" ? {} : { jwksUri };
  const body = { issuer, subject, audience, scope, ...keys };
  const path = `${clientTarget(c)}/federated-credentials`;
  const made = await callApi(c, { method: "POST", path, body });
  if (!made.ok) return showForm(c, fields, made.body.detail);
  return c.redirect(clientPath(c), 303);
}

async function warnOfDeletion(c: ConsoleContext): Promise<Content> {
  const all = await everyItem(c, `${clientTarget(c)}/federated-credentials`);
  const credential = all.find((each) => textAt(each, "id") === c.req.param("id"));
  if (credential === undefined) throw new PageError(404, "There is no such federated credential.");
  return (
    <p>
      Assertions of <b class="wraps">{textAt(credential, "issuer")}</b> for{" "}
      <b class="wraps">{textAt(credential, "subject")}</b> are taken no more, and the access tokens
      that were fetched with them are dead at once. Users and groups stay as they are.
    </p>
  );
}
