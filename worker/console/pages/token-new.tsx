/** A new SCIM token, shown once. */
import { callApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { viewForm } from "../form-view.tsx";
import { view } from "../layout.tsx";
import type { Page } from "../page.ts";
import { Field } from "../parts.tsx";
import { NotConnected, ProviderChoice, readProviderOptions } from "../provider-choice.tsx";
import { textAt } from "../reading.ts";
import { ExpiryField, ScopeChoice, expiryOf, shownToken, tokensPath } from "../tokens.tsx";

export const NEW_TOKEN_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/tokens/new", access: "tenant", answer: askForToken },
  { method: "POST", path: "/t/:tenant/tokens/new", access: "tenant", answer: makeToken },
]);

function askForToken(c: ConsoleContext): Promise<Response> {
  return showForm(c, { provider: c.req.query("provider") ?? "" });
}

async function showForm(c: ConsoleContext, fields: Fields, fault?: string): Promise<Response> {
  const options = await readProviderOptions(c);
  if (options.length === 0) return view(c, "New token", <NotConnected c={c} what="A token" />);
  return viewForm(
    c,
    { title: "New token", button: "Make the token", back: tokensPath(c), fault },
    <>
      <ProviderChoice options={options} value={fields["provider"]} />
      <Field
        name="name"
        label="Name (optional)"
        value={fields["name"]}
        hint="What you and your colleagues see. Empty: the connection's name."
      />
      <ScopeChoice value={fields["scope"]} />
      <ExpiryField
        value={fields["expires"]}
        hint="Good until the end of this day in UTC. Empty: it doesn't expire."
      />
    </>,
  );
}

/** The answer is the one place that shows the token, so it is no redirect. */
async function makeToken(c: ConsoleContext): Promise<Response> {
  const fields = await readFields(c);
  const { provider = "", name = "", scope = "provision" } = fields;
  const named = name === "" ? {} : { providerDisplayName: name };
  const body = { provider, scope, ...named, ...expiryOf(fields) };
  const made = await callApi(c, { method: "POST", path: "/scim", body });
  if (!made.ok) return showForm(c, fields, made.body.detail);
  return view(
    c,
    "The new token",
    <>
      {await shownToken(c, provider, textAt({ ...made.body }, "token"))}
      <a class="button plain" href={tokensPath(c)}>
        All tokens
      </a>
    </>,
  );
}
