/** A tenant at a glance: what it holds, and how its connections are. */
import * as v from "valibot";
import type { Row } from "../execute/store.ts";
import { totalsIn } from "../plan/decode.ts";
import { readObject } from "../scim/json.ts";
import { tenantEndpoint } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";
import { COUNT, TIME } from "./output.ts";
import { planConnections, planHours, planLast, planTotals } from "./overview-statements.ts";
import { numberOf, textOf, textOrNull } from "./row.ts";

/** Of a day, up to the one that has begun. */
const HOURS = 24;
const HOUR_MS = 3_600_000;

const CONNECTION = v.strictObject({
  provider: v.string(),
  displayName: v.string(),
  enabled: v.boolean(),
  profile: v.string(),
  tokens: COUNT,
  clients: COUNT,
  lastUsed: v.nullable(TIME),
  lastChange: v.pipe(v.nullable(TIME), v.description("among the tenant's latest 5000 entries")),
  lastRefusal: v.nullable(TIME),
  hours: v.pipe(
    v.array(v.strictObject({ at: TIME, changes: COUNT, refusals: COUNT })),
    v.length(HOURS),
    v.description("the last 24 hours, oldest first, up to the one that has begun"),
  ),
});

const OVERVIEW = v.strictObject({
  resources: v.pipe(
    v.record(v.string(), COUNT),
    v.description("how many there are, by resource type"),
    v.examples([{ User: 120, Group: 8 }]),
  ),
  connections: v.array(CONNECTION),
});

export const OVERVIEW_ENDPOINTS: readonly Endpoint[] = Object.freeze([
  tenantEndpoint({
    operation: "getOverview",
    method: "GET",
    path: "/overview",
    summary: "How many resources there are, and how each connection is",
    success: { status: 200, body: OVERVIEW },
    async answer({ tenant, now, read }) {
      const hours = hoursUntil(now);
      const rows = await read([
        planTotals(tenant),
        planConnections(tenant),
        planHours(tenant, hours[0] ?? now),
        planLast(tenant),
      ]);
      const [writer] = rows(0);
      const totals = writer === undefined ? {} : totalsIn(readObject(textOf(writer, "totals")));
      const connections = rows(1).map((row) => connectionOf(row, hours, rows(2), rows(3)));
      return { status: 200, body: { resources: totals, connections } };
    },
  }),
]);

function hoursUntil(now: Date): readonly Date[] {
  const begun = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, index) => {
    return new Date(begun - (HOURS - 1 - index) * HOUR_MS);
  });
}

function connectionOf(
  row: Row,
  hours: readonly Date[],
  counted: readonly Row[],
  latest: readonly Row[],
): v.InferOutput<typeof CONNECTION> {
  const provider = textOf(row, "scheme");
  const last = latest.find((one) => one["provider"] === provider);
  const ours = counted.filter((one) => one["provider"] === provider);
  const byHour = new Map(ours.map((one) => [textOf(one, "hour"), one]));
  return {
    provider,
    displayName: textOf(row, "display_name"),
    enabled: numberOf(row, "enabled") === 1,
    profile: textOf(row, "profile"),
    tokens: numberOf(row, "tokens"),
    clients: numberOf(row, "clients"),
    lastUsed: textOrNull(row, "last_used"),
    lastChange: last === undefined ? null : textOrNull(last, "change"),
    lastRefusal: last === undefined ? null : textOrNull(last, "refusal"),
    hours: hours.map((hour) => hourOf(hour.toISOString(), byHour)),
  };
}

function hourOf(at: string, byHour: ReadonlyMap<string, Row>) {
  const row = byHour.get(at);
  if (row === undefined) return { at, changes: 0, refusals: 0 };
  return { at, changes: numberOf(row, "changes"), refusals: numberOf(row, "refusals") };
}
