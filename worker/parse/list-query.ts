/** The query of a list: filter, sorting, paging, projection (RFC 7644 section 3.4.2, RFC 9865 section 2). */
import type { ResourceType } from "../../schema/attribute.ts";
import { PROVIDER } from "../../schema/provider.ts";
import { printAttributePath, readAttributePath, resolvePath } from "../scim/attribute-path.ts";
import type { AttributePath, AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import type { Projection } from "../scim/projection.ts";
import type { Filter } from "./filter.ts";
import { mapFilter } from "./filter.ts";
import { parseFilter } from "./filter-parser.ts";
import { parseProjection } from "./projection.ts";
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
  /** One for each resource type that is asked for. */
  readonly targets: readonly ListTarget[];
  readonly isSorted: boolean;
  readonly isDescending: boolean;
  /** From 1. */
  readonly startIndex: number;
  /** Resources at the most; 0 asks for the total alone. */
  readonly count: number;
  /** Undefined: paged by index. '' asks for the first page by cursor. */
  readonly cursor: string | undefined;
}

/** What is asked of the resources of one type. */
export interface ListTarget {
  readonly type: ResourceType;
  readonly filter: Filter | undefined;
  /** Undefined where the list isn't sorted, or the type hasn't the attribute. */
  readonly sortBy: AttributeRef | undefined;
  readonly projection: Projection;
}

/** @throws invalidFilter, invalidPath (sortBy), invalidValue, invalidCount (with a cursor) */
export function parseListQuery(
  types: readonly ResourceType[],
  parameters: ListParameters,
  leniency: Leniency,
): ListQuery {
  const { attributes, excludedAttributes, cursor, sortBy } = parameters;
  const filter =
    parameters.filter === undefined ? undefined : parseFilter(parameters.filter, leniency);
  if (filter !== undefined) checkKnown(filter, types);
  if (cursor !== undefined && parameters.startIndex !== undefined) {
    refuse("invalidValue", "startIndex and cursor exclude each other.");
  }
  const targets = types.map((type) => ({
    type,
    filter: filter && withoutUnknown(rewriteFilter(filter, type, leniency), type, types),
    sortBy: findSortBy(sortBy, type, leniency),
    projection: parseProjection(type, attributes, excludedAttributes),
  }));
  if (sortBy !== undefined && targets.every((target) => target.sortBy === undefined)) {
    refuse("invalidPath", `sortBy: there is no attribute '${sortBy}'.`);
  }
  return {
    targets,
    isSorted: sortBy !== undefined,
    isDescending: readDescending(parameters.sortOrder),
    startIndex: Math.max(1, readInteger("startIndex", parameters.startIndex, "invalidValue") ?? 1),
    count: readCount(parameters.count, cursor !== undefined),
    cursor,
  };
}

/** Index paging reads a negative count as 0 (RFC 7644 section 3.4.2.4); by cursor it must be from 1 to the maximum (RFC 9865). */
function readCount(text: string | undefined, byCursor: boolean): number {
  const count = readInteger("count", text, byCursor ? "invalidCount" : "invalidValue");
  if (count === undefined) return PROVIDER.defaultPageSize;
  if (byCursor && (count < 1 || count > PROVIDER.maxResults)) {
    refuse("invalidCount", `count must be from 1 to ${PROVIDER.maxResults}.`);
  }
  return Math.min(Math.max(0, count), PROVIDER.maxResults);
}

function readInteger(
  name: string,
  text: string | undefined,
  kind: "invalidValue" | "invalidCount",
): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text.trim())) {
    return refuse(kind, `${name} must be an integer, not '${text}'.`);
  }
  return Number(text);
}

function readDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.toLowerCase() ?? "ascending";
  if (order === "ascending" || order === "descending") return order === "descending";
  return refuse("invalidValue", `sortOrder must be ascending or descending, not '${sortOrder}'.`);
}

function findSortBy(
  sortBy: string | undefined,
  type: ResourceType,
  leniency: Leniency,
): AttributeRef | undefined {
  const path = readAttributePath(sortBy?.trim() ?? "");
  const target = path && resolvePath(type, rewritePath(path, type, "invalidPath", leniency));
  if (target?.kind !== "attribute") return undefined;
  const { extension, attribute, sub } = target;
  return { extension, attribute, sub };
}

/** An attribute that none of the types has would silently be a filter that matches nothing. */
function checkKnown(filter: Filter, types: readonly ResourceType[]): void {
  mapFilter(filter, (leaf) => {
    if ("path" in leaf && !types.some((type) => isKnown(leaf.path, type))) {
      const [type] = types;
      const where = types.length === 1 && type !== undefined ? `${type.name} has` : "there is";
      refuse("invalidFilter", `${where} no attribute ${printAttributePath(leaf.path)}.`);
    }
    return leaf;
  });
}

function isKnown(path: AttributePath, type: ResourceType): boolean {
  const isPlain = resolvePath(type, path)?.kind === "attribute";
  if (isPlain || path.urn !== undefined) return isPlain;
  return type.extensions.some(({ schema }) => resolvePath(type, { ...path, urn: schema.id }));
}

const ID_PRESENT: Filter = Object.freeze({
  kind: "present",
  path: { urn: undefined, name: "id", sub: undefined },
});
const NOTHING: Filter = Object.freeze({ kind: "not", filter: ID_PRESENT });

/** Over several types, an attribute that one of them hasn't is unassigned there (RFC 7644 section 3.4.2.1). */
function withoutUnknown(
  filter: Filter,
  type: ResourceType,
  types: readonly ResourceType[],
): Filter {
  if (types.length === 1) return filter;
  return mapFilter(filter, (leaf) => {
    if (!("path" in leaf) || resolvePath(type, leaf.path)?.kind === "attribute") return leaf;
    const isNull = leaf.kind === "compare" && leaf.value === null;
    const holds =
      leaf.kind === "compare" && (isNull ? leaf.operator === "eq" : leaf.operator === "ne");
    return holds ? ID_PRESENT : NOTHING;
  });
}
