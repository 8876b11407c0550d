/** Lists: of one resource type, or of all of them at the root; by GET or by a search request (RFC 7644 section 3.4). */
import type { ResourceType } from "../../schema/attribute.ts";
import { parseListQuery } from "../parse/list-query.ts";
import type { ListParameters, ListQuery } from "../parse/list-query.ts";
import { parseSearchRequest } from "../parse/search-request.ts";
import { decodeResources } from "../plan/decode.ts";
import type { Found } from "../plan/decode.ts";
import { planList } from "../plan/list.ts";
import { shownBy } from "../plan/reads.ts";
import { renderList } from "../render/list.ts";
import { renderResource } from "../render/resource.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import type { JsonObject } from "../scim/json.ts";
import type { StoredResource } from "../scim/resource.ts";
import { claimOf, readRows } from "./access.ts";
import type { ScimContext } from "./context.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import type { CursorScope } from "./cursor.ts";
import { readBody, scimResponse } from "./media.ts";
import { readListParameters } from "./query.ts";

/** GET: the query is in the URL. */
export async function listResources(
  c: ScimContext,
  types: readonly ResourceType[],
): Promise<Response> {
  return list(c, types, readListParameters(c));
}

/** POST to `/.search`: the query is in the body, where it can be long and stays out of logs. */
export async function searchResources(
  c: ScimContext,
  types: readonly ResourceType[],
): Promise<Response> {
  return list(c, types, parseSearchRequest(await readBody(c), c.get("leniency")));
}

async function list(
  c: ScimContext,
  types: readonly ResourceType[],
  parameters: ListParameters,
): Promise<Response> {
  const query = parseListQuery(types, parameters, c.get("leniency"));
  const scope = cursorScope(c, types, parameters);
  const position = query.cursor ? await openCursor(query.cursor, scope) : undefined;
  const request = {
    claim: claimOf(c),
    types: c.get("types"),
    base: c.get("base"),
    query,
    position,
  };
  const found = decodeResources(await readRows(c, planList(request)), shownBy(query.targets));
  const page = position?.direction === "before" ? backward(found) : found;
  const resources = page.resources.map((resource) => render(c, resource, query));
  const cursors = await cursorsOf(page, query, position, scope);
  const { startIndex } = query;
  return scimResponse(renderList({ total: page.total, startIndex, resources, cursors }), {
    status: 200,
  });
}

function render(c: ScimContext, resource: StoredResource, query: ListQuery): JsonObject {
  const target = query.targets.find(({ type }) => type.name === resource.type);
  if (target === undefined)
    throw new Error(`A list holds a ${resource.type} that nobody asked for`);
  const { type, projection } = target;
  return renderResource(resource, { base: c.get("base"), types: c.get("types"), type, projection });
}

function cursorScope(
  c: ScimContext,
  types: readonly ResourceType[],
  parameters: ListParameters,
): CursorScope {
  const { secret, now, random } = c.get("wiring");
  const endpoint = types.map(({ name }) => name).join(" ");
  return { secret, tenant: claimOf(c).tenant, endpoint, parameters, now: now(), random };
}

/** A page before a cursor was read from its end. */
function backward(found: Found): Found {
  const { resources, keys } = found;
  return { ...found, resources: resources.toReversed(), keys: keys.toReversed() };
}

interface Cursors {
  readonly nextCursor?: string;
  readonly previousCursor?: string;
}

/** Undefined where the list is paged by index. */
async function cursorsOf(
  { resources, keys, more }: Found,
  query: ListQuery,
  from: CursorPosition | undefined,
  scope: CursorScope,
): Promise<Cursors | undefined> {
  if (query.cursor === undefined) return undefined;
  const at = async (index: number, direction: CursorPosition["direction"]): Promise<string> => {
    const { type = "", id = "" } = resources.at(index) ?? {};
    return sealCursor({ direction, type, id, key: keys.at(index) ?? null }, scope);
  };
  const isBackward = from?.direction === "before";
  const hasNext = resources.length > 0 && (isBackward || more);
  const hasPrevious = resources.length > 0 && (isBackward ? more : from !== undefined);
  return {
    ...(hasNext && { nextCursor: await at(-1, "after") }),
    ...(hasPrevious && { previousCursor: await at(0, "before") }),
  };
}
