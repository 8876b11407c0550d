/** One entry of the activity log: what was asked for, what came of it, and what it changed. */
import { ERROR_GUIDE } from "../../render/error-guide.ts";
import type { JsonObject } from "../../scim/json.ts";
import { Outcome, latencyOf, titleOf } from "../activity-table.tsx";
import { adviceFor } from "../advice.ts";
import { expectApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { Diff, readNames } from "../diff.tsx";
import type { Names } from "../diff.tsx";
import { shownChanges } from "../diff-view.ts";
import { resourcePath } from "../directory.ts";
import { view } from "../layout.tsx";
import { tenantOf, tenantPath } from "../page.ts";
import type { Page } from "../page.ts";
import { Card, Notice, Time } from "../parts.tsx";
import { Forgiven, quirksOf } from "../quirk-list.tsx";
import { numberAt, textAt, textOrNullAt } from "../reading.ts";

export const ACTIVITY_ENTRY_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/activity/:id", access: "tenant", answer: showEntry },
]);

async function showEntry(c: ConsoleContext): Promise<Response> {
  const path = `/activity/${encodeURIComponent(c.req.param("id") ?? "")}`;
  const entry = await expectApi(c, { method: "GET", path });
  const changes = shownChanges(entry["changes"]);
  const names = await readNames(c, changes, textOrNullAt(entry, "resourceId"));
  return view(
    c,
    titleOf(entry),
    <>
      <p>
        <a href={`${tenantPath(tenantOf(c))}/activity`}>All activity</a> <Outcome entry={entry} />
      </p>
      {textAt(entry, "outcome") === "refused" && (
        <Refusal entry={entry} base={tenantPath(tenantOf(c))} />
      )}
      <Card id="facts" title="The request">
        <Facts entry={entry} tenant={tenantOf(c)} names={names} />
      </Card>
      <Forgiven level={2} forgiven={quirksOf(entry).map((name) => ({ name }))} />
      {changes.length > 0 && (
        <Card id="changes" title="What changed">
          <Diff changes={changes} names={names} tenant={tenantOf(c)} />
        </Card>
      )}
    </>,
  );
}

function Refusal({ entry, base }: { entry: JsonObject; base: string }) {
  const status = numberAt(entry, "status");
  return (
    <Notice tone="bad">
      <p>
        <b>Refused with status {status}.</b> {textAt(entry, "detail")}
      </p>
      <p>
        <b>What helps:</b> {adviceFor(status)}
      </p>
      <p>
        <a href={ERROR_GUIDE}>The guide to errors</a> or{" "}
        <a href={`${base}/why?as=connection:${encodeURIComponent(textAt(entry, "provider"))}`}>
          Ask why with this connection
        </a>
      </p>
    </Notice>
  );
}

function Facts({ entry, tenant, names }: { entry: JsonObject; tenant: string; names: Names }) {
  const type = textOrNullAt(entry, "resourceType");
  const id = textOrNullAt(entry, "resourceId");
  const provider = textAt(entry, "provider");
  const request = textOrNullAt(entry, "request");
  const path = type === null || id === null ? undefined : resourcePath(tenant, type, id);
  return (
    <dl class="facts">
      {request !== null && (
        <>
          <dt>Request</dt>
          <dd>
            <code>{request}</code>
          </dd>
        </>
      )}
      <dt>Time</dt>
      <dd>
        <Time at={textAt(entry, "at")} seconds />
      </dd>
      <dt>Connection</dt>
      <dd>
        <a href={`${tenantPath(tenant)}/connections/${encodeURIComponent(provider)}`}>{provider}</a>
      </dd>
      {id !== null && (
        <>
          <dt>{type ?? "Resource"}</dt>
          <dd>
            {names.has(id) && path !== undefined ? (
              <a href={path}>{names.get(id)?.name}</a>
            ) : (
              "not here any more:"
            )}{" "}
            <code>{id}</code>
          </dd>
        </>
      )}
      {latencyOf(entry) !== "" && (
        <>
          <dt>Latency</dt>
          <dd>{latencyOf(entry)}</dd>
        </>
      )}
      <dt>Token</dt>
      <dd>
        <code>{textAt(entry, "tokenId")}</code>
      </dd>
    </dl>
  );
}
