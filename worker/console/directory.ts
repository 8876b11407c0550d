/** Users and groups as an administrator reads them: by the statements of the SCIM endpoints, for a tenant that is managed. */
import type { ResourceType } from "../../schema/attribute.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { noCost } from "../execute/store.ts";
import type { Store } from "../execute/store.ts";
import { readListPage } from "../http/list-page.ts";
import { parseProjection } from "../parse/projection.ts";
import { Leniency } from "../parse/quirks.ts";
import { decodeResources } from "../plan/decode.ts";
import { planGet, shownBy } from "../plan/reads.ts";
import type { ListPage } from "../render/list.ts";
import { renderResource } from "../render/resource.ts";
import { objectRenderer } from "../render/text.ts";
import type { JsonObject } from "../scim/json.ts";
import type { ManagedTenant } from "../scim/principal.ts";
import type { ConsoleContext } from "./context.ts";
import { PageError, tenantOf, tenantPath } from "./page.ts";

/** A resource type with its pages. */
export interface Directory {
  readonly type: ResourceType;
  /** Below the tenant's path. */
  readonly path: string;
  /** In plain words, for several. */
  readonly plural: string;
  /** Attributes that plain text is looked for in. */
  readonly searched: readonly string[];
  /** Attributes that the list needs. */
  readonly listed: readonly string[];
}

export const USERS: Directory = Object.freeze({
  type: typeNamed("User"),
  path: "/users",
  plural: "users",
  searched: ["userName", "displayName", "emails.value"],
  listed: ["userName", "displayName", "name", "emails", "active", "meta"],
});

export const GROUPS: Directory = Object.freeze({
  type: typeNamed("Group"),
  path: "/groups",
  plural: "groups",
  searched: ["displayName"],
  listed: ["displayName", "externalId", "meta"],
});

function typeNamed(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`There is no resource type ${name}`);
  return type;
}

/** The page of a resource of this type; undefined where the type has none. */
export function resourcePath(tenant: string, type: string, id: string): string | undefined {
  const directory = [USERS, GROUPS].find((one) => one.type.name === type);
  return directory && `${tenantPath(tenant)}${directory.path}/${encodeURIComponent(id)}`;
}

/** Plain text as a filter: some attribute contains it. */
export function searchFilter(text: string, attributes: readonly string[]): string | undefined {
  const operand = JSON.stringify(text.trim());
  if (operand === '""') return undefined;
  return attributes.map((attribute) => `${attribute} co ${operand}`).join(" or ");
}

const PAGE_SIZE = 50;

/** @throws ScimError where the filter or the cursor is none */
export function listDirectory(
  c: ConsoleContext,
  { type, listed }: Directory,
  { filter, cursor }: { readonly filter: string | undefined; readonly cursor: string },
): Promise<ListPage> {
  const parameters = {
    filter,
    cursor,
    count: String(PAGE_SIZE),
    sortBy: undefined,
    sortOrder: undefined,
    startIndex: undefined,
    attributes: listed,
    excludedAttributes: [],
  };
  const store = storeOf(c);
  return readListPage(
    { targets: [type], parameters, leniency: new Leniency() },
    {
      claim: claimOf(c),
      types: RESOURCE_TYPES,
      base: baseOf(c),
      wiring: c.get("wiring"),
      read: (statement) => store.query(statement),
      renderer: objectRenderer,
    },
  );
}

/** Without what is stored as rows: a group's members have pages of their own. @throws PageError 404 */
export async function readResource(c: ConsoleContext, type: ResourceType): Promise<JsonObject> {
  const id = c.req.param("id") ?? "";
  const rows = type.schema.attributes.filter(({ stored }) => stored === "rows");
  const projection = parseProjection(
    type,
    [],
    rows.map(({ name }) => name),
  );
  const types = RESOURCE_TYPES;
  const found = await storeOf(c).query(planGet({ claim: claimOf(c), type, types, id, projection }));
  const [resource] = decodeResources(found, shownBy([{ type, projection }])).resources;
  if (resource === undefined) throw new PageError(404, `There is no ${type.name} ${id}.`);
  return renderResource(resource, { base: baseOf(c), types, type, projection });
}

export function storeOf(c: ConsoleContext): Store {
  return c.get("wiring").stores.storeFor(tenantOf(c), noCost());
}

/** The guard has seen that the session may. */
function claimOf(c: ConsoleContext): ManagedTenant {
  return { kind: "managed", tenant: tenantOf(c) };
}

/** The SCIM base URL of the tenant. */
export function baseOf(c: ConsoleContext): string {
  return `${new URL(c.req.url).origin}/${tenantOf(c)}/api/scim/v2`;
}
