/** From a running Worker to `local.json`: access token, demo tenant, SCIM token, addresses. */
import { defaultClaims, isFresh, signAccessToken } from "./access-token.ts";
import { adminApi } from "./admin-api.ts";
import type { SigningKey } from "./keys.ts";
import { demoBefore, provisionDemo, readDemo } from "./provision.ts";
import { ADMIN_AUDIENCE, LINK_AUDIENCE } from "./settings.ts";
import { readObject, writePrivate } from "./state.ts";
import type { LocalFile, StateFiles } from "./state.ts";

export interface Before {
  /** The `local.json` of an earlier start. */
  readonly local: Readonly<Record<string, unknown>> | undefined;
}

/** Provisions through the management API at this origin. */
export async function makeLocalFile(
  origin: string,
  files: StateFiles,
  key: SigningKey,
  before: Before,
): Promise<LocalFile> {
  const adminBaseUrl = `${origin}/core/iam/v1`;
  const adminToken = await adminTokenOf(key, before.local?.["adminToken"]);
  const provisioning = {
    call: adminApi(adminBaseUrl, adminToken),
    works: (tenantId: string, token: string) => works(scimBaseUrlOf(origin, tenantId), token),
    save: (demo: object) => writePrivate(files.demo, jsonOf(demo)),
  };
  const saved = readDemo(await readObject(files.demo));
  const demo = await provisionDemo(provisioning, demoBefore(before.local, saved));
  return {
    origin,
    tenantId: demo.tenantId,
    scimBaseUrl: scimBaseUrlOf(origin, demo.tenantId),
    scimToken: demo.scimToken,
    adminBaseUrl,
    adminToken,
    consoleUrl: await consoleUrlOf(origin, key, before.local?.["consoleUrl"]),
  };
}

/** The link that signs in with one click: the earlier one while it is far from its end. */
async function consoleUrlOf(origin: string, key: SigningKey, earlier: unknown): Promise<string> {
  const url = new URL("/console/sign-in", origin);
  const now = Date.now();
  const [, link = ""] = /[?&]link=([^&]+)/.exec(typeof earlier === "string" ? earlier : "") ?? [];
  const isKept = await isFresh(key, link, { now, audience: LINK_AUDIENCE });
  const claims = { ...defaultClaims(now), aud: LINK_AUDIENCE };
  url.searchParams.set("link", isKept ? link : await signAccessToken(key, claims));
  return url.href;
}

export function jsonOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function scimBaseUrlOf(origin: string, tenantId: string): string {
  return `${origin}/${tenantId}/api/scim/v2`;
}

/** The earlier token while it is far from its end; else a new one. */
async function adminTokenOf(key: SigningKey, earlier: unknown): Promise<string> {
  const now = Date.now();
  if (
    typeof earlier === "string" &&
    (await isFresh(key, earlier, { now, audience: ADMIN_AUDIENCE }))
  )
    return earlier;
  return signAccessToken(key, defaultClaims(now));
}

async function works(scimBaseUrl: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${scimBaseUrl}/Users?count=1`, { headers });
  await response.arrayBuffer();
  return response.status === 200;
}
