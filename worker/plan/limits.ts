/** How much one statement may ask: what the engine can't hold is refused before it is asked. */
import { refuse } from "../scim/fault.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import type { TypedFilter } from "./typed-filter.ts";

type Compare = Extract<TypedFilter, { kind: "compare" }>;

/** Measured on D1, which ends at 25,000 steps a statement: a term that walks members or groups takes those of five others. */
const WALK_WEIGHT = 5;
const MOST_WEIGHT = 96;

/** @throws invalidFilter where the filters of one statement weigh too much together */
export function limitFilters(filters: readonly TypedFilter[]): void {
  if (sumOf(filters) <= MOST_WEIGHT) return;
  const detail = `The filter asks too much of one query: ${MOST_WEIGHT} terms per resource type, and those over members or groups count ${WALK_WEIGHT} times.`;
  refuse("invalidFilter", detail);
}

function weigh(filter: TypedFilter): number {
  switch (filter.kind) {
    case "and":
    case "or":
      return sumOf(filter.filters);
    case "not":
      return weigh(filter.filter);
    case "compare":
      return isWalk(filter.target) && !isMemberLookup(filter) ? WALK_WEIGHT : 1;
    case "present":
      return isWalk(filter.target) ? WALK_WEIGHT : 1;
    case "some":
      return weigh(filter.filter) + (isWalk(filter.target) ? WALK_WEIGHT : 0);
  }
}

function sumOf(filters: readonly TypedFilter[]): number {
  return filters.reduce((total, filter) => total + weigh(filter), 0);
}

/** Members and memberships are rows, which a term walks for each resource. */
function isWalk({ attribute }: AttributeRef): boolean {
  return attribute.stored === "rows" || attribute.stored === "derived";
}

/** Equality with a member or a group needs no walk: the rows are found by it. */
export function isMemberLookup({ operator, target }: Compare): boolean {
  return operator === "eq" && target.sub?.name === "value" && isWalk(target);
}
