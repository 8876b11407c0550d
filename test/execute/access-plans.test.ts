/** What the engine makes of each statement: it reaches a tenant's rows by the tenant, and never walks over others'. */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { resumeRemovals } from "../../worker/admin/removal.ts";
import { removeExpired } from "../../worker/admin/retention.ts";
import { PAGES } from "../../worker/console/console.tsx";
import { startSession } from "../../worker/console/session.ts";
import { planUse } from "../../worker/plan/client.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { attributeRefs, pathOf } from "../../worker/scim/attribute-path.ts";
import { TABLES, judgePlan } from "../support/access-plan.ts";
import { manage } from "../support/admin.ts";
import { makeDirectory } from "../support/directory.ts";
import type { Directory } from "../support/directory.ts";
import { throughDoor } from "../support/door.ts";
import { STEP, applyStep } from "../support/histories.ts";
import { makeClient, requestToken } from "../support/oauth.ts";
import { record } from "../support/recorded-app.ts";
import type { Recording } from "../support/recorded-app.ts";
import { ORIGIN, makeTenant } from "../support/tenant.ts";
import { exportLines, importAll, verifyAll } from "../support/transfer.ts";
import { DB, storesOf } from "../support/database.ts";

/** Tables that a statement walks over whole, by a part of its text. */
const EXCEPTIONS: readonly (readonly [table: string, text: string, why: string])[] = [
  ["tenants", "FROM tenants WHERE status <> 'deleted'", "operators list all tenants"],
  ["tenants", "FROM tenants WHERE status = 'deleting'", "the job that ends removals"],
  ["tenants", "FROM tenants n CROSS JOIN", "the job that removes what has expired"],
  ["sessions", "FROM sessions a", "the same: whose is over is nobody's"],
  ["setup_links", "FROM setup_links a", "the same"],
];

let recording: Recording;

beforeAll(async () => {
  vi.spyOn(console, "log").mockReturnValue();
  recording = record();
  const directory = await makeDirectory();
  await provision(directory);
  await look(directory);
  await administer(directory);
  await visit(directory);
  await clean(directory);
}, 120_000);

describe("every statement", () => {
  it("was seen: all tables, and many statements", () => {
    const texts = [...recording.statements.keys()].join("\n");
    expect(
      [...TABLES].filter((table) => !new RegExp(String.raw`\b${table}\b`).test(texts)),
    ).toEqual([]);
    expect(recording.statements.size).toBeGreaterThan(300);
  });

  it("reaches the rows of a tenant by tenant_id", async () => {
    const used = new Set<number>();
    const found: string[][] = [];
    let searched = 0;
    for (const statement of recording.statements.values()) {
      const { accesses, loose } = judgePlan(statement.sql, await planOf(statement));
      searched += accesses.length - loose.length;
      for (const { table, line } of loose) {
        const index = EXCEPTIONS.findIndex(
          ([of, text]) => of === table && statement.sql.includes(text),
        );
        if (index < 0) found.push([line, statement.sql]);
        else used.add(index);
      }
    }
    expect(found).toEqual([]);
    expect(searched).toBeGreaterThan(1000);
    expect(used).toEqual(new Set(EXCEPTIONS.keys()));
  });
});

describe("a LIMIT", () => {
  it("is no parameter by itself, by whose value the engine would plan anew each time", () => {
    const texts = [...recording.statements.values()].map(({ sql }) => sql);
    expect(texts.filter((text) => /LIMIT CAST\(\?/i.test(text)).length).toBeGreaterThan(20);
    expect(texts.filter((text) => /LIMIT\s+\?/i.test(text))).toEqual([]);
  });
});

describe("the judgement", () => {
  it.each([
    ["a scan", "SELECT 1 FROM members m", ["SCAN m"]],
    ["a scan of an index", "SELECT 1 FROM members", ["SCAN members USING COVERING INDEX x"]],
    ["another first column", "SELECT 1 FROM members m", ["SEARCH m USING INDEX x (group_id=?)"]],
    [
      "a range of tenants",
      "DELETE FROM members",
      ["SEARCH members USING PRIMARY KEY (tenant_id>?)"],
    ],
    [
      "a table beside a page of the same name",
      "WITH page AS (SELECT * FROM resources r) SELECT 1 FROM page r",
      ["MATERIALIZE page", "SCAN r", "SCAN r"],
    ],
  ])("finds %s", (_name, sql, plan) => {
    expect(judgePlan(sql, plan).loose).toHaveLength(1);
  });

  it("lets pass a page of what was found by the tenant", () => {
    const sql = "WITH page AS (SELECT * FROM resources r WHERE tenant_id = ?) SELECT 1 FROM page r";
    const plan = ["MATERIALIZE page", "SEARCH r USING PRIMARY KEY (tenant_id=?)", "SCAN r"];
    expect(judgePlan(sql, plan)).toEqual({
      accesses: [{ table: "resources", line: plan[1] }],
      loose: [],
    });
  });
});

async function planOf({ sql, params }: Statement): Promise<string[]> {
  const plan = DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...params);
  return (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail);
}

/** What an identity provider does. */
async function provision({ tenant, client, secret }: Directory): Promise<void> {
  const ids: string[] = [];
  for (const each of fc.sample(STEP, { numRuns: 200, seed: 7644 })) {
    const { status, body } = await applyStep(each, tenant, { own: ids, foreign: [] });
    if (status === 201) ids.push(body.id);
  }
  const asked = { client_id: client.clientId, client_secret: secret };
  const { body } = await requestToken(tenant.id, asked, {}, throughDoor);
  const headers = { Authorization: `Bearer ${body.access_token}` };
  await tenant.request("GET", "/Users", undefined, headers);
  const made = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "granted" };
  await tenant.request("POST", "/Groups", made, headers);
  const used = { jtiHash: "0", expiresAt: "2099-01-01T00:00:00.000Z" };
  await recording.openStore(noCost()).batch(planUse(tenant.id, used, "2026-01-01T00:00:00.000Z"));
}

const OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

/** Filters over every attribute with every operator, orders, and pages of both kinds. */
async function look({ tenant }: Directory): Promise<void> {
  for (const type of RESOURCE_TYPES) {
    const paths = attributeRefs(type).map(pathOf);
    const filters = paths.flatMap((path) => [
      `${path} pr`,
      `not (${path} pr)`,
      ...OPERATORS.map((operator) => `${path} ${operator} "a"`),
    ]);
    for (const filter of filters) {
      await tenant.get(`${type.endpoint}?count=1&filter=${encodeURIComponent(filter)}`);
    }
    for (const path of paths) {
      const { body } = await tenant.get(`${type.endpoint}?sortBy=${path}&count=1&cursor=`);
      const cursor = encodeURIComponent(String(body.nextCursor));
      await tenant.get(`${type.endpoint}?sortBy=${path}&count=1&cursor=${cursor}`);
    }
    await tenant.get(`${type.endpoint}?startIndex=2&count=2`);
  }
  await tenant.get('?filter=meta.resourceType eq "User" or id pr');
}

/** What administrators and operators do; deletions come last. */
async function administer({ tenant: { id } }: Directory): Promise<void> {
  const tenant = id;
  await manage("POST", "/sso/providers", { tenant, body: { scheme: "more" } });
  await manage("PUT", "/sso/providers/more", { tenant, body: { displayName: "More" } });
  const { body: token } = await manage("POST", "/scim", { tenant, body: { provider: "idp" } });
  const client = await makeClient(tenant);
  const secret = await client.addSecret();
  const trusted = { issuer: "https://issuer.test", subject: "s", audience: "a" };
  const credential = await client.trust(trusted);
  const { body: link } = await manage("POST", `/tenants/${id}/setup-links`, { body: {} });
  await manage("PATCH", `/tenants/${id}`, { body: { displayName: "Other", activityDays: 7 } });
  for (const path of [
    "/scim?query=id",
    "/sso/providers",
    "/sso/providers/more",
    "/oauth/clients",
    `/oauth/clients/${client.clientId}`,
    `/oauth/clients/${client.clientId}/secrets`,
    `/oauth/clients/${client.clientId}/federated-credentials`,
    "/tenants",
    `/tenants/${id}`,
    `/tenants/${id}/setup-links`,
    "/overview",
    "/activity",
    "/activity?outcome=refused&resourceId=x",
    "/audit",
  ]) {
    expect([path, (await manage("GET", path, { tenant })).status]).toEqual([path, 200]);
  }
  const { body: entries } = await manage("GET", "/activity", { tenant });
  await manage("GET", `/activity/${entries.items[0]?.id}`, { tenant });
  expect(await verifyAll(id)).toEqual([]);
  await DB.prepare("DELETE FROM resource_values WHERE tenant_id = ?").bind(id).run();
  await DB.prepare("DELETE FROM positions WHERE tenant_id = ?").bind(id).run();
  expect((await verifyAll(id, true)).length).toBeGreaterThan(0);
  const { body: copy } = await manage("POST", "/tenants", { body: { displayName: "Copy" } });
  await importAll(copy.id, await exportLines(id));
  await client.delete(`/secrets/${secret.id}`);
  await client.delete(`/federated-credentials/${credential}`);
  await client.delete();
  await manage("DELETE", `/tenants/${id}/setup-links/${link.id}`);
  await manage("DELETE", `/scim/${token.id}`, { tenant });
  await manage("DELETE", "/sso/providers/more", { tenant });
}

/** Every page that is read, as an operator. */
async function visit({ tenant, ids }: Directory): Promise<void> {
  const cookie = await startSession(
    { tenant: "", subject: "tester", kind: "operator" },
    {
      store: recording.openStore(noCost()),
      limits: { idle: 1800, life: 36_000 },
      now: new Date(),
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    },
  );
  for (const { path } of PAGES.filter(({ method }) => method === "GET")) {
    const id = path.includes("/groups/") ? ids["Group"] : ids["User"];
    const filled = path
      .replace(":tenant", tenant.id)
      .replaceAll(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => (name === "id" ? `${id}` : "idp"));
    const headers = { cookie: `__Host-rollcall-session=${cookie}` };
    await throughDoor(new Request(`${ORIGIN}/console${filled}`, { headers }));
  }
}

/** The end of a tenant, and what is done on a schedule. */
async function clean({ tenant }: Directory): Promise<void> {
  await manage("DELETE", `/tenants/${tenant.id}`);
  const { id } = await makeTenant();
  await DB.prepare("UPDATE tenants SET status = 'deleting' WHERE tenant_id = ?").bind(id).run();
  await resumeRemovals(storesOf(recording.openStore), new Date());
  await removeExpired(recording.openStore(noCost()), new Date());
}
