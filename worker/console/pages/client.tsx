/** An OAuth client: what to paste, its secrets, and whose assertions are taken instead of one. */
import { addressesOf } from "../addresses.ts";
import { everyItem } from "../api.ts";
import { clientPath, clientTarget, readClient } from "../clients.ts";
import type { ConsoleContext } from "../context.ts";
import { view } from "../layout.tsx";
import type { Page } from "../page.ts";
import { Card, Copied, Table, Time } from "../parts.tsx";
import { textAt, textOrNullAt } from "../reading.ts";
import type { JsonObject } from "../../scim/json.ts";
import { CredentialBadges } from "../tokens.tsx";

export const CLIENT_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/clients/:client", access: "tenant", answer: showClient },
]);

async function showClient(c: ConsoleContext): Promise<Response> {
  const client = await readClient(c);
  const target = clientTarget(c);
  const [secrets, trusted] = await Promise.all([
    everyItem(c, `${target}/secrets`),
    everyItem(c, `${target}/federated-credentials`),
  ]);
  const [base, now] = [clientPath(c), c.get("wiring").now()];
  const { scim, token, metadata } = addressesOf(c);
  return view(
    c,
    textAt(client, "displayName"),
    <>
      <p class="quiet">
        OAuth client of the connection {textAt(client, "provider")}, made by{" "}
        {textAt(client, "createdBy")} at <Time at={textAt(client, "created")} />
      </p>
      <Card id="paste" title="Values to paste">
        <Copied id="client-id" label="Client ID" value={textAt(client, "clientId")} />
        <Copied id="token-url" label="Token endpoint" value={token} />
        <Copied id="oauth-scope" label="Scope" value="scim" />
        <Copied id="base" label="SCIM base URL" value={scim} />
        <Copied id="metadata" label="Server metadata (RFC 8414)" value={metadata} />
      </Card>
      <Secrets secrets={secrets} base={base} now={now} />
      <Trusted trusted={trusted} base={base} />
      <Card id="end" title="Delete">
        <p>The client and all that it signs in with. Users and groups stay.</p>
        <a class="button danger" href={`${base}/delete`}>
          Delete the client
        </a>
      </Card>
    </>,
  );
}

interface SecretsProps {
  readonly secrets: readonly JsonObject[];
  readonly base: string;
  readonly now: Date;
}

function Secrets({ secrets, base, now }: SecretsProps) {
  return (
    <section aria-labelledby="secrets">
      <div class="head">
        <h2 id="secrets">Secrets</h2>
        <a class="button" href={`${base}/secrets/new`}>
          New secret
        </a>
      </div>
      {secrets.length === 0 ? (
        <div class="card">
          <p>None yet. With a secret the client proves who it is; make one and paste it.</p>
        </div>
      ) : (
        <Table
          caption="Secrets of the client"
          head={["Begins with", "Created", "Last used", "Expires", "Actions"]}
        >
          {secrets.map((secret) => (
            <SecretRow secret={secret} base={base} now={now} />
          ))}
        </Table>
      )}
    </section>
  );
}

function SecretRow({ secret, base, now }: { secret: JsonObject; base: string; now: Date }) {
  const [prefix, lastUsed] = [textAt(secret, "displayPrefix"), textOrNullAt(secret, "lastUsed")];
  const [scope, expiresAt] = [textAt(secret, "scope"), textOrNullAt(secret, "expiresAt")];
  return (
    <tr>
      <th scope="row">
        <code class="whole">{prefix}</code>{" "}
        <CredentialBadges of={{ scope, lastUsed, expiresAt }} now={now} />
      </th>
      <td>
        <Time at={textAt(secret, "created")} />{" "}
        <span class="quiet small below">{textAt(secret, "createdBy")}</span>
      </td>
      <td>
        <Time at={lastUsed} />
      </td>
      <td>
        <Time at={expiresAt} />
      </td>
      <td>
        <a href={`${base}/secrets/${textAt(secret, "id")}/delete`}>
          Delete<span class="hidden"> the secret {prefix}</span>
        </a>
      </td>
    </tr>
  );
}

function Trusted({ trusted, base }: { trusted: readonly JsonObject[]; base: string }) {
  return (
    <section aria-labelledby="trusted">
      <div class="head">
        <h2 id="trusted">Federated credentials</h2>
        <a class="button" href={`${base}/credentials/new`}>
          New credential
        </a>
      </div>
      {trusted.length === 0 ? (
        <div class="card">
          <p>
            None yet. With one, the client needs no secret: it sends an assertion that its own
            identity provider has signed (RFC 7523).
          </p>
        </div>
      ) : (
        <Table
          caption="Federated credentials of the client"
          head={["Issuer", "Subject", "Audience", "Scope", "Last used", "Actions"]}
        >
          {trusted.map((each) => (
            <tr>
              <th scope="row" class="wraps">
                {textAt(each, "issuer")}
              </th>
              <td class="wraps">{textAt(each, "subject")}</td>
              <td class="wraps">{textAt(each, "audience")}</td>
              <td>{textAt(each, "scope")}</td>
              <td>
                <Time at={textOrNullAt(each, "lastUsed")} />
              </td>
              <td>
                <a href={`${base}/credentials/${textAt(each, "id")}/delete`}>
                  Delete<span class="hidden"> the credential of {textAt(each, "issuer")}</span>
                </a>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
