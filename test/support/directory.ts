/** A tenant with something of everything in it that a request of another's could reach, and requests that would reach it. */
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import type { Json } from "../../worker/scim/json.ts";
import { makeClient } from "./oauth.ts";
import type { TestClient } from "./oauth.ts";
import { group, makeTenant, user } from "./tenant.ts";
import type { Tenant } from "./tenant.ts";

export interface Directory {
  readonly tenant: Tenant;
  /** Ids by the name of their resource type. */
  readonly ids: Readonly<Record<string, string>>;
  readonly client: TestClient;
  readonly secret: string;
}

export const SECRET_NAME = "nobody-else-knows";

/** Two users, one of them the other's manager, in a group that is in a group; an OAuth client. */
export async function makeDirectory(): Promise<Directory> {
  const tenant = await makeTenant();
  const { body: head } = await tenant.post("/Users", user(`head@${SECRET_NAME}.test`));
  const more = { ...ENTERPRISE(head.id), externalId: SECRET_NAME };
  const { body: one } = await tenant.post("/Users", user(`one@${SECRET_NAME}.test`, more));
  const { body: inner } = await tenant.post("/Groups", group(SECRET_NAME, [one.id, head.id]));
  await tenant.post("/Groups", group(`${SECRET_NAME} too`, [inner.id]));
  const client = await makeClient(tenant.id);
  const { secret } = await client.addSecret();
  return { tenant, ids: { User: one.id, Group: inner.id }, client, secret };
}

const URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const ENTERPRISE = (manager: string): Record<string, Json> => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", URN],
  [URN]: { manager: { value: manager } },
});

const messages = (name: string): string => `urn:ietf:params:scim:api:messages:2.0:${name}`;

/** A resource of each type that could be created, and take another's place. */
const RESOURCES: Readonly<Record<string, () => Json>> = {
  User: () => user(`${crypto.randomUUID()}@new.test`),
  Group: () => group(crypto.randomUUID()),
};

const PATCH: Json = {
  schemas: [messages("PatchOp")],
  Operations: [{ op: "replace", path: "displayName", value: "patched" }],
};

/** A body with which the request would do what it is for; undefined where it takes none. */
export function bodyFor(
  method: string,
  path: string,
  ids: Readonly<Record<string, string>>,
): Json | undefined {
  if (!["POST", "PUT", "PATCH"].includes(method)) return undefined;
  if (path.endsWith("/.search")) return { schemas: [messages("SearchRequest")] };
  if (path === "/Bulk") {
    const changes = RESOURCE_TYPES.map(({ name, endpoint }) => ({
      method: "PATCH",
      path: `${endpoint}/${ids[name]}`,
      data: PATCH,
    }));
    return { schemas: [messages("BulkRequest")], Operations: changes };
  }
  const type = RESOURCE_TYPES.find(({ endpoint }) => path.startsWith(endpoint));
  if (method === "PATCH") return PATCH;
  return type === undefined ? {} : (RESOURCES[type.name]?.() ?? {});
}

/** A path of the app with this tenant and its resources in the place of its parameters. */
export function fillPath(
  pattern: string,
  tenant: string,
  ids: Readonly<Record<string, string>>,
): string {
  const [type] = RESOURCE_TYPES;
  const named = RESOURCE_TYPES.find(({ endpoint }) => pattern.endsWith(`${endpoint}/:id`));
  const described = pattern.endsWith("/Schemas/:id") ? type?.schema.id : type?.name;
  const id = named === undefined ? described : ids[named.name];
  return pattern.replace(":tenant", tenant).replace(":id", id ?? "");
}
