/** Operators: all tenants, and a new one. */
import { callApi, expectApi, queryOf } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { readFields } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { viewForm } from "../form-view.tsx";
import { view } from "../layout.tsx";
import { CONSOLE, tenantPath } from "../page.ts";
import type { Page } from "../page.ts";
import { NumberedPages } from "../paging.tsx";
import { Field, Table, Time } from "../parts.tsx";
import { listAt, textAt } from "../reading.ts";
import { StatusBadge } from "../tenants.tsx";

export const TENANTS_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/tenants", access: "operator", answer: listTenants },
  { method: "GET", path: "/tenants/new", access: "operator", answer: (c) => showForm(c) },
  { method: "POST", path: "/tenants/new", access: "operator", answer: createTenant },
]);

async function listTenants(c: ConsoleContext): Promise<Response> {
  const query = { pageSize: "25", ...queryOf(c, ["page"]) };
  const list = await expectApi(c, { method: "GET", path: "/tenants", query });
  return view(
    c,
    "Tenants",
    <>
      <div class="head">
        <p>
          Who uses this service, and <a href={`${CONSOLE}/audit`}>what operators changed</a>.
        </p>
        <a class="button" href={`${CONSOLE}/tenants/new`}>
          New tenant
        </a>
      </div>
      <Table caption="Tenants" head={["Name", "ID", "Status", "Created", "Actions"]}>
        {listAt(list, "items").map((tenant) => (
          <tr>
            <th scope="row">
              <a href={tenantPath(textAt(tenant, "id"))}>{textAt(tenant, "displayName")}</a>
            </th>
            <td>
              <code class="whole">{textAt(tenant, "id")}</code>
            </td>
            <td>
              <StatusBadge status={textAt(tenant, "status")} />
            </td>
            <td>
              <Time at={textAt(tenant, "created")} />
            </td>
            <td>
              <a href={`${tenantPath(textAt(tenant, "id"))}/settings`}>
                Settings<span class="hidden"> of {textAt(tenant, "displayName")}</span>
              </a>
            </td>
          </tr>
        ))}
      </Table>
      <NumberedPages label="the tenants" list={list} />
    </>,
  );
}

function showForm(c: ConsoleContext, fields: Fields = {}, fault?: string): Promise<Response> {
  return viewForm(
    c,
    { title: "New tenant", button: "Create the tenant", back: `${CONSOLE}/tenants`, fault },
    <>
      <Field
        name="displayName"
        label="Name"
        value={fields["displayName"]}
        required
        hint="The customer, as people know it."
      />
      <Field
        name="id"
        label="ID (optional)"
        value={fields["id"]}
        hint="A part of its URLs: small letters, digits and hyphens. It can't be changed, and is never used again. Empty: one is made."
      />
    </>,
  );
}

async function createTenant(c: ConsoleContext): Promise<Response> {
  const fields = await readFields(c);
  const { displayName = "", id = "" } = fields;
  const body = { displayName, ...(id !== "" && { id }) };
  const made = await callApi(c, { method: "POST", path: "/tenants", body });
  if (!made.ok) return showForm(c, fields, made.body.detail);
  return c.redirect(`${tenantPath(textAt({ ...made.body }, "id"))}/settings`, 303);
}
