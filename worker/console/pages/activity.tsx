/** What the connections of a tenant did, newest first. */
import { ActivityTable } from "../activity-table.tsx";
import { expectApi } from "../api.ts";
import type { JsonObject } from "../../scim/json.ts";
import type { ConsoleContext } from "../context.ts";
import { view } from "../layout.tsx";
import { tenantOf } from "../page.ts";
import type { Page } from "../page.ts";
import { Choice, Field, Pages } from "../parts.tsx";
import { listAt, textAt, textOrNullAt } from "../reading.ts";

export const ACTIVITY_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant/activity", access: "tenant", answer: showActivity },
]);

const FILTERS = ["provider", "outcome", "resourceId"] as const;
const OUTCOMES = [
  ["", "any"],
  ["success", "done"],
  ["refused", "refused"],
  ["unchanged", "unchanged, but forgiven something"],
] as const;

async function showActivity(c: ConsoleContext): Promise<Response> {
  const filters = new Map(
    FILTERS.map((name) => [name, c.req.query(name)?.trim() ?? ""] as const).filter(
      ([, text]) => text !== "",
    ),
  );
  const cursor = c.req.query("cursor");
  const query = { ...Object.fromEntries(filters), ...(cursor !== undefined && { cursor }) };
  const [log, connections] = await Promise.all([
    expectApi(c, { method: "GET", path: "/activity", query }),
    expectApi(c, { method: "GET", path: "/sso/providers", query: { pageSize: "100" } }),
  ]);
  const entries = listAt(log, "items");
  const next = textOrNullAt(log, "nextCursor");
  const linkTo = (more: Readonly<Record<string, string>>): string =>
    `${c.req.path}?${new URLSearchParams({ ...Object.fromEntries(filters), ...more }).toString()}`;
  return view(
    c,
    "Activity",
    <>
      <p>
        Every request of your identity providers that changed something, was refused, or had to be
        forgiven something.
      </p>
      <form class="search" role="search">
        <Choice
          name="provider"
          label="Connection"
          value={filters.get("provider")}
          options={[["", "any"], ...listAt(connections, "items").map(optionOf)]}
        />
        <Choice name="outcome" label="Outcome" value={filters.get("outcome")} options={OUTCOMES} />
        <Field name="resourceId" label="Id of a user or group" value={filters.get("resourceId")} />
        <button type="submit">Show</button>
      </form>
      {entries.length === 0 ? (
        <p class="quiet">
          {filters.size > 0 || cursor !== undefined ? "Nothing matches." : "Nothing has come yet."}
        </p>
      ) : (
        <ActivityTable caption="Activity" tenant={tenantOf(c)} entries={entries} />
      )}
      <Pages
        label="activity"
        first={cursor === undefined ? undefined : linkTo({})}
        next={next === null ? undefined : linkTo({ cursor: next })}
      />
    </>,
  );
}

function optionOf(provider: JsonObject): readonly [string, string] {
  const scheme = textAt(provider, "scheme");
  const name = textAt(provider, "displayName");
  return [scheme, name === scheme ? name : `${name} (${scheme})`];
}
