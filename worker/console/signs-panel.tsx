/** The lights of a new connection. */
import type { ConsoleContext } from "./context.ts";
import { tenantOf, tenantPath } from "./page.ts";
import type { Content } from "./page.ts";
import { Card, Time } from "./parts.tsx";
import { readSigns } from "./signs.ts";
import type { Signs as SignTimes } from "./signs.ts";

/** The panel that turns green by itself. */
export async function signsPanel(c: ConsoleContext, scheme: string): Promise<Content> {
  const path = `${tenantPath(tenantOf(c))}/connections/${encodeURIComponent(scheme)}`;
  return (
    <Card id="signs" title="Signs of life">
      <div data-live={`${path}/signs`} aria-live="polite">
        <Signs signs={await readSigns(c, scheme)} />
      </div>
      <noscript>
        <p>
          <a href={path}>Look again</a>
        </p>
      </noscript>
    </Card>
  );
}

export function Signs({ signs }: { signs: SignTimes }) {
  const lights = [
    ["The IdP has reached us", signs.contact],
    ["The first user has arrived", signs.user],
    ["The first group has arrived", signs.group],
  ] as const;
  const isDone = lights.every(([, at]) => at !== null);
  return (
    <ul class="lights" data-done={isDone ? "" : undefined}>
      {lights.map(([label, at]) => (
        <li class={at === null ? "" : "on"}>
          <span class="lamp" aria-hidden="true" />
          <span>
            {label}: <Time at={at} none="not yet" />
          </span>
        </li>
      ))}
    </ul>
  );
}
