/** A tenant for fuzzing, in the Rollcall that runs here: a generic and a strict connection, by both forms of base URL. */
import { adminApi, textOf } from "../local/admin-api.ts";
import { Refusal, readStatePath } from "../local/settings.ts";
import { readObject, stateFiles } from "../local/state.ts";

export interface FuzzTarget {
  readonly base: string;
  readonly token: string;
}

export interface FuzzTargets {
  readonly targets: readonly FuzzTarget[];
  /** Deletes the tenant. */
  readonly close: () => Promise<void>;
}

export async function openTargets(
  env: Readonly<Record<string, string | undefined>>,
): Promise<FuzzTargets> {
  const local = (await readObject(stateFiles(readStatePath(env)).local)) ?? {};
  const { origin, adminBaseUrl, adminToken } = local;
  if (
    typeof origin !== "string" ||
    typeof adminBaseUrl !== "string" ||
    typeof adminToken !== "string"
  ) {
    throw new Refusal("No Rollcall runs here: start one with npm start or npm run serve.");
  }
  const call = adminApi(adminBaseUrl, adminToken);
  const made = await call({ method: "POST", path: "/tenants", body: { displayName: "Fuzzing" } });
  const tenant = textOf("POST /tenants", made, "id");
  const targets: FuzzTarget[] = [];
  for (const profile of ["generic", "strict"]) {
    await call({
      method: "POST",
      path: "/sso/providers",
      tenant,
      body: { scheme: profile, profile },
    });
    const answer = await call({
      method: "POST",
      path: "/scim",
      tenant,
      body: { provider: profile },
    });
    const token = textOf("POST /scim", answer, "token");
    targets.push(
      { base: `${origin}/${tenant}/api/scim/v2`, token },
      { base: `${origin}/core/iam/v1/scim`, token },
    );
  }
  return {
    targets,
    close: async () => {
      await call({ method: "DELETE", path: `/tenants/${tenant}` });
    },
  };
}
