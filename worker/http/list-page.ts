/** A page of a list, from its parameters to what is shown of it: for SCIM and for the console (RFC 7644 section 3.4.2, RFC 9865). */
import type { ResourceType } from "../../schema/attribute.ts";
import { parseListQuery } from "../parse/list-query.ts";
import type { ListParameters, ListQuery } from "../parse/list-query.ts";
import type { Leniency } from "../parse/quirks.ts";
import { decodeResources } from "../plan/decode.ts";
import type { Found } from "../plan/decode.ts";
import { planList } from "../plan/list.ts";
import { shownBy } from "../plan/reads.ts";
import type { Row, Statement } from "../plan/statement.ts";
import type { ListPage } from "../render/list.ts";
import { renderResource } from "../render/resource.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import type { StoredResource } from "../scim/resource.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import type { CursorScope } from "./cursor.ts";
import type { Wiring } from "./wiring.ts";

export interface ListPageRequest {
  /** The types that are listed. */
  readonly targets: readonly ResourceType[];
  readonly parameters: ListParameters;
  readonly leniency: Leniency;
}

export interface ListPageContext {
  readonly claim: Claim | ManagedTenant;
  /** Every type that is served. */
  readonly types: readonly ResourceType[];
  readonly base: string;
  readonly wiring: Pick<Wiring, "secret" | "now" | "random">;
  readonly read: (statement: Statement) => Promise<readonly Row[]>;
}

/** @throws the faults of `parseListQuery`, `openCursor` and `planList` */
export async function readListPage(
  { targets, parameters, leniency }: ListPageRequest,
  context: ListPageContext,
): Promise<ListPage> {
  const { claim, types, base, wiring, read } = context;
  const query = parseListQuery(targets, parameters, leniency);
  const endpoint = targets.map(({ name }) => name).join(" ");
  const { secret, now, random } = wiring;
  const scope = { secret, tenant: claim.tenant, endpoint, parameters, now: now(), random };
  const position = query.cursor ? await openCursor(query.cursor, scope) : undefined;
  const rows = await read(planList({ claim, types, base, query, position }));
  const found = decodeResources(rows, shownBy(query.targets));
  const page = position?.direction === "before" ? backward(found) : found;
  return {
    total: page.total,
    startIndex: query.startIndex,
    resources: page.resources.map((resource) => render(resource, query, context)),
    cursors: await cursorsOf(page, query, position, scope),
  };
}

function render(
  resource: StoredResource,
  { targets }: ListQuery,
  { base, types }: ListPageContext,
): JsonObject {
  const target = targets.find(({ type }) => type.name === resource.type);
  if (target === undefined)
    throw new Error(`A list holds a ${resource.type} that nobody asked for`);
  const { type, projection } = target;
  return renderResource(resource, { base, types, type, projection });
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
