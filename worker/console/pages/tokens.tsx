/** SCIM tokens: the list, a new one, and deleting one. */
import { callApi, everyItem, expectApi, queryOf, segmentOf } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { view } from "../layout.tsx";
import { sessionOf, tenantOf, tenantPath } from "../page.ts";
import type { Content, Page } from "../page.ts";
import { Pages } from "../paging.tsx";
import { Choice, CsrfField, Field, Notice, Table, Time } from "../parts.tsx";
import { listAt, textAt } from "../reading.ts";
import {
  CredentialBadges,
  ExpiryField,
  ScopeChoice,
  expiryOf,
  isExpired,
  readToken,
  readTokens,
  scimTokenOf,
  shownToken,
} from "../tokens.tsx";
import type { ScimToken } from "../tokens.tsx";

export const TOKEN_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/tokens", access: "tenant", answer: listTokens },
  { method: "GET", path: "/t/:tenant/tokens/new", access: "tenant", answer: askForToken },
  { method: "POST", path: "/t/:tenant/tokens/new", access: "tenant", answer: makeToken },
  ...deletionPages({
    path: "/t/:tenant/tokens/:id/delete",
    access: "tenant",
    title: "Delete a token",
    button: "Delete the token",
    warning: warnOfDeletion,
    target: (c) => `/scim/${segmentOf(c, "id")}`,
    after: tokensPath,
  }),
]);

function tokensPath(c: ConsoleContext): string {
  return `${tenantPath(tenantOf(c))}/tokens`;
}

async function listTokens(c: ConsoleContext): Promise<Response> {
  const query = queryOf(c, ["query", "page"]);
  const list = await expectApi(c, { method: "GET", path: "/scim", query });
  const tokens = listAt(list, "items").map(scimTokenOf);
  const [base, now, text = ""] = [tokensPath(c), c.get("wiring").now(), query["query"]];
  return view(
    c,
    "SCIM tokens",
    <>
      <div class="head">
        <form class="search" role="search">
          <Field name="query" label="Provider or name" type="search" value={text} />
          <button type="submit">Search</button>
        </form>
        <a class="button" href={`${base}/new`}>
          New token
        </a>
      </div>
      {tokens.length === 0 ? (
        <div class="card">
          <p>{text === "" ? "There is no token yet." : `No token matches "${text}".`}</p>
        </div>
      ) : (
        <Table
          caption="SCIM tokens"
          head={["Name", "Begins with", "Created", "Last used", "Expires", "Actions"]}
        >
          {tokens.map((token) => (
            <TokenRow token={token} base={base} now={now} />
          ))}
        </Table>
      )}
      <Pages list={list} query={text === "" ? {} : { query: text }} />
    </>,
  );
}

function TokenRow({ token, base, now }: { token: ScimToken; base: string; now: Date }) {
  const name = <span class="hidden"> {`${token.displayName} ${token.prefix}`}</span>;
  return (
    <tr>
      <th scope="row">
        {token.displayName} <span class="quiet small">{token.provider}</span>
        <CredentialBadges of={token} now={now} />
      </th>
      <td>
        <code>{token.prefix}</code>
      </td>
      <td>
        <Time at={token.created} /> <span class="quiet small below">{token.createdBy}</span>
      </td>
      <td>
        <Time at={token.lastUsed} />
      </td>
      <td>
        <Time at={token.expiresAt} />
      </td>
      <td>
        <span class="actions">
          <a href={`${base}/${token.id}/rotate`}>Rotate{name}</a>
          <a href={`${base}/${token.id}/delete`}>Delete{name}</a>
        </span>
      </td>
    </tr>
  );
}

function askForToken(c: ConsoleContext): Promise<Response> {
  return showForm(c, { provider: c.req.query("provider") ?? "" });
}

async function showForm(c: ConsoleContext, fields: Fields, fault?: string): Promise<Response> {
  const providers = await everyItem(c, "/sso/providers");
  if (providers.length === 0) {
    const connect = `${tenantPath(tenantOf(c))}/connect`;
    const content = (
      <div class="card">
        <p>A token belongs to an identity provider, and none is connected yet.</p>
        <a class="button" href={connect}>
          Connect one
        </a>
      </div>
    );
    return view(c, "New token", content);
  }
  const options = providers.map((each) => {
    const scheme = textAt(each, "scheme");
    return [scheme, `${textAt(each, "displayName")} (${scheme})`] as const;
  });
  return view(
    c,
    "New token",
    <>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      <form method="post" action={`${tokensPath(c)}/new`} class="card fields">
        <CsrfField session={sessionOf(c)} />
        <Choice name="provider" label="Connection" options={options} value={fields["provider"]} />
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
        <div class="actions">
          <button type="submit">Make the token</button>
          <a class="button plain" href={tokensPath(c)}>
            Go back
          </a>
        </div>
      </form>
    </>,
    fault === undefined ? 200 : 400,
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

async function warnOfDeletion(c: ConsoleContext): Promise<Content> {
  const token = await readToken(c);
  const now = c.get("wiring").now();
  const others = (await readTokens(c)).filter(
    ({ id, provider, expiresAt }) =>
      id !== token.id && provider === token.provider && !isExpired(expiresAt, now),
  );
  return (
    <>
      <p>
        <b>{token.displayName}</b>: the token that begins with <code>{token.prefix}</code>, last
        used: <Time at={token.lastUsed} />.
      </p>
      <p>
        Whoever uses it loses access with the next request. Users and groups stay as they are. It
        can't be undone.
      </p>
      <p>{outlookOf(others)}</p>
    </>
  );
}

/** What remains to the connection when the token is gone. */
function outlookOf(others: readonly ScimToken[]): string {
  if (others.length === 0)
    return "It is the connection's only token: the IdP can't provision until it is given a new one.";
  if (others.every(({ lastUsed }) => lastUsed === null))
    return "No other token of this connection has been used yet: the IdP can't provision until one of them is pasted there.";
  return "Another token of this connection has been used, so the IdP may be using that one already.";
}
