/** A list: which resources, in which order, which page of them, and how many there are (RFC 7644 section 3.4.2, RFC 9865). */
import type { ResourceType } from "../../schema/attribute.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import type { ListQuery, ListTarget } from "../parse/list-query.ts";
import { CLAIMED_TENANT, claimTable } from "./claim.ts";
import { lookupOf, pageByLookup } from "./lookup.ts";
import { literal } from "./locate.ts";
import type { Scope } from "./locate.ts";
import { operandsFor } from "./operands.ts";
import type { Operands } from "./operands.ts";
import { afterPosition, orderBy, sortKey } from "./order.ts";
import { selectResources, shownBy } from "./reads.ts";
import type { Page } from "./reads.ts";
import { resolveFilter } from "./resolve.ts";
import { startTable } from "./runs.ts";
import { rowLimit, sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";
import type { TypedFilter } from "./typed-filter.ts";
import { whereFilter } from "./where.ts";

export interface ListRequest {
  readonly claim: Claim | ManagedTenant;
  readonly types: readonly ResourceType[];
  readonly base: string;
  readonly query: ListQuery;
  /** Where a page by cursor starts; undefined for its first page. */
  readonly position: CursorPosition | undefined;
}

/** @throws invalidFilter, invalidPath */
export function planList(request: ListRequest): Statement {
  const { types, query } = request;
  return statement(selectResources(pageOf(request), shownBy(query.targets), types));
}

function pageOf(request: ListRequest): Page {
  const { claim, query } = request;
  const planned = query.targets.map((target): PlannedTarget => {
    const scope = {
      type: target.type,
      types: request.types,
      tenant: CLAIMED_TENANT,
      base: request.base,
    };
    const filter = target.filter && resolveFilter(target.filter, target.type);
    return { target, scope, filter };
  });
  const [only] = planned;
  const isPlain = planned.length === 1 && !query.isSorted && query.cursor === undefined;
  if (only === undefined || !isPlain) return pageByCondition(request, planned);
  if (only.filter === undefined) return pageByPosition(claim, only.target.type, query);
  const lookup = query.startIndex === 1 && query.count > 0 ? lookupOf(only.filter) : undefined;
  if (lookup === undefined) return pageByCondition(request, planned);
  return pageByLookup(claim, only.target.type, lookup, query.count);
}

/** Every resource of a type in the order of creation: the runs of `positions` find the page, `writers` knows the total. */
function pageByPosition(
  claim: ListRequest["claim"],
  type: ResourceType,
  { startIndex, count }: ListQuery,
): Page {
  const name = literal(type.name);
  const skip = startIndex - 1;
  const all = sql`SELECT r.*, NULL AS sort_key, NULL AS token, NULL AS total FROM resources r
    WHERE r.tenant_id = ${CLAIMED_TENANT} AND r.type = ${name}`;
  const head = { total: totalOf([type]), most: undefined };
  if (skip === 0) {
    return {
      tables: claimTable(claim),
      rows: sql`${all} ORDER BY r.id LIMIT ${rowLimit(count)}`,
      head,
    };
  }
  return {
    tables: sql`${claimTable(claim)} ${startTable(CLAIMED_TENANT, name, skip)}`,
    rows: sql`${all} AND r.id >= (SELECT first_id FROM start) ORDER BY r.id
      LIMIT ${rowLimit(count)} OFFSET ifnull((SELECT rest FROM start), 0)`,
    head,
  };
}

/** The number of all resources of these types. */
function totalOf(types: readonly ResourceType[]): SQL {
  const counts = types.map(
    ({ name }) => sql`ifnull(json_extract(w.totals, ${literal(`$."${name}"`)}), 0)`,
  );
  return sql`(SELECT ${sql.join(counts, sql` + `)} FROM writers w WHERE w.tenant_id = c.tenant_id)`;
}

interface PlannedTarget {
  readonly target: ListTarget;
  readonly scope: Scope;
  readonly filter: TypedFilter | undefined;
}

/**
 * The total of a filtered list is known without counting where the page isn't full; else it is a second look at the same
 * condition, a scan where no index serves it.
 */
function pageByCondition(
  { claim, query, position }: ListRequest,
  planned: readonly PlannedTarget[],
): Page {
  const operands = operandsFor(planned.map(({ filter }) => filter));
  const matching = sql`FROM resources r WHERE r.tenant_id = ${CLAIMED_TENANT} AND ${conditionOf(planned, operands)}`;
  const order = {
    key: query.isSorted
      ? sortKey(planned.map(({ target, scope }) => ({ by: target.sortBy, scope })))
      : undefined,
    isDescending: query.isDescending,
    isBackward: position?.direction === "before",
    isMixed: planned.length > 1,
  };
  const { count } = query;
  const isByCursor = query.cursor !== undefined;
  const skip = isByCursor ? 0 : query.startIndex - 1;
  const start = position === undefined ? sql`` : sql`AND ${afterPosition(position, order)}`;
  const isWhole = planned.every(({ filter }) => filter === undefined);
  const total = isWhole
    ? totalOf(planned.map(({ target }) => target.type))
    : sql`CASE WHEN ${isTold(query, position)} THEN ${skip} + (SELECT count(*) FROM page)
      ELSE (SELECT count(*) FROM (SELECT 1 ${matching})) END`;
  return {
    tables: sql`${claimTable(claim)} ${operands.table()}`,
    rows: sql`SELECT r.*, ${order.key ?? sql`NULL`} AS sort_key, NULL AS token, NULL AS total ${matching} ${start}
      ORDER BY ${orderBy(order)} LIMIT ${rowLimit(isByCursor ? count + 1 : count)} OFFSET ${skip}`,
    head: { total, most: isByCursor ? count : undefined },
  };
}

/** Does the page tell the total: it begins with the first resource or shows some, and has room left? By cursor it is one longer. */
function isTold(
  { cursor, startIndex, count }: ListQuery,
  position: CursorPosition | undefined,
): SQL {
  const shown = sql`(SELECT count(*) FROM page)`;
  if (cursor !== undefined) return position === undefined ? sql`${shown} <= ${count}` : sql`0`;
  return startIndex === 1 ? sql`${shown} < ${count}` : sql`${shown} BETWEEN 1 AND ${count - 1}`;
}

/** One type's condition, or those of several side by side. */
function conditionOf(planned: readonly PlannedTarget[], operands: Operands): SQL {
  const conditions = planned.map(({ target, scope, filter }) => {
    const name = literal(target.type.name);
    if (filter === undefined) return sql`r.type = ${name}`;
    return sql`r.type = ${name} AND ${whereFilter(filter, scope, operands)}`;
  });
  const [first] = conditions;
  if (first !== undefined && conditions.length === 1) return first;
  return sql`(${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    sql` OR `,
  )})`;
}
