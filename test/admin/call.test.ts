/** The API called from within, by a caller who is known already. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { callAdmin } from "../../worker/admin/call.ts";
import type { AdminReply, AdminRequest } from "../../worker/admin/call.ts";
import { newTenant } from "./api.ts";
import { storesOf } from "../support/database.ts";

const WIRING = {
  stores: storesOf(),
  writerOf: (tenant: string) => env.TENANT_WRITER.getByName(tenant),
  now: () => new Date("2026-10-02T00:00:00Z"),
  random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
};

function ask(
  tenant: string | undefined,
  request: Pick<AdminRequest, "method" | "path"> & Partial<AdminRequest>,
  wiring: typeof WIRING = WIRING,
): Promise<AdminReply> {
  return callAdmin(
    { address: "192.0.2.7", origin: "https://rollcall.test", ...request },
    {
      caller: { subject: "ada", tenant, operator: tenant === undefined },
      wiring,
      requestId: "request-7",
      defer: async (work) => void (await work),
    },
  );
}

it("answers what the API answers over HTTP", async () => {
  const { id, call } = await newTenant();
  const made = await ask(id, { method: "POST", path: "/scim", body: { provider: "entra" } });
  expect(made).toMatchObject({ ok: true, status: 200, body: { createdBy: "ada" } });
  const query = { query: "ENTRA", pageSize: "5" };
  const listed = await ask(id, { method: "GET", path: "/scim", query });
  const { body } = await call("GET", "/scim?query=ENTRA&pageSize=5");
  expect(listed).toEqual({ ok: true, status: 200, body });
  const path = `/scim/${body.items[0].id}`;
  expect(await ask(id, { method: "DELETE", path })).toEqual({
    ok: true,
    status: 204,
    body: undefined,
  });
});

it("decodes the parameters of a path", async () => {
  const { id } = await newTenant();
  const reply = await ask(id, { method: "GET", path: "/sso/providers/%65ntra" });
  expect(reply).toMatchObject({ ok: true, body: { scheme: "entra" } });
});

it.each<[string, Partial<AdminRequest>, number]>([
  ["what isn't there", { path: "/nothing" }, 404],
  ["another method", { method: "PUT", path: "/scim" }, 404],
  ["half a character", { path: "/sso/providers/%e4" }, 404],
  ["another tenant's", { path: "/scim", tenant: "other" }, 403],
  ["operators' alone", { path: "/tenants" }, 403],
  ["a query that is none", { path: "/scim", query: { page: "0" } }, 400],
  ["a body that is none", { method: "POST", path: "/scim", body: {} }, 400],
  ["what isn't the tenant's", { path: "/sso/providers/okta" }, 404],
])("refuses %s", async (_, request, status) => {
  const { id } = await newTenant();
  const reply = await ask(id, { method: "GET", path: "/", ...request });
  expect(reply).toMatchObject({ ok: false, status, body: { type: "about:blank", status } });
});

it("what nobody foresaw is in the log, and answered as such", async () => {
  const log = vi.spyOn(console, "error").mockReturnValue();
  const broken = { ...WIRING, stores: storesOf(() => expect.fail("no database")) };
  const reply = await ask("acme", { method: "GET", path: "/scim" }, broken);
  expect(reply).toMatchObject({ ok: false, status: 500, body: { requestId: "request-7" } });
  expect(JSON.stringify(reply)).not.toContain("no database");
  expect(log).toHaveBeenCalledOnce();
});

it("an operator names the tenant", async () => {
  const { id } = await newTenant();
  const reply = await ask(undefined, { method: "GET", path: "/scim", tenant: id });
  expect(reply).toMatchObject({ ok: true, body: { items: [] } });
});
