/** A list: which resources, in which order, which page of them, and how many there are (RFC 7644 section 3.4.2, RFC 9865). */
import type { ResourceType } from "../../schema/attribute.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import type { ListQuery, ListTarget } from "../parse/list-query.ts";
import { CLAIMED_TENANT, claimTable } from "./claim.ts";
import { literal } from "./locate.ts";
import type { Scope } from "./locate.ts";
import { operandsFor } from "./operands.ts";
import type { Operands } from "./operands.ts";
import { afterPosition, orderBy, sortKey } from "./order.ts";
import { selectResources, shownBy } from "./reads.ts";
import type { Page } from "./reads.ts";
import { resolveFilter } from "./resolve.ts";
import { sql, statement } from "./statement.ts";
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
  const { claim, types, query } = request;
  const isWhole = query.targets.every(({ filter }) => filter === undefined);
  const [target] = query.targets;
  const isByPosition = isWhole && !query.isSorted && query.cursor === undefined;
  const page =
    isByPosition && target !== undefined && query.targets.length === 1
      ? pageByPosition(target.type, query)
      : pageByCondition(request, isWhole);
  const shown = shownBy(query.targets);
  return statement(selectResources({ claim: claimTable(claim), types, page, shown }));
}

/** Every resource of a type in the order of creation: the runs of `positions` find the page, `writers` knows the total. */
function pageByPosition(type: ResourceType, { startIndex, count }: ListQuery): Page {
  const name = literal(type.name);
  const skip = startIndex - 1;
  return {
    tables: sql`run(first_id, skipped) AS MATERIALIZED (SELECT first_id, skipped FROM (
        SELECT first_id, sum(count) OVER (ORDER BY first_id) - count AS skipped FROM positions
        WHERE tenant_id = ${CLAIMED_TENANT} AND type = ${name})
      WHERE skipped <= ${skip} ORDER BY first_id DESC LIMIT 1),`,
    rows: sql`SELECT r.*, NULL AS sort_key FROM resources r WHERE r.tenant_id = ${CLAIMED_TENANT} AND r.type = ${name}
      AND r.id >= (SELECT first_id FROM run) ORDER BY r.id
      LIMIT ${count} OFFSET CAST(ifnull(${skip} - (SELECT skipped FROM run), 0) AS INTEGER)`,
    total: totalOf([type]),
  };
}

/** The number of all resources of these types. */
function totalOf(types: readonly ResourceType[]): SQL {
  const counts = types.map(
    ({ name }) => sql`ifnull(json_extract(totals, ${literal(`$."${name}"`)}), 0)`,
  );
  return sql`(SELECT ${sql.join(counts, sql` + `)} FROM writers WHERE tenant_id = ${CLAIMED_TENANT})`;
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
function pageByCondition({ types, base, query, position }: ListRequest, isWhole: boolean): Page {
  const planned = query.targets.map((target): PlannedTarget => {
    const scope = { type: target.type, types, tenant: CLAIMED_TENANT, base };
    const filter = target.filter && resolveFilter(target.filter, target.type);
    return { target, scope, filter };
  });
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
  const skip = query.cursor === undefined ? query.startIndex - 1 : 0;
  const shown = sql`(SELECT count(*) FROM page)`;
  const isKnown =
    query.cursor === undefined
      ? sql`(${shown} > 0 OR ${skip} = 0)`
      : position === undefined
        ? sql`1`
        : sql`0`;
  const total = isWhole
    ? totalOf(query.targets.map(({ type }) => type))
    : sql`CASE WHEN ${shown} < ${count} AND ${isKnown} THEN ${skip} + ${shown}
      ELSE (SELECT count(*) FROM (SELECT 1 ${matching})) END`;
  const start = position === undefined ? sql`` : sql`AND ${afterPosition(position, order)}`;
  const rows = sql`SELECT r.*, ${order.key ?? sql`NULL`} AS sort_key ${matching} ${start} ORDER BY ${orderBy(order)}`;
  if (query.cursor === undefined) {
    return { tables: operands.table(), rows: sql`${rows} LIMIT ${count} OFFSET ${skip}`, total };
  }
  return {
    tables: sql`${operands.table()} fetched AS MATERIALIZED (${rows} LIMIT ${count + 1}),`,
    rows: sql`SELECT * FROM fetched LIMIT ${count}`,
    total,
    more: sql`(SELECT count(*) FROM fetched) > ${count}`,
  };
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
