/** Operators: a new set-up link, shown once, and taking one back. */
import { callApi, segmentOf } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { deletionPages } from "../deletion.tsx";
import { readFields } from "../forms.ts";
import { view } from "../layout.tsx";
import { PageError } from "../page.ts";
import type { Page } from "../page.ts";
import { Card, Copied, Notice, Time } from "../parts.tsx";
import { textAt } from "../reading.ts";
import { settingsPath, tenantTarget } from "../tenants.tsx";

const PATH = "/t/:tenant/settings/links";

export const SETUP_LINK_PAGES: readonly Page[] = Object.freeze([
  { method: "POST", path: PATH, access: "operator", answer: makeLink },
  ...deletionPages({
    path: `${PATH}/:link/delete`,
    access: "operator",
    title: "Take back a set-up link",
    button: "Take it back",
    warning: async () => (
      <p>
        It can't be used any more. A session that it has started already goes on until it ends by
        itself.
      </p>
    ),
    target: (c) => `${tenantTarget(c)}/setup-links/${segmentOf(c, "link")}`,
    after: settingsPath,
  }),
]);

/** The answer is the one place that shows the link, so it is no redirect. */
async function makeLink(c: ConsoleContext): Promise<Response> {
  const { expiresIn = "" } = await readFields(c);
  const path = `${tenantTarget(c)}/setup-links`;
  const made = await callApi(c, { method: "POST", path, body: { expiresIn: Number(expiresIn) } });
  if (!made.ok) throw new PageError(made.status, made.body.detail);
  const link = { ...made.body };
  return view(
    c,
    "The set-up link",
    <>
      <Notice tone="warn">
        <p>
          <b>The link is shown this once.</b> Whoever has it can connect an identity provider to
          this tenant: send it to that one person only.
        </p>
      </Notice>
      <Card id="send" title="Send this">
        <Copied id="link" label="Set-up link" value={textAt(link, "url")} />
        <p class="hint">
          It works once, until <Time at={textAt(link, "expiresAt")} />.
        </p>
      </Card>
      <a class="button plain" href={settingsPath(c)}>
        Back to the settings
      </a>
    </>,
  );
}
