/** SCIM tokens: the list, and deleting one. */
import { expectApi, queryOf, segmentOf } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { view } from "../layout.tsx";
import type { Content, Page } from "../page.ts";
import { NumberedPages } from "../paging.tsx";
import { Field, Table, Time } from "../parts.tsx";
import { listAt, numberAt } from "../reading.ts";
import {
  CredentialBadges,
  isExpired,
  readToken,
  readTokens,
  scimTokenOf,
  tokensPath,
} from "../tokens.tsx";
import type { ScimToken } from "../tokens.tsx";

export const TOKEN_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/tokens", access: "tenant", answer: listTokens },
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
      {numberAt(list, "totalCount") === 0 ? (
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
      <NumberedPages label="the tokens" list={list} query={text === "" ? {} : { query: text }} />
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
        <code class="whole">{token.prefix}</code>
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
