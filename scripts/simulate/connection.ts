/** A connection of the local Rollcall with the profile of one's choice, made through its management API. */
import { adminApi, textOf, unexpected, type CallAdmin } from "../local/admin-api.ts";
import { Refusal, readStatePath } from "../local/settings.ts";
import { readObject, stateFiles } from "../local/state.ts";
import { WRONG_USE, type Target } from "./options.ts";

export interface Connection {
  readonly target: Target;
  /** Deletes the token; the SSO provider stays for the next time. */
  readonly close: () => Promise<void>;
}

/** Finds or makes the SSO provider whose scheme and profile have this name, and makes a token of its own. */
export async function openConnection(
  env: Readonly<Record<string, string | undefined>>,
  profile: string,
): Promise<Connection> {
  const { local } = stateFiles(readStatePath(env));
  const { scimBaseUrl, adminBaseUrl, adminToken, tenantId } = (await readObject(local)) ?? {};
  if (
    typeof scimBaseUrl !== "string" ||
    typeof adminBaseUrl !== "string" ||
    typeof adminToken !== "string" ||
    typeof tenantId !== "string"
  ) {
    throw new Refusal(`${local} names no management API: run npm start first.`, WRONG_USE);
  }
  const call = adminApi(adminBaseUrl, adminToken);
  await ensureProvider(call, tenantId, profile);
  const body = { provider: profile, providerDisplayName: "Made by npm run simulate" };
  const made = await call({ method: "POST", path: "/scim", tenant: tenantId, body });
  const id = textOf("POST /scim", made, "id");
  return {
    target: { base: scimBaseUrl, token: textOf("POST /scim", made, "token") },
    close: async () => {
      const path = `/scim/${encodeURIComponent(id)}`;
      const gone = await call({ method: "DELETE", path, tenant: tenantId });
      if (gone.status !== 204) throw unexpected(`DELETE ${path}`, gone);
    },
  };
}

async function ensureProvider(call: CallAdmin, tenant: string, profile: string): Promise<void> {
  const path = `/sso/providers/${encodeURIComponent(profile)}`;
  const found = await call({ method: "GET", path, tenant });
  if (found.status === 200) {
    if (found.body["profile"] === profile) return;
    const other = JSON.stringify(found.body["profile"]);
    throw new Refusal(`The SSO provider ${profile} has the profile ${other}.`, WRONG_USE);
  }
  const body = { scheme: profile, profile, displayName: `Simulated, ${profile}` };
  const made = await call({ method: "POST", path: "/sso/providers", tenant, body });
  if (made.status === 400) throw new Refusal(`--connection ${profile} is refused.`, WRONG_USE);
  // Another run may have made it in between.
  if (made.status !== 201 && made.status !== 409) throw unexpected("POST /sso/providers", made);
}
