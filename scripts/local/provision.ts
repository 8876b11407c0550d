/** Makes what a first look needs, and keeps what is there: the tenant `demo`, its SSO provider, one SCIM token. */
import { textOf, unexpected } from "./admin-api.ts";
import type { CallAdmin } from "./admin-api.ts";

const TENANT = "demo";
const PROVIDER = { scheme: "entra", profile: "entra", displayName: "Microsoft Entra ID" };

/** What an earlier start left: the token to keep, and the ids of all tokens made here that may still live. */
export interface Demo {
  readonly tenantId: string;
  readonly scimToken: string;
  readonly tokenIds: readonly string[];
}

export interface Provisioning {
  readonly call: CallAdmin;
  /** Does SCIM answer with this token? */
  readonly works: (tenantId: string, token: string) => Promise<boolean>;
  /** Keeps what was made, before anything old is deleted: an interrupted start forgets no token. */
  readonly save: (demo: Demo) => Promise<void>;
}

/** Ensures all three; a token that works is kept, any other is replaced and then deleted. */
export async function provisionDemo(
  provisioning: Provisioning,
  before: Demo | undefined,
): Promise<Demo> {
  const { call, works, save } = provisioning;
  const tenantId = await ensureTenant(call, new Set([before?.tenantId ?? TENANT, TENANT]));
  await ensureProvider(call, tenantId);
  const known = before?.tenantId === tenantId ? before : undefined;
  if (known !== undefined && (await works(tenantId, known.scimToken))) {
    const kept = { ...known, tokenIds: await deleteTokens(call, known, known.tokenIds.slice(1)) };
    await save(kept);
    return kept;
  }
  const made = await makeToken(call, tenantId);
  const old = known?.tokenIds ?? [];
  const replaced = { tenantId, scimToken: made.token, tokenIds: [made.id, ...old] };
  await save(replaced);
  const clean = { ...replaced, tokenIds: await deleteTokens(call, replaced, old) };
  await save(clean);
  return clean;
}

/** Reads what `save` wrote; undefined where it is not that. */
export function readDemo(value: Readonly<Record<string, unknown>> | undefined): Demo | undefined {
  const { tenantId, scimToken, tokenIds } = value ?? {};
  if (typeof tenantId !== "string" || typeof scimToken !== "string") return undefined;
  const ids = Array.isArray(tokenIds) ? tokenIds.filter((id) => typeof id === "string") : [];
  return { tenantId, scimToken, tokenIds: ids };
}

/** `local.json` is what people see and edit: where it is there, its tenant and token are the ones to try. */
export function demoBefore(
  local: Readonly<Record<string, unknown>> | undefined,
  saved: Demo | undefined,
): Demo | undefined {
  const shown = readDemo(local);
  if (shown === undefined) return saved;
  return { ...shown, tokenIds: saved?.tenantId === shown.tenantId ? saved.tokenIds : [] };
}

/** The first of these tenants that lives; else a new `demo`, or one with an id of its own where `demo` is used up. */
async function ensureTenant(call: CallAdmin, ids: ReadonlySet<string>): Promise<string> {
  for (const id of ids) {
    // One after the other: the second is asked for only where the first is gone.
    const found = await call({ method: "GET", path: `/tenants/${encodeURIComponent(id)}` });
    if (found.status === 200 && found.body["status"] !== "deleting") return id;
  }
  const body = { id: TENANT, displayName: "Demo" };
  const made = await call({ method: "POST", path: "/tenants", body });
  if (made.status !== 409) return textOf("POST /tenants", made, "id");
  const other = await call({ method: "POST", path: "/tenants", body: { displayName: "Demo" } });
  return textOf("POST /tenants", other, "id");
}

async function ensureProvider(call: CallAdmin, tenant: string): Promise<void> {
  const path = "/sso/providers";
  const found = await call({ method: "GET", path: `${path}/${PROVIDER.scheme}`, tenant });
  if (found.status === 200) return;
  const made = await call({ method: "POST", path, tenant, body: PROVIDER });
  if (made.status !== 201) throw unexpected(`POST ${path}`, made);
}

async function makeToken(call: CallAdmin, tenant: string): Promise<{ id: string; token: string }> {
  const body = { provider: PROVIDER.scheme, providerDisplayName: "Made by npm start" };
  const made = await call({ method: "POST", path: "/scim", tenant, body });
  return { id: textOf("POST /scim", made, "id"), token: textOf("POST /scim", made, "token") };
}

/** Deletes these tokens and gives the ids that are left. */
async function deleteTokens(
  call: CallAdmin,
  demo: Demo,
  ids: readonly string[],
): Promise<readonly string[]> {
  const answers = await Promise.all(
    ids.map((id) => call({ method: "DELETE", path: `/scim/${id}`, tenant: demo.tenantId })),
  );
  const gone = new Set(ids.filter((_, index) => [204, 404].includes(answers[index]?.status ?? 0)));
  return demo.tokenIds.filter((id) => !gone.has(id));
}
