/** A connection's profile is suggested by what its IdP says of itself on the wire. */
import { expect, it } from "vitest";
import { manage } from "../support/admin.ts";
import { ORIGIN, clientOf } from "../support/tenant.ts";

it.each([
  ["Okta SCIM Client 1.0.0", "okta"],
  ["OKTA SCIM Integration", "okta"],
  ["Google-Auto-Provisioning", "google"],
  [null, "entra"],
  ["curl/8.5.0", null],
])("User-Agent %j looks like %s", async (userAgent, expected) => {
  const { id } = (await manage("POST", "/tenants", { body: { displayName: "Seen" } })).body;
  const made = await manage("POST", "/sso/providers", { tenant: id, body: { scheme: "idp" } });
  expect(made.body).toMatchObject({ profile: "generic", suggestedProfile: null });
  const { token } = (await manage("POST", "/scim", { tenant: id, body: { provider: "idp" } })).body;
  const client = clientOf(id, token, `${ORIGIN}/${id}/api/scim/v2`);
  await client.get("/Users", userAgent === null ? {} : { "User-Agent": userAgent });
  const suggested = async (): Promise<unknown> =>
    (await manage("GET", "/sso/providers/idp", { tenant: id })).body.suggestedProfile;
  await expect.poll(suggested).toBe(expected);
});
