import { describe, expect, it } from "vitest";
import { sha256Of } from "../../worker/auth/digest.ts";
import { call, newTenant, OPERATOR } from "./api.ts";
import type { Reply } from "./api.ts";
import { DB } from "../support/database.ts";

function operate(method: string, path: string, body?: unknown): Promise<Reply> {
  return call(method, path, { as: OPERATOR, body });
}

describe("a set-up link", () => {
  it("is shown once, and kept as a hash", async () => {
    const { id } = await newTenant();
    const path = `/tenants/${id}/setup-links`;
    const { status, headers, body } = await operate("POST", path, {});
    expect([status, headers.get("location"), headers.get("cache-control")]).toEqual([
      201,
      `/core/iam/v1${path}/${body.id}`,
      "no-store",
    ]);
    const [, tenant, secret = ""] =
      /^http:\/\/localhost\/console\/setup\/([^.]+)\.([0-9a-f]{64})$/.exec(body.url) ?? [];
    expect(tenant).toBe(id);
    const row = DB.prepare("SELECT * FROM setup_links WHERE tenant_id = ?").bind(id);
    const kept = await row.first<Record<string, string | null>>();
    expect(kept).toEqual({
      tenant_id: id,
      hash: await sha256Of(secret),
      id: body.id,
      created: expect.stringMatching(/^2026-10-01T12:/),
      created_by: "ada",
      expires_at: body.expiresAt,
      used_at: null,
    });
    const hours = (Date.parse(body.expiresAt) - Date.parse(kept?.["created"] ?? "")) / 3_600_000;
    expect(hours).toBe(72);
  });

  it("is listed without its secret, newest first, and deleted", async () => {
    const { id } = await newTenant();
    const path = `/tenants/${id}/setup-links`;
    const first = (await operate("POST", path, { expiresIn: 1 })).body;
    const second = (await operate("POST", path, { expiresIn: 720 })).body;
    await DB.prepare("UPDATE setup_links SET used_at = '2026-10-01T13:00:00.000Z' WHERE id = ?")
      .bind(first.id)
      .run();
    const { body } = await operate("GET", path);
    expect(body).toMatchObject({
      items: [
        { id: second.id, createdBy: "ada", expiresAt: second.expiresAt, usedAt: null },
        { id: first.id, usedAt: "2026-10-01T13:00:00.000Z" },
      ],
      totalCount: 2,
    });
    expect((await operate("DELETE", `${path}/${first.id}`)).status).toBe(204);
    expect((await operate("DELETE", `${path}/${first.id}`)).status).toBe(404);
    expect((await operate("GET", path)).body.totalCount).toBe(1);
  });

  it.each([0, 721, 1.5, "72", null, -1])("is not good for %j hours", async (expiresIn) => {
    const { id } = await newTenant();
    const reply = await operate("POST", `/tenants/${id}/setup-links`, { expiresIn });
    expect([reply.status, reply.body.errors[0].attribute]).toEqual([400, "expiresIn"]);
  });

  it("is of a tenant that stands", async () => {
    const [gone, other] = [await newTenant(), await newTenant()];
    const link = (await operate("POST", `/tenants/${gone.id}/setup-links`, {})).body;
    expect((await operate("DELETE", `/tenants/${other.id}/setup-links/${link.id}`)).status).toBe(
      404,
    );
    await operate("DELETE", `/tenants/${gone.id}`);
    expect((await operate("POST", `/tenants/${gone.id}/setup-links`, {})).status).toBe(404);
    expect((await operate("GET", `/tenants/${gone.id}/setup-links`)).status).toBe(404);
  });
});
