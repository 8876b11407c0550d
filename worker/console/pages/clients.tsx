/** OAuth clients: the list, a new one, and deleting one. */
import { callApi, expectApi, queryOf } from "../api.ts";
import { clientPath, clientTarget, clientsPath, readClient } from "../clients.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { viewForm } from "../form-view.tsx";
import { view } from "../layout.tsx";
import type { Page } from "../page.ts";
import { NumberedPages } from "../paging.tsx";
import { Field, Table, Time } from "../parts.tsx";
import { NotConnected, ProviderChoice, readProviderOptions } from "../provider-choice.tsx";
import { listAt, numberAt, textAt } from "../reading.ts";

export const CLIENTS_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/clients", access: "tenant", answer: listClients },
  { method: "GET", path: "/t/:tenant/clients/new", access: "tenant", answer: askForClient },
  { method: "POST", path: "/t/:tenant/clients/new", access: "tenant", answer: makeClient },
  ...deletionPages({
    path: "/t/:tenant/clients/:client/delete",
    access: "tenant",
    title: "Delete an OAuth client",
    button: "Delete the client",
    async warning(c) {
      const client = await readClient(c);
      return (
        <p>
          <b>{textAt(client, "displayName")}</b> loses access with its next request: its secrets,
          its federated credentials and the access tokens that it has fetched are dead at once.
          Users and groups stay as they are. It can't be undone.
        </p>
      );
    },
    target: clientTarget,
    after: clientsPath,
    back: clientPath,
  }),
]);

async function listClients(c: ConsoleContext): Promise<Response> {
  const query = queryOf(c, ["page"]);
  const list = await expectApi(c, { method: "GET", path: "/oauth/clients", query });
  const clients = listAt(list, "items");
  const base = clientsPath(c);
  return view(
    c,
    "OAuth clients",
    <>
      <div class="head">
        <p>
          For identity providers that fetch short-lived access tokens themselves (client
          credentials), instead of keeping one SCIM token.
        </p>
        <a class="button" href={`${base}/new`}>
          New client
        </a>
      </div>
      {numberAt(list, "totalCount") === 0 ? (
        <div class="card">
          <p>There is no OAuth client yet.</p>
        </div>
      ) : (
        <Table caption="OAuth clients" head={["Name", "Connection", "Client ID", "Created"]}>
          {clients.map((client) => (
            <tr>
              <th scope="row">
                <a href={`${base}/${textAt(client, "clientId")}`}>
                  {textAt(client, "displayName")}
                </a>
              </th>
              <td>{textAt(client, "provider")}</td>
              <td>
                <code class="whole">{textAt(client, "clientId")}</code>
              </td>
              <td>
                <Time at={textAt(client, "created")} />{" "}
                <span class="quiet small below">{textAt(client, "createdBy")}</span>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <NumberedPages label="the clients" list={list} />
    </>,
  );
}

function askForClient(c: ConsoleContext): Promise<Response> {
  return showForm(c, {});
}

async function showForm(c: ConsoleContext, fields: Fields, fault?: string): Promise<Response> {
  const options = await readProviderOptions(c);
  if (options.length === 0)
    return view(c, "New OAuth client", <NotConnected c={c} what="A client" />);
  return viewForm(
    c,
    { title: "New OAuth client", button: "Make the client", back: clientsPath(c), fault },
    <>
      <Field
        name="displayName"
        label="Name"
        value={fields["displayName"]}
        required
        hint="What you and your colleagues see."
      />
      <ProviderChoice options={options} value={fields["provider"]} />
    </>,
  );
}

async function makeClient(c: ConsoleContext): Promise<Response> {
  const fields = await readFields(c);
  const { displayName = "", provider = "" } = fields;
  const body = { displayName, provider };
  const made = await callApi(c, { method: "POST", path: "/oauth/clients", body });
  if (!made.ok) return showForm(c, fields, made.body.detail);
  return c.redirect(`${clientsPath(c)}/${textAt({ ...made.body }, "clientId")}`, 303);
}
