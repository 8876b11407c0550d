/** A connection: its signs of life, its settings, and what goes where in the IdP. */
import { PROFILES } from "../../../schema/provider.ts";
import type { JsonObject } from "../../scim/json.ts";
import { addressesOf } from "../addresses.ts";
import { callApi, expectApi, segmentOf } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import { idpOf } from "../idps.ts";
import { fragment, view } from "../layout.tsx";
import { sessionOf, tenantOf, tenantPath } from "../page.ts";
import type { Content, Page } from "../page.ts";
import { Card, Check, Choice, Copied, CsrfField, Field, Notice } from "../parts.tsx";
import { objectAt, textAt, textOrNullAt } from "../reading.ts";
import type { Session } from "../session.ts";
import { readSigns } from "../signs.ts";
import { Signs, signsPanel } from "../signs-panel.tsx";
import { Steps } from "../steps.tsx";

const PATH = "/t/:tenant/connections/:scheme";

export const CONNECTION_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: PATH, access: "setup", answer: (c) => showConnection(c) },
  { method: "GET", path: `${PATH}/signs`, access: "setup", answer: showSigns },
  { method: "POST", path: PATH, access: "tenant", answer: change },
  ...deletionPages({
    path: `${PATH}/delete`,
    access: "tenant",
    title: "Delete a connection",
    button: "Delete the connection",
    warning: warnOfDeletion,
    target,
    after: (c) => tenantPath(tenantOf(c)),
    back: connectionPath,
  }),
]);

function connectionPath(c: ConsoleContext): string {
  return `${tenantPath(tenantOf(c))}/connections/${segmentOf(c, "scheme")}`;
}

function target(c: ConsoleContext): string {
  return `/sso/providers/${segmentOf(c, "scheme")}`;
}

async function showConnection(c: ConsoleContext, fault?: string): Promise<Response> {
  const provider = await expectApi(c, { method: "GET", path: target(c) });
  const idp = idpOf(textAt(provider, "profile")) ?? idpOf("generic");
  if (idp === undefined) throw new Error("There is no generic IdP");
  const session = sessionOf(c);
  return view(
    c,
    textAt(provider, "displayName"),
    <>
      {fault !== undefined && <Notice tone="bad">{fault}</Notice>}
      {await signsPanel(c, textAt(provider, "scheme"))}
      <section class="card" aria-label="Base URL">
        <Copied
          id="base"
          label={idp.values.find(({ value }) => value === "base")?.label ?? "SCIM base URL"}
          value={addressesOf(c).scim}
        />
        <p class="hint">
          The token was shown when it was made. Lost it? Make another one and delete the old.
        </p>
      </section>
      {session.kind !== "setup" && (
        <Settings provider={provider} session={session} path={connectionPath(c)} />
      )}
      <Steps idp={idp} />
    </>,
    fault === undefined ? 200 : 400,
  );
}

interface SettingsProps {
  readonly provider: JsonObject;
  readonly session: Session;
  readonly path: string;
}

function Settings({ provider, session, path }: SettingsProps) {
  const [profile, suggested] = [
    textAt(provider, "profile"),
    textOrNullAt(provider, "suggestedProfile"),
  ];
  return (
    <Card id="settings" title="Settings">
      {suggested !== null && suggested !== profile && (
        <Notice tone="warn">
          <p>
            Its requests look like those of <b>{profileName(suggested)}</b>, and the profile is{" "}
            <b>{profileName(profile)}</b>. If that is right, choose it below.
          </p>
        </Notice>
      )}
      <form method="post" class="fields">
        <CsrfField session={session} />
        <Field
          name="displayName"
          label="Name of the connection"
          value={textAt(provider, "displayName")}
          required
        />
        <Choice
          name="profile"
          label="Profile"
          options={PROFILES.map((each) => [each, profileName(each)] as const)}
          value={profile}
          hint="Whose behaviour is expected. Strict: the standard to the letter, without any leniency."
        />
        <Check
          name="enabled"
          label="Enabled"
          checked={provider["enabled"] === true}
          hint="Without it, each request of this connection is refused; users and groups stay."
        />
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button plain" href={`${path}/delete`}>
            Delete the connection
          </a>
        </div>
      </form>
    </Card>
  );
}

function profileName(profile: string): string {
  if (profile === "generic") return "Generic";
  return idpOf(profile)?.name ?? "Strict";
}

async function showSigns(c: ConsoleContext): Promise<Response> {
  return fragment(c, <Signs signs={await readSigns(c, c.req.param("scheme") ?? "")} />);
}

/** What the form doesn't show stays as it is. */
async function change(c: ConsoleContext): Promise<Response> {
  const { displayName = "", profile = "", enabled } = await readFields(c);
  const properties = objectAt(await expectApi(c, { method: "GET", path: target(c) }), "properties");
  const body = { displayName, profile, enabled: enabled === "on", properties };
  const reply = await callApi(c, { method: "PUT", path: target(c), body });
  return reply.ok ? c.redirect(connectionPath(c), 303) : showConnection(c, reply.body.detail);
}

async function warnOfDeletion(c: ConsoleContext): Promise<Content> {
  const provider = await expectApi(c, { method: "GET", path: target(c) });
  const scheme = textAt(provider, "scheme");
  return (
    <>
      <p>
        The connection <b>{textAt(provider, "displayName")}</b> ({scheme}) is removed from the list.
        Users and groups that it brought stay as they are.
      </p>
      <p>
        Only a connection without credentials can be deleted: delete{" "}
        <a href={`${tenantPath(tenantOf(c))}/tokens?query=${encodeURIComponent(scheme)}`}>
          its tokens
        </a>{" "}
        and <a href={`${tenantPath(tenantOf(c))}/clients`}>its OAuth clients</a> first.
      </p>
    </>
  );
}
