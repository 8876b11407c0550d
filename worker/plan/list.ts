/** A list: which resources, in which order, which page of them, and how many there are (RFC 7644 section 3.4.2). */
import type { ResourceType } from "../../schema/attribute.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { leafOf, pathOf } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import type { Claim } from "../scim/principal.ts";
import type { ListQuery, Sort } from "../parse/list-query.ts";
import { CLAIMED_TENANT } from "./claim.ts";
import { literal, locate } from "./locate.ts";
import type { Scope } from "./locate.ts";
import { operandsFor } from "./operands.ts";
import { selectResources, shownBy } from "./reads.ts";
import { resolveFilter } from "./resolve.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";
import { whereFilter } from "./where.ts";

export interface ListRequest {
  readonly claim: Claim;
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
  readonly base: string;
  readonly query: ListQuery;
}

/** @throws invalidFilter, invalidPath */
export function planList(request: ListRequest): Statement {
  const { claim, type, types, base, query } = request;
  const scope: Scope = { type, types, tenant: CLAIMED_TENANT, base };
  const plan =
    query.filter === undefined && query.sort === undefined
      ? planWhole(scope, query)
      : planFiltered(scope, query);
  const shown = shownBy(type, query.projection);
  return statement(selectResources({ claim, access: "read", type, types, ...plan, shown }));
}

interface PagePlan {
  readonly page: SQL;
  readonly total: SQL;
  readonly tables: SQL;
}

/** Every resource in the order of creation: the runs of `positions` find the page, `writers` knows the total. */
function planWhole(scope: Scope, { startIndex, count }: ListQuery): PagePlan {
  const type = literal(scope.type.name);
  const skip = startIndex - 1;
  return {
    tables: sql`run(first_id, skipped) AS MATERIALIZED (SELECT first_id, skipped FROM (
        SELECT first_id, sum(count) OVER (ORDER BY first_id) - count AS skipped FROM positions
        WHERE tenant_id = ${scope.tenant} AND type = ${type})
      WHERE skipped <= ${skip} ORDER BY first_id DESC LIMIT 1),`,
    page: sql`SELECT r.* FROM resources r WHERE r.tenant_id = ${scope.tenant} AND r.type = ${type}
      AND r.id >= (SELECT first_id FROM run) ORDER BY r.id
      LIMIT ${count} OFFSET CAST(ifnull(${skip} - (SELECT skipped FROM run), 0) AS INTEGER)`,
    total: sql`(SELECT ifnull(json_extract(totals, ${literal(`$."${scope.type.name}"`)}), 0) FROM writers WHERE tenant_id = ${scope.tenant})`,
  };
}

/**
 * The total of a filtered list is known without counting where the page isn't full; else it is a second look at the same
 * condition, a scan where no index serves it.
 */
function planFiltered(scope: Scope, query: ListQuery): PagePlan {
  const { startIndex, count } = query;
  const filter = query.filter && resolveFilter(query.filter, scope.type);
  const operands = operandsFor(filter);
  const condition = filter === undefined ? sql`1` : whereFilter(filter, scope, operands);
  const matching = sql`FROM resources r WHERE r.tenant_id = ${scope.tenant}
    AND r.type = ${literal(scope.type.name)} AND ${condition}`;
  const skip = startIndex - 1;
  const shown = sql`(SELECT count(*) FROM page)`;
  return {
    tables: operands.table(),
    page: sql`SELECT r.* ${matching} ORDER BY ${orderBy(query.sort, scope)} LIMIT ${count} OFFSET ${skip}`,
    total: sql`CASE WHEN ${shown} < ${count} AND (${shown} > 0 OR ${skip} = 0) THEN ${skip} + ${shown}
      ELSE (SELECT count(*) ${matching}) END`,
  };
}

/** What has no value comes last ascending and first descending (RFC 7644 section 3.4.2.3); ids break ties. */
function orderBy(sort: Sort | undefined, scope: Scope): SQL {
  if (sort === undefined) return sql`r.id`;
  const value = sortValue(sort.by, scope);
  return sort.descending
    ? sql`${value} IS NOT NULL, ${value} DESC, r.id`
    : sql`${value} IS NULL, ${value}, r.id`;
}

/** A multi-valued attribute sorts by its primary value, else by its first. */
function sortValue(by: AttributeRef, scope: Scope): SQL {
  const value = by.attribute.subAttributes.find(({ name }) => name === "value");
  const ref = leafOf(by).type === "complex" && by.sub === undefined ? { ...by, sub: value } : by;
  const isOpaque = leafOf(ref).type === "complex" || leafOf(ref).returned === "never";
  const isRow = ref.attribute.stored === "rows" || ref.attribute.stored === "derived";
  if (isOpaque || isRow) return refuse("invalidPath", `sortBy: ${pathOf(by)} can't be sorted by.`);
  const place = locate(ref, scope);
  if (place.kind === "one") return place.value;
  return sql`(SELECT ${place.value} FROM ${place.source} ORDER BY ifnull(json_extract(e.value, '$.primary'), 0) DESC, e.key LIMIT 1)`;
}
