import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { removeRows, resumeRemovals } from "../../worker/admin/removal.ts";
import { planStep, TENANT_TABLES } from "../../worker/admin/removal-statements.ts";
import { noCost } from "../../worker/execute/store.ts";
import { isTenantIdText } from "../../worker/scim/ids.ts";
import { appWith, call, newTenant, OPERATOR } from "./api.ts";
import type { Reply } from "./api.ts";
import { DB, openStore, storesOf } from "../support/database.ts";

function operate(method: string, path: string, body?: unknown): Promise<Reply> {
  return call(method, path, { as: OPERATOR, body });
}

describe("tenants", () => {
  it("are created with the row of their writer, and read", async () => {
    const id = `acme-${crypto.randomUUID()}`;
    const path = `/tenants/${id}`;
    const reply = await operate("POST", "/tenants", { id, displayName: "Acme" });
    expect([reply.status, reply.headers.get("location")]).toEqual([201, `/core/iam/v1${path}`]);
    expect(reply.body).toEqual({
      id,
      displayName: "Acme",
      status: "active",
      shard: null,
      activityDays: 90,
      created: expect.any(String),
      lastModified: reply.body.created,
    });
    expect((await operate("GET", path)).body).toEqual(reply.body);
    expect(await rowsOf("writers", id)).toEqual([
      { tenant_id: id, sequence: 0, ok: 1, totals: "{}", last_id: "" },
    ]);
    expect((await operate("POST", "/tenants", { id, displayName: "B" })).status).toBe(409);
    expect((await operate("GET", "/tenants/nix")).status).toBe(404);
  });

  it("get an id where none is given", async () => {
    const { body } = await operate("POST", "/tenants", { displayName: "Globex" });
    expect(isTenantIdText(body.id)).toBe(true);
  });

  it("are listed newest first, without deleted ones", async () => {
    // Other files make tenants in the same database, but none later than these.
    let time = Date.parse("2100-01-01T00:00:00Z");
    const app = appWith({ now: () => new Date((time += 1)) });
    const make = async (): Promise<string> => {
      const body = { displayName: "Later" };
      return (await call("POST", "/tenants", { as: OPERATOR, body, app })).body.id;
    };
    const [first, gone, last] = [await make(), await make(), await make()];
    await operate("DELETE", `/tenants/${gone}`);
    const two = await operate("GET", "/tenants?pageSize=2");
    expect(two.body.items.map((item: { id: string }) => item.id)).toEqual([last, first]);
    expect(two.body.totalCount).toBeGreaterThanOrEqual(2);
    const second = await operate("GET", "/tenants?page=2&pageSize=1");
    expect(second.body.items.map((item: { id: string }) => item.id)).toEqual([first]);
    for (const id of [first, last]) await operate("DELETE", `/tenants/${id}`);
  });

  it("are renamed and suspended, and managed all the same", async () => {
    const tenant = await newTenant();
    const path = `/tenants/${tenant.id}`;
    const renamed = await operate("PATCH", path, { displayName: "New" });
    expect(renamed.body).toMatchObject({ displayName: "New", status: "active" });
    const suspended = await operate("PATCH", path, { status: "suspended" });
    expect(suspended.body).toMatchObject({ displayName: "New", status: "suspended" });
    expect((await tenant.call("POST", "/scim", { provider: "entra" })).status).toBe(200);
    expect((await operate("PATCH", path, { status: "active" })).body.status).toBe("active");
    expect((await operate("PATCH", "/tenants/nix", {})).status).toBe(404);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ["no name", "POST", {}, "displayName"],
    ["an upper-case id", "POST", { displayName: "x", id: "Acme" }, "id"],
    ["an id with _", "POST", { displayName: "x", id: "a_b" }, "id"],
    ["an empty id", "POST", { displayName: "x", id: "" }, "id"],
    ["a status at first", "POST", { displayName: "x", status: "active" }, "status"],
    ["to be deleted by PATCH", "PATCH", { status: "deleted" }, "status"],
    ["a new id", "PATCH", { id: "other" }, "id"],
  ])("refuse %s", async (_, method, body, attribute) => {
    const { id } = await newTenant();
    const reply = await operate(method, method === "POST" ? "/tenants" : `/tenants/${id}`, body);
    expect([reply.status, reply.body.errors[0].attribute]).toEqual([400, attribute]);
  });
});

describe("deleting a tenant", () => {
  it("ends everything at once, and its id for ever", async () => {
    const tenant = await newTenant();
    const path = `/tenants/${tenant.id}`;
    await tenant.call("POST", "/scim", { provider: "entra" });
    expect((await operate("DELETE", path)).status).toBe(204);
    expect((await operate("GET", path)).status).toBe(404);
    expect((await operate("PATCH", path, {})).status).toBe(404);
    expect((await operate("DELETE", path)).status).toBe(404);
    expect((await tenant.call("GET", "/scim")).status).toBe(404);
    expect((await tenant.call("POST", "/scim", { provider: "entra" })).status).toBe(404);
    expect((await tenant.call("POST", "/sso/providers", { scheme: "x" })).status).toBe(404);
    const again = { id: tenant.id, displayName: "Again" };
    expect((await operate("POST", "/tenants", again)).status).toBe(409);
    expect(await rowsOf("tenants", tenant.id)).toMatchObject([
      { status: "deleted", display_name: "" },
    ]);
  });

  it("removes the rows of every table, and nobody else's", async () => {
    const [gone, kept] = [await newTenant(), await newTenant()];
    for (const { id, call: manage } of [gone, kept]) {
      await manage("POST", "/scim", { provider: "entra" });
      const client = { provider: "entra", displayName: "Entra" };
      const { clientId } = (await manage("POST", "/oauth/clients", client)).body;
      await manage("POST", `/oauth/clients/${clientId}/federated-credentials`, {
        issuer: "https://issuer.test",
        subject: "s",
        audience: "a",
      });
      await DB.prepare("INSERT INTO assertions VALUES (?, 'h', '2026-10-01')").bind(id).run();
      await fill(id, 2500);
    }
    await operate("DELETE", `/tenants/${gone.id}`);
    for (const table of await tenantTables()) {
      expect([table, (await rowsOf(table, gone.id)).length]).toEqual([
        table,
        table === "tenants" ? 1 : 0,
      ]);
      expect((await rowsOf(table, kept.id)).length, table).toBeGreaterThan(0);
    }
    expect(await rowsOf("resources", kept.id)).toHaveLength(2500);
  });

  it("is a step at a time: marked, then as many rows as a step may touch", async () => {
    const tenant = await newTenant();
    await fill(tenant.id, 2500);
    const path = `/tenants/${tenant.id}`;
    const cost = noCost();
    const stores = storesOf(() => openStore(cost));
    await mark(tenant.id);
    expect((await operate("GET", path)).body.status).toBe("deleting");
    expect((await operate("PATCH", path, {})).status).toBe(409);
    expect((await tenant.call("GET", "/scim")).status).toBe(404);
    expect(await removeRows(stores, tenant.id, 1)).toBe(false);
    expect(await rowsOf("resources", tenant.id)).toHaveLength(1500);
    // Three tables of 1000 rows (members with a second index), and a row of each other table.
    expect(cost.rowsWritten).toBeLessThanOrEqual(4010);
    // SQLite and libSQL count the rows of a subquery differently.
    expect(cost.rowsRead).toBeLessThanOrEqual(5 * 3000 + 100);
    await resumeRemovals(stores, new Date());
    expect(await rowsOf("resources", tenant.id)).toHaveLength(0);
    expect((await operate("GET", path)).status).toBe(404);
  });

  it("goes on after the answer where the runtime lets it", async () => {
    const tenant = await newTenant();
    await fill(tenant.id, 2500);
    const context = createExecutionContext();
    const reply = await call("DELETE", `/tenants/${tenant.id}`, { as: OPERATOR, context });
    expect(reply.status).toBe(204);
    await waitOnExecutionContext(context);
    expect((await operate("GET", `/tenants/${tenant.id}`)).status).toBe(404);
  });

  it("is resumed by asking again", async () => {
    const tenant = await newTenant();
    await fill(tenant.id, 3);
    await mark(tenant.id);
    expect((await operate("DELETE", `/tenants/${tenant.id}`)).status).toBe(204);
    expect((await operate("GET", `/tenants/${tenant.id}`)).status).toBe(404);
  });

  it("never touches a tenant that is not marked", async () => {
    const tenant = await newTenant();
    await fill(tenant.id, 3);
    await openStore(noCost()).batch(planStep(tenant.id));
    expect(await rowsOf("resources", tenant.id)).toHaveLength(3);
    expect((await operate("GET", `/tenants/${tenant.id}`)).body.status).toBe("active");
  });

  it("knows every table", async () => {
    const known = [...Object.keys(TENANT_TABLES), "tenants", "writers"];
    expect(await tenantTables()).toEqual(known.toSorted());
  });
});

async function tenantTables(): Promise<string[]> {
  const { results } = await DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%tenant_id%' ORDER BY name",
  ).all<{ name: string }>();
  return results.map((row) => row.name);
}

async function rowsOf(table: string, tenant: string): Promise<unknown[]> {
  const { results } = await DB.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`)
    .bind(tenant)
    .all();
  return results;
}

async function mark(tenant: string): Promise<void> {
  await DB.prepare("UPDATE tenants SET status = 'deleting' WHERE tenant_id = ?").bind(tenant).run();
}

/** This many resources, members and indexed values, and something in each other table. */
async function fill(tenant: string, count: number): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  await DB.batch(
    [
      `INSERT INTO resources ${numbers} SELECT ?1, 'User', 'u' || i, 1, '', '', '{}', jsonb('{}') FROM n`,
      `INSERT INTO resource_values ${numbers} SELECT ?1, 'User', 'userName', 'u' || i, '', 'u' || i FROM n`,
      `INSERT INTO members ${numbers} SELECT ?1, 'g', 'u' || i, 'User' FROM n`,
      "INSERT INTO positions VALUES (?1, 'User', '', 1)",
      "INSERT INTO outbox VALUES (?1, 1, '{}')",
      "INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, resource_type, resource_id, outcome, quirks, changes) VALUES (?1, 'a', '', '', '', '', NULL, NULL, '', '[]', '[]')",
      "INSERT INTO audit VALUES (?1, 'a', '', '', NULL, '', '', '{}')",
      "INSERT INTO sessions VALUES (?1, 'h', '', 'setup', '', '', '')",
      "INSERT INTO setup_links VALUES (?1, 'h', 'l', '', '', '', NULL)",
    ].map((text) => DB.prepare(text).bind(tenant)),
  );
}
