/** Operators: one tenant's settings, use, standing and end. */
import { RESOURCE_TYPES } from "../../../schema/resource-types.ts";
import type { JsonObject } from "../../scim/json.ts";
import { callApi, everyItem, expectApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import { view } from "../layout.tsx";
import { CONSOLE, sessionOf, tenantOf } from "../page.ts";
import type { Page } from "../page.ts";
import { Card, CsrfField, Field, Notice, Time, counted } from "../parts.tsx";
import { numberAt, objectAt, textAt } from "../reading.ts";
import type { Session } from "../session.ts";
import { SetupLinks } from "../setup-links.tsx";
import { StatusBadge, settingsPath, tenantTarget } from "../tenants.tsx";

export const SETTINGS_PAGES: readonly Page[] = Object.freeze([
  {
    method: "GET",
    path: "/t/:tenant/settings",
    access: "operator",
    answer: (c) => showSettings(c),
  },
  { method: "POST", path: "/t/:tenant/settings", access: "operator", answer: change },
  ...deletionPages({
    path: "/t/:tenant/settings/delete",
    access: "operator",
    title: "Delete the tenant",
    button: "Delete the tenant and all that it holds",
    async warning(c) {
      const tenant = await expectApi(c, { method: "GET", path: tenantTarget(c) });
      return (
        <>
          <p>
            <b>{textAt(tenant, "displayName")}</b>: its tokens are dead at once, and all users,
            groups, connections and activity are removed. It can't be undone, and the id is never
            used again.
          </p>
          <p>To stop it for a while, suspend it instead.</p>
        </>
      );
    },
    target: tenantTarget,
    after: () => `${CONSOLE}/tenants`,
    back: settingsPath,
    typed: tenantOf,
  }),
]);

async function showSettings(c: ConsoleContext, fault?: string): Promise<Response> {
  const tenant = await expectApi(c, { method: "GET", path: tenantTarget(c) });
  const session = sessionOf(c);
  if (textAt(tenant, "status") === "deleting") {
    return view(c, textAt(tenant, "displayName"), <Deleting path={settingsPath(c)} />);
  }
  const [overview, links] = await Promise.all([
    expectApi(c, { method: "GET", path: "/overview" }),
    everyItem(c, `${tenantTarget(c)}/setup-links`),
  ]);
  return view(
    c,
    `Settings of ${textAt(tenant, "displayName")}`,
    <>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      <Use tenant={tenant} resources={objectAt(overview, "resources")} />
      <Names tenant={tenant} session={session} />
      <SetupLinks links={links} c={c} />
      <Standing status={textAt(tenant, "status")} session={session} />
      <Card id="end" title="Delete">
        <p>The tenant with all its users, groups, connections and tokens.</p>
        <a class="button danger" href={`${settingsPath(c)}/delete`}>
          Delete the tenant
        </a>
      </Card>
    </>,
    fault === undefined ? 200 : 400,
  );
}

function Use({ tenant, resources }: { tenant: JsonObject; resources: JsonObject }) {
  return (
    <Card id="use" title="Use">
      <dl class="facts">
        <dt>ID</dt>
        <dd>
          <code>{textAt(tenant, "id")}</code>
        </dd>
        <dt>Status</dt>
        <dd>
          <StatusBadge status={textAt(tenant, "status")} />
        </dd>
        <dt>Created</dt>
        <dd>
          <Time at={textAt(tenant, "created")} />
        </dd>
        {RESOURCE_TYPES.map(({ name }) => (
          <>
            <dt>{name} resources</dt>
            <dd>{counted(numberAt(resources, name))}</dd>
          </>
        ))}
      </dl>
    </Card>
  );
}

function Names({ tenant, session }: { tenant: JsonObject; session: Session }) {
  return (
    <Card id="names" title="Name and retention">
      <form method="post" class="fields">
        <CsrfField session={session} />
        <Field name="displayName" label="Name" value={textAt(tenant, "displayName")} required />
        <Field
          name="activityDays"
          label="Days that activity and audit entries are kept"
          type="number"
          value={String(numberAt(tenant, "activityDays"))}
          required
        />
        <div class="actions">
          <button type="submit">Save</button>
        </div>
      </form>
    </Card>
  );
}

function Standing({ status, session }: { status: string; session: Session }) {
  const isActive = status === "active";
  return (
    <Card id="standing" title={isActive ? "Suspend" : "Reactivate"}>
      <p>
        {isActive
          ? "Every SCIM request of the tenant is refused until it is reactivated. Nothing is removed."
          : "The tenant is suspended. Reactivated, its tokens work again as before."}
      </p>
      <form method="post">
        <CsrfField session={session} />
        <input type="hidden" name="status" value={isActive ? "suspended" : "active"} />
        <button type="submit" class={isActive ? "plain" : ""}>
          {isActive ? "Suspend the tenant" : "Reactivate the tenant"}
        </button>
      </form>
    </Card>
  );
}

function Deleting({ path }: { path: string }) {
  return (
    <Notice tone="warn">
      <p>
        This tenant is being deleted; its tokens are dead already. If that takes long,{" "}
        <a href={`${path}/delete`}>delete it again</a>: the deletion goes on where it stopped.
      </p>
    </Notice>
  );
}

async function change(c: ConsoleContext): Promise<Response> {
  const { displayName, activityDays, status } = await readFields(c);
  const body = {
    ...(displayName !== undefined && { displayName }),
    ...(activityDays !== undefined && { activityDays: Number(activityDays) }),
    ...(status !== undefined && { status }),
  };
  const reply = await callApi(c, { method: "PATCH", path: tenantTarget(c), body });
  return reply.ok ? c.redirect(settingsPath(c), 303) : showSettings(c, reply.body.detail);
}
