/** Placing tenants by hand: only empty ones, only where there is a database, and as often as one likes. */
import { describe, expect, it } from "vitest";
import { accessToken, manage } from "../support/admin.ts";
import { databaseOf } from "../support/database.ts";
import { addToken, makeTenant } from "../support/tenant.ts";
import { OPEN, SHARDS, newTenant, place, rowsIn } from "./placed.ts";

describe("placement", () => {
  it.each(SHARDS)(
    "moves an empty tenant to %s and back, with what was done to it",
    async (shard) => {
      const id = await newTenant();
      await databaseOf(OPEN.main)
        .prepare(
          "INSERT INTO audit VALUES (?, 'a1', '2026', 'ada', NULL, 'POST /tenants', 'tenants', '{}')",
        )
        .bind(id)
        .run();
      await manage("PATCH", `/tenants/${id}`, { body: { status: "suspended" } });
      const placed = await place(id, shard);
      expect([placed.status, placed.body]).toMatchObject([
        200,
        { id, shard, status: "suspended", displayName: "Placed" },
      ]);
      expect(await rowsIn("main", id)).toEqual({ tenants: 1 });
      expect(await rowsIn(shard, id)).toEqual({ tenants: 1, writers: 1, audit: 1 });
      expect((await place(id, shard)).body).toEqual(placed.body);
      const back = await place(id, null);
      expect(back.body).toMatchObject({ id, shard: null, status: "suspended" });
      expect(await rowsIn("main", id)).toEqual({ tenants: 1, writers: 1, audit: 1 });
      expect(await rowsIn(shard, id)).toEqual({});
    },
  );

  it("is shown with the tenant, and in the list", async () => {
    const id = await newTenant();
    await place(id, "far");
    expect((await manage("GET", `/tenants/${id}`)).body.shard).toBe("far");
    const { body } = await manage("GET", "/tenants?pageSize=100");
    const shown = body.items.find((one: { id: string }) => one.id === id);
    expect(shown).toMatchObject({ shard: "far", status: "active" });
  });

  it("is refused where there is data, and leaves all as it was", async () => {
    const { id } = await makeTenant();
    await addToken(id, `rcs_${id}_x`);
    const before = await rowsIn("main", id);
    const { status, body } = await place(id, "eu");
    expect([status, body.detail]).toEqual([409, expect.stringContaining("has data")]);
    expect([await rowsIn("main", id), await rowsIn("eu", id)]).toEqual([before, {}]);
  });

  it("is refused where the data is on a shard", async () => {
    const id = await newTenant();
    await place(id, "eu");
    await manage("POST", "/sso/providers", { tenant: id, body: { scheme: "idp" } });
    for (const to of ["far", null]) expect((await place(id, to)).status).toBe(409);
    expect(await rowsIn("eu", id)).toEqual({ tenants: 1, writers: 1, sso_providers: 1, audit: 1 });
    // The audit log is carried before the tenant is, and what was carried stays.
    const [main, far] = [await rowsIn("main", id), await rowsIn("far", id)];
    expect([main, far]).toEqual([{ tenants: 1, audit: 1 }, {}]);
  });

  it("goes on where it was cut short", async () => {
    const id = await newTenant();
    await place(id, "eu");
    // The shard has forgotten the tenant, and the main database was not told.
    const shard = databaseOf(OPEN.eu);
    for (const table of ["tenants", "writers"])
      await shard.prepare(`DELETE FROM ${table} WHERE tenant_id = ?`).bind(id).run();
    expect((await place(id, "far")).body.shard).toBe("far");
    expect(await rowsIn("far", id)).toEqual({ tenants: 1, writers: 1 });
  });

  it.each<[number, string, unknown]>([
    [400, "a shard that there isn't", { shard: "mars" }],
    [400, "no shard", {}],
    [400, "something else", { shard: 5 }],
  ])("answers %d to %s", async (expected, _name, body) => {
    const id = await newTenant();
    const path = `/tenants/${id}/placement`;
    const answer = await manage("POST", path, { body: body as Record<string, string> });
    expect([answer.status, answer.body.detail]).toEqual([
      expected,
      expect.stringContaining("shard"),
    ]);
  });

  it("is for tenants that are there, and for operators", async () => {
    expect((await place("t-nobody", "eu")).status).toBe(404);
    const id = await newTenant();
    const token = await accessToken({ scope: "services.iam", tenant_id: id });
    const path = `/tenants/${id}/placement`;
    expect((await manage("POST", path, { token, body: { shard: "eu" } })).status).toBe(403);
    await manage("DELETE", `/tenants/${id}`);
    expect((await place(id, "eu")).status).toBe(404);
  });
});
