/** A page of a list, from its parameters to what is shown of it: for SCIM and for the console (RFC 7644 section 3.4.2, RFC 9865). */
import type { ResourceType } from "../../schema/attribute.ts";
import { parseListQuery } from "../parse/list-query.ts";
import type { ListParameters, ListQuery } from "../parse/list-query.ts";
import type { Leniency } from "../parse/quirks.ts";
import { decodeTexts } from "../plan/decode.ts";
import type { Found } from "../plan/decode.ts";
import { planList } from "../plan/list.ts";
import { shownBy } from "../plan/reads.ts";
import type { Row, Statement } from "../plan/statement.ts";
import type { ListPage } from "../render/list.ts";
import type { RenderContext } from "../render/resource.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import type { ResourceText } from "../scim/resource.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import type { CursorScope } from "./cursor.ts";
import type { Wiring } from "./wiring.ts";

export interface ListPageRequest {
  /** The types that are listed. */
  readonly targets: readonly ResourceType[];
  readonly parameters: ListParameters;
  readonly leniency: Leniency;
}

export interface ListPageContext<Shown> {
  readonly claim: Claim | ManagedTenant;
  /** Every type that is served. */
  readonly types: readonly ResourceType[];
  readonly base: string;
  readonly wiring: Pick<Wiring, "secret" | "now" | "random">;
  readonly read: (statement: Statement) => Promise<readonly Row[]>;
  /** `textRenderer` or `objectRenderer`. */
  readonly renderer: (context: RenderContext) => (resource: ResourceText) => Shown;
}

/** @throws the faults of `parseListQuery`, `openCursor` and `planList` */
export async function readListPage<Shown>(
  { targets, parameters, leniency }: ListPageRequest,
  context: ListPageContext<Shown>,
): Promise<ListPage<Shown>> {
  const { claim, types, base, wiring, read } = context;
  const query = parseListQuery(targets, parameters, leniency);
  const endpoint = targets.map(({ name }) => name).join(" ");
  const { secret, now, random } = wiring;
  const scope = { secret, tenant: claim.tenant, endpoint, parameters, now: now(), random };
  const position = query.cursor ? await openCursor(query.cursor, scope) : undefined;
  const rows = await read(planList({ claim, types, base, query, position }));
  const found = decodeTexts(rows, shownBy(query.targets));
  const page = position?.direction === "before" ? backward(found) : found;
  return {
    total: page.total,
    startIndex: query.startIndex,
    resources: page.resources.map(rendererOf(query, context)),
    cursors: await cursorsOf(page, query, position, scope),
  };
}

/** Renders resources of each type by its own projection. */
function rendererOf<Shown>(
  { targets }: ListQuery,
  { base, types, renderer }: ListPageContext<Shown>,
): (resource: ResourceText) => Shown {
  const byType = new Map(
    targets.map((target) => [target.type.name, renderer({ base, types, ...target })]),
  );
  return (resource) => {
    const render = byType.get(resource.type);
    if (render === undefined)
      throw new Error(`A list holds a ${resource.type} that nobody asked for`);
    return render(resource);
  };
}

/** A page before a cursor was read from its end. */
function backward(found: Found<ResourceText>): Found<ResourceText> {
  const { resources, keys } = found;
  return { ...found, resources: resources.toReversed(), keys: keys.toReversed() };
}

interface Cursors {
  readonly nextCursor?: string;
  readonly previousCursor?: string;
}

/** Undefined where the list is paged by index. */
async function cursorsOf(
  { resources, keys, more }: Found<ResourceText>,
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
