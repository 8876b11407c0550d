/** Connecting an identity provider: choose it, get the values to paste, and watch the first signs of life. */
import { addressesOf } from "../addresses.ts";
import { callApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { readFields } from "../forms.ts";
import { IDPS, idpOf } from "../idps.ts";
import type { Idp } from "../idps.ts";
import { view } from "../layout.tsx";
import { PageError, sessionOf, tenantOf, tenantPath } from "../page.ts";
import type { Page } from "../page.ts";
import { Copied, CsrfField, Field, Notice, ShownOnce } from "../parts.tsx";
import { textAt } from "../reading.ts";
import { signsPanel } from "../signs-panel.tsx";
import { Steps } from "../steps.tsx";

export const CONNECT_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/connect", access: "setup", answer: chooseIdp },
  { method: "GET", path: "/t/:tenant/connect/:idp", access: "setup", answer: nameConnection },
  { method: "POST", path: "/t/:tenant/connect/:idp", access: "setup", answer: connect },
]);

function chooseIdp(c: ConsoleContext): Promise<Response> {
  const base = `${tenantPath(tenantOf(c))}/connect`;
  return view(
    c,
    "Connect an identity provider",
    <>
      <p>Which one does your company sign in with?</p>
      <ul class="choices">
        {IDPS.map(({ profile, name, summary }) => (
          <li>
            <a class="choice" href={`${base}/${profile}`}>
              <b>{name}</b>
              <span class="quiet small">{summary}</span>
            </a>
          </li>
        ))}
      </ul>
    </>,
  );
}

function nameConnection(c: ConsoleContext): Promise<Response> {
  const idp = chosenIdp(c);
  return showForm(c, idp, { scheme: idp.profile, displayName: idp.name });
}

interface Named {
  readonly scheme: string;
  readonly displayName: string;
  readonly fault?: string;
}

function showForm(
  c: ConsoleContext,
  idp: Idp,
  { scheme, displayName, fault }: Named,
): Promise<Response> {
  return view(
    c,
    `Connect ${idp.name}`,
    <>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      <form method="post" class="card fields">
        <CsrfField session={sessionOf(c)} />
        <Field
          name="displayName"
          label="Name of the connection"
          value={displayName}
          required
          hint="What you and your colleagues see."
        />
        <Field
          name="scheme"
          label="Scheme"
          value={scheme}
          required
          hint="The short name of the SSO provider that the token belongs to. One that is there already gets another token."
        />
        <div class="actions">
          <button type="submit">Create the token</button>
          <a class="button plain" href={`${tenantPath(tenantOf(c))}/connect`}>
            Choose another IdP
          </a>
        </div>
      </form>
    </>,
    fault === undefined ? 200 : 400,
  );
}

/** Provider and token in one flow. The answer is the one place that shows the token, so it is no redirect. */
async function connect(c: ConsoleContext): Promise<Response> {
  const idp = chosenIdp(c);
  const { scheme = "", displayName = "" } = await readFields(c);
  const provider = { scheme, displayName, profile: idp.profile };
  const created = await callApi(c, { method: "POST", path: "/sso/providers", body: provider });
  if (!created.ok && created.status !== 409)
    return showForm(c, idp, { scheme, displayName, fault: created.body.detail });
  const body = { provider: scheme, providerDisplayName: displayName };
  const made = await callApi(c, { method: "POST", path: "/scim", body });
  if (!made.ok) return showForm(c, idp, { scheme, displayName, fault: made.body.detail });
  return showSecret(c, { idp, scheme, token: textAt({ ...made.body }, "token") });
}

async function showSecret(
  c: ConsoleContext,
  { idp, scheme, token }: { readonly idp: Idp; readonly scheme: string; readonly token: string },
): Promise<Response> {
  const base = addressesOf(c).scim;
  return view(
    c,
    `Connect ${idp.name}`,
    <>
      <ShownOnce what="token" />
      <section class="card" aria-label="Values to paste">
        <h2>Paste these values</h2>
        {idp.values.map(({ label, value }, index) => (
          <Copied
            id={`value-${index}`}
            label={label}
            value={value === "base" ? base : value === "token" ? token : value.text}
          />
        ))}
      </section>
      <Steps idp={idp} />
      {await signsPanel(c, scheme)}
    </>,
  );
}

function chosenIdp(c: ConsoleContext): Idp {
  const idp = idpOf(c.req.param("idp") ?? "");
  if (idp === undefined)
    throw new PageError(404, "There is no such identity provider in the list.");
  return idp;
}
