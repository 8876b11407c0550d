/** What the pages of users and groups ask the database, and how much of it they read. */
import { describe, expect, it } from "vitest";
import {
  planEntryAt,
  planMemberCounts,
  planMembers,
  planNames,
} from "../../worker/console/directory-statements.ts";
import { searchFilter } from "../../worker/console/directory.ts";
import { parseFilter } from "../../worker/parse/filter-parser.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { makeTenant } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { noCost } from "../../worker/execute/store.ts";
import { DB, openStore } from "../support/database.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

async function query({ sql, params }: Statement) {
  const cost = noCost();
  const rows = await openStore(cost).query({ sql, params });
  return { rows, read: cost.rowsRead };
}

async function addUsers(tenant: Tenant, count: number): Promise<string[]> {
  const Operations = Array.from({ length: count }, (_, index) => ({
    method: "POST",
    path: "/Users",
    bulkId: String(index),
    data: { schemas: [USER], userName: `u${index}`, displayName: `User ${index}` },
  }));
  const { body } = await tenant.post("/Bulk", { schemas: [MESSAGES.bulkRequest], Operations });
  return body.Operations.map(({ location }: { location: string }) => location.split("/").at(-1));
}

async function addGroup(tenant: Tenant, ids: readonly string[]): Promise<string> {
  const members = ids.map((value) => ({ value }));
  const group = { schemas: [GROUP], displayName: `G${ids.length}`, members };
  return (await tenant.post("/Groups", group)).body.id;
}

describe("members", () => {
  it("come page by page, with names, and no more is read than is shown", async () => {
    const tenant = await makeTenant();
    const ids = (await addUsers(tenant, 60)).toSorted();
    const group = await addGroup(tenant, ids);
    const page = await query(planMembers(tenant.id, group, { after: "", count: 10 }));
    expect(page.rows.map((row) => row["member_id"])).toEqual(ids.slice(0, 11));
    expect(page.rows[0]).toMatchObject({ member_type: "User", display: "User 0" });
    expect(page.read).toBeLessThanOrEqual(22);
    const after = ids[54] ?? "";
    const last = await query(planMembers(tenant.id, group, { after, count: 10 }));
    expect(last.rows.map((row) => row["member_id"])).toEqual(ids.slice(55));
  });

  it("are counted up to a limit, beyond which none is read", async () => {
    const tenant = await makeTenant();
    const ids = await addUsers(tenant, 40);
    const groups = [await addGroup(tenant, ids), await addGroup(tenant, ids.slice(3)), "none"];
    const all = await query(planMemberCounts(tenant.id, groups, 1000));
    expect(all.rows.map((row) => row["count"])).toEqual([40, 37, 0]);
    const some = await query(planMemberCounts(tenant.id, groups, 9));
    expect(some.rows.map((row) => row["count"])).toEqual([10, 10, 0]);
    expect(some.read).toBeLessThan(30);
  });

  it("have names where they are there, in this tenant", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const [user = ""] = await addUsers(tenant, 1);
    const group = await addGroup(tenant, []);
    const [stranger = ""] = await addUsers(other, 1);
    const { rows } = await query(planNames(tenant.id, [user, group, stranger, "none"]));
    expect(rows).toEqual([
      { id: user, type: "User", display: "User 0" },
      { id: group, type: "Group", display: "G0" },
    ]);
  });
});

describe("provenance", () => {
  it("is found by the time of the change, however long the log is", async () => {
    const tenant = await makeTenant();
    const [user = ""] = await addUsers(tenant, 1);
    await addOldEntries(tenant, 300);
    const { meta } = (await tenant.get(`/Users/${user}`)).body;
    const { rows, read } = await query(planEntryAt(tenant.id, user, meta.created));
    expect(rows).toMatchObject([{ provider: "idp", at: meta.created }]);
    expect(read).toBeLessThan(10);
  });

  it("of a group is also the deletion of a member", async () => {
    const tenant = await makeTenant();
    const [user = "", stays = ""] = await addUsers(tenant, 2);
    const group = await addGroup(tenant, [user, stays]);
    await tenant.delete(`/Users/${user}`);
    const { meta } = (await tenant.get(`/Groups/${group}`)).body;
    const { rows } = await query(planEntryAt(tenant.id, group, meta.lastModified));
    const [entry] = rows;
    const { results } = await DB.prepare(
      "SELECT operation, resource_id FROM activity WHERE tenant_id = ? AND id = ?",
    )
      .bind(tenant.id, entry?.["id"] ?? null)
      .all();
    expect(results).toEqual([{ operation: "delete", resource_id: user }]);
  });
});

/** Entries of long ago, whose ids say so. */
async function addOldEntries(tenant: Tenant, count: number): Promise<void> {
  await DB.prepare(
    `INSERT INTO activity (tenant_id, id, at, token_id, provider, operation, outcome, quirks, changes)
     SELECT ?, printf('00000000-0000-7000-8000-%012x', value), '2001-01-01T00:00:00.000Z', 't', 'idp', 'patch', 'success', '[]', '[]'
     FROM json_each(?)`,
  )
    .bind(tenant.id, JSON.stringify(Array.from({ length: count }, (_, index) => index)))
    .run();
}

describe("plain text", () => {
  it("is a filter over each attribute, whatever it holds", () => {
    for (const text of ["ada", 'a"b', "\\", "a) or (b", "  O'Neil ", "\u{1f600}"]) {
      const filter = searchFilter(text, ["userName", "emails.value"]) ?? "";
      const value = text.trim();
      expect(parseFilter(filter)).toMatchObject({
        kind: "or",
        filters: [
          { operator: "co", value },
          { operator: "co", value },
        ],
      });
    }
  });

  it("is none where there is nothing", () => {
    expect([searchFilter("", ["userName"]), searchFilter("  ", ["userName"])]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
