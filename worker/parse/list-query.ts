/** The query of a list: filter, sorting, paging, projection (RFC 7644 section 3.4.2). */
import type { ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { readAttributePath, resolvePath } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import type { Filter } from "./filter.ts";
import { parseFilter } from "./filter-parser.ts";
import { parseProjection } from "./projection.ts";
import type { Projection } from "../scim/projection.ts";
import { rewriteFilter, rewritePath } from "./quirks.ts";
import type { Leniency } from "./quirks.ts";

/** Parameters as they came, from a query string or from the body of a search request. */
export interface ListParameters {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: string | undefined;
  readonly count: string | undefined;
  readonly cursor: string | undefined;
  readonly attributes: readonly string[];
  readonly excludedAttributes: readonly string[];
}

export interface ListQuery {
  readonly filter: Filter | undefined;
  readonly sort: Sort | undefined;
  /** From 1. */
  readonly startIndex: number;
  /** Resources at the most; 0 asks for the total alone. */
  readonly count: number;
  /** Undefined: paged by index. '' asks for the first page by cursor (RFC 9865 section 2.1). */
  readonly cursor: string | undefined;
  readonly projection: Projection;
}

export interface Sort {
  readonly by: AttributeRef;
  readonly descending: boolean;
}

/** @throws invalidFilter, invalidPath (sortBy), invalidValue (numbers), invalidCount (with a cursor) */
export function parseListQuery(
  type: ResourceType,
  parameters: ListParameters,
  leniency: Leniency,
): ListQuery {
  const { attributes, excludedAttributes, cursor } = parameters;
  return {
    filter:
      parameters.filter === undefined
        ? undefined
        : rewriteFilter(parseFilter(parameters.filter), type, leniency),
    sort: parseSort(type, parameters, leniency),
    startIndex: Math.max(1, readInteger("startIndex", parameters.startIndex, "invalidValue") ?? 1),
    count: readCount(parameters.count, cursor !== undefined),
    cursor,
    projection: parseProjection(type, attributes, excludedAttributes),
  };
}

/** Index paging reads a negative count as 0 (RFC 7644 section 3.4.2.4); cursor paging refuses it (RFC 9865 section 2.1). */
function readCount(text: string | undefined, byCursor: boolean): number {
  const count = readInteger("count", text, byCursor ? "invalidCount" : "invalidValue");
  if (count === undefined) return PROVIDER.defaultPageSize;
  if (byCursor && count < 0) refuse("invalidCount", "count must not be negative.");
  return Math.min(Math.max(0, count), PROVIDER.maxResults);
}

function readInteger(
  name: string,
  text: string | undefined,
  kind: "invalidValue" | "invalidCount",
): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text.trim()))
    return refuse(kind, `${name} must be an integer, not '${text}'.`);
  return Number(text);
}

function parseSort(
  type: ResourceType,
  parameters: ListParameters,
  leniency: Leniency,
): Sort | undefined {
  const { sortBy, sortOrder } = parameters;
  const order = sortOrder?.toLowerCase() ?? "ascending";
  if (order !== "ascending" && order !== "descending") {
    return refuse("invalidValue", `sortOrder must be ascending or descending, not '${sortOrder}'.`);
  }
  if (sortBy === undefined) return undefined;
  const path = readAttributePath(sortBy.trim());
  const target = path && resolvePath(type, rewritePath(path, type, "invalidPath", leniency));
  if (target?.kind !== "attribute") {
    return refuse("invalidPath", `sortBy: ${type.name} has no attribute '${sortBy}'.`);
  }
  const { extension, attribute, sub } = target;
  return { by: { extension, attribute, sub }, descending: order === "descending" };
}
