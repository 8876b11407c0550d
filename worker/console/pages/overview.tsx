/** A tenant at a glance: what it holds, and how its connections are. */
import { expectApi } from "../api.ts";
import { Chart, plural, sum } from "../chart.tsx";
import type { Hour } from "../chart.tsx";
import type { ConsoleContext } from "../context.ts";
import { healthOf } from "../health.ts";
import type { Connection, Health } from "../health.ts";
import { view } from "../layout.tsx";
import { tenantOf, tenantPath } from "../page.ts";
import type { Page } from "../page.ts";
import { Badge, Time, counted } from "../parts.tsx";
import { listAt, numberAt, objectAt, textAt, textOrNullAt } from "../reading.ts";
import type { JsonObject } from "../../scim/json.ts";

export const OVERVIEW_PAGES: readonly Page[] = Object.freeze([
  { method: "GET", path: "/t/:tenant", access: "tenant", answer: showOverview },
]);

async function showOverview(c: ConsoleContext): Promise<Response> {
  const base = tenantPath(tenantOf(c));
  const overview = await expectApi(c, { method: "GET", path: "/overview" });
  const [resources, items] = [objectAt(overview, "resources"), listAt(overview, "connections")];
  const tokens = items.reduce((total, item) => total + numberAt(item, "tokens"), 0);
  const tiles = [
    ["Users", numberAt(resources, "User"), "/users"],
    ["Groups", numberAt(resources, "Group"), "/groups"],
    ["Connections", items.length, "/connect"],
    ["Tokens", tokens, "/tokens"],
  ] as const;
  const now = c.get("wiring").now();
  return view(
    c,
    "Overview",
    <>
      <ul class="tiles">
        {tiles.map(([label, count, path]) => (
          <li class="tile">
            <b>{counted(count)}</b>
            <a href={base + path}>{label}</a>
          </li>
        ))}
      </ul>
      {items.length === 0 ? (
        <section class="card empty" aria-labelledby="none">
          <h2 id="none">No identity provider is connected yet</h2>
          <p>Connect one, and the people and groups that you assign there appear here.</p>
          <a class="button big" href={`${base}/connect`}>
            Connect an identity provider
          </a>
        </section>
      ) : (
        <div class="grid wide">
          {items.map((item) => (
            <Card item={item} base={base} now={now} />
          ))}
        </div>
      )}
    </>,
  );
}

function Card({ item, base, now }: { item: JsonObject; base: string; now: Date }) {
  const [scheme, name] = [textAt(item, "provider"), textAt(item, "displayName")];
  const connection = connectionOf(item);
  const query = `provider=${encodeURIComponent(scheme)}`;
  return (
    <section class="card" aria-label={name}>
      <CardHead
        name={name}
        href={`${base}/connections/${encodeURIComponent(scheme)}`}
        health={healthOf(connection, now)}
      />
      <Day hours={connection.hours} />
      <dl class="facts">
        <dt>Last use</dt>
        <dd>
          <Time at={connection.lastUsed} />
        </dd>
        <dt>Last change</dt>
        <dd>
          <Time at={textOrNullAt(item, "lastChange")} none="none lately" />
        </dd>
        <dt>Last refusal</dt>
        <dd>
          <Time at={textOrNullAt(item, "lastRefusal")} none="none lately" />
        </dd>
      </dl>
      <p class="actions">
        <a href={`${base}/tokens?query=${encodeURIComponent(scheme)}`}>
          {plural(numberAt(item, "tokens"), "token")}
          <span class="hidden"> of {name}</span>
        </a>
        {numberAt(item, "clients") > 0 && (
          <a href={`${base}/clients`}>{plural(numberAt(item, "clients"), "OAuth client")}</a>
        )}
        <a href={`${base}/activity?${query}`}>
          Activity<span class="hidden"> of {name}</span>
        </a>
      </p>
    </section>
  );
}

function CardHead({ name, href, health }: { name: string; href: string; health: Health }) {
  return (
    <>
      <div class="head">
        <h2>
          <a href={href}>{name}</a>
        </h2>
        <Badge tone={health.tone}>{health.word}</Badge>
      </div>
      <p class="quiet small">{health.meaning}</p>
    </>
  );
}

/** The signs beside the numbers say what the colours do. */
function Day({ hours }: { hours: readonly Hour[] }) {
  return (
    <>
      <p class="legend small">
        <span>
          <span class="done" aria-hidden="true">
            &#9650;
          </span>{" "}
          {plural(sum(hours, "changes"), "change")}
        </span>
        <span>
          <span class="refused" aria-hidden="true">
            &#9660;
          </span>{" "}
          {plural(sum(hours, "refusals"), "refusal")}
        </span>
      </p>
      <Chart hours={hours} />
      <p class="legend ends quiet small">
        <span>24 hours ago</span>
        <span>now</span>
      </p>
    </>
  );
}

function connectionOf(item: JsonObject): Connection {
  return {
    enabled: item["enabled"] === true,
    lastUsed: textOrNullAt(item, "lastUsed"),
    hours: listAt(item, "hours").map(hourOf),
  };
}

function hourOf(item: JsonObject): Hour {
  return {
    at: textAt(item, "at"),
    changes: numberAt(item, "changes"),
    refusals: numberAt(item, "refusals"),
  };
}
