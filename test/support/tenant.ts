/** A tenant of a test's own, with a connection and a token, and a client that speaks SCIM to the Worker. */
import type { Profile } from "../../schema/provider.ts";
import { hashToken, makeToken } from "../../worker/auth/bearer.ts";
import { throughDoor } from "./door.ts";
import type { Json } from "../../worker/scim/json.ts";
import { DB } from "./database.ts";

export const ORIGIN = "https://rollcall.test";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; undefined where there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly body: any;
}

export interface Tenant {
  readonly id: string;
  readonly base: string;
  readonly token: string;
  request(
    method: string,
    path: string,
    body?: Json | string,
    headers?: HeadersInit,
  ): Promise<Answer>;
  get(path: string, headers?: HeadersInit): Promise<Answer>;
  post(path: string, body: Json): Promise<Answer>;
  put(path: string, body: Json): Promise<Answer>;
  patch(path: string, operations: Json): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

const AT = "2026-01-01T00:00:00.000Z";

export async function makeTenant(
  profile: Profile = "generic",
  id = `t-${crypto.randomUUID()}`,
): Promise<Tenant> {
  const token = makeToken(id, crypto.getRandomValues(new Uint8Array(32)));
  await DB.batch([
    DB.prepare(
      "INSERT INTO tenants (tenant_id, display_name, status, created, last_modified) VALUES (?, 'Test', 'active', ?, ?)",
    ).bind(id, AT, AT),
    DB.prepare("INSERT INTO writers VALUES (?, 0, 1, '{}', '')").bind(id),
    DB.prepare(
      "INSERT INTO sso_providers (tenant_id, scheme, display_name, enabled, type, profile, properties, created, last_modified) VALUES (?, 'idp', 'IdP', 1, 'oidc', ?, '{}', ?, ?)",
    ).bind(id, profile, AT, AT),
  ]);
  await addToken(id, token);
  return clientOf(id, token, `${ORIGIN}/${id}/api/scim/v2`);
}

export async function addToken(
  tenant: string,
  token: string,
  scope: "provision" | "read" = "provision",
): Promise<void> {
  await DB.prepare(
    `INSERT INTO scim_tokens (tenant_id, hash, id, provider, display_name, display_prefix, scope, created, created_by, last_used)
     VALUES (?, ?, ?, 'idp', 'IdP', 'rcs', ?, ?, 'test', ?)`,
  )
    .bind(tenant, await hashToken(token), crypto.randomUUID(), scope, AT, new Date().toISOString())
    .run();
}

export function clientOf(id: string, token: string, base: string): Tenant {
  const request: Tenant["request"] = async (method, path, body, headers) => {
    const response = await throughDoor(
      new Request(`${base}${path}`, {
        method,
        headers: withDefaults(headers, {
          Authorization: `Bearer ${token}`,
          ...(body !== undefined && { "Content-Type": "application/scim+json" }),
        }),
        ...(body !== undefined && {
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  return {
    id,
    base,
    token,
    request,
    get: (path, headers) => request("GET", path, undefined, headers),
    post: (path, body) => request("POST", path, body),
    put: (path, body) => request("PUT", path, body),
    patch: (path, operations) =>
      request("PATCH", path, {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        Operations: operations,
      }),
    delete: (path) => request("DELETE", path),
  };
}

/** Headers, with these where they say nothing, whatever the case of their names. */
function withDefaults(headers: HeadersInit | undefined, defaults: Record<string, string>): Headers {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(defaults)) {
    if (!all.has(name)) all.set(name, value);
  }
  return all;
}

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

export function user(userName: string, more: Record<string, Json> = {}): Record<string, Json> {
  return { schemas: [USER], userName, ...more };
}

export function group(displayName: string, members: readonly string[] = []): Record<string, Json> {
  return { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) };
}
