/** A tenant at a glance: its connections and how they are. */
import { expectApi } from "../api.ts";
import type { ConsoleContext } from "../context.ts";
import { view } from "../layout.tsx";
import { tenantOf, tenantPath } from "../page.ts";
import type { Page } from "../page.ts";
import { Badge } from "../parts.tsx";
import { listAt, textAt } from "../reading.ts";

export const OVERVIEW_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant", access: "tenant", answer: showOverview },
]);

async function showOverview(c: ConsoleContext): Promise<Response> {
  const base = tenantPath(tenantOf(c));
  const { items } = {
    items: listAt(await expectApi(c, { method: "GET", path: "/sso/providers" }), "items"),
  };
  return view(
    c,
    "Overview",
    <div class="grid">
      {items.map((provider) => (
        <section class="card">
          <h2>
            <a href={`${base}/connections/${textAt(provider, "scheme")}`}>
              {textAt(provider, "displayName")}
            </a>
          </h2>
          <Badge tone="plain">{textAt(provider, "profile")}</Badge>
        </section>
      ))}
    </div>,
  );
}
