/** How the engine finds the resources that a filter asks for: what `where` relies on, and what the console tells. */
import { leafOf } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { isMemberLookup } from "./limits.ts";
import type { TypedFilter } from "./typed-filter.ts";

type Compare = Extract<TypedFilter, { kind: "compare" }>;

/** From the least work to the most. */
const ACCESS_PATHS = [
  /** One entry of the index. */
  "key",
  /** The membership rows of one group or member. */
  "members",
  /** A stretch of the index, such as a prefix. */
  "range",
  /** Every value of the attribute in the index, but no resource beyond those that are found. */
  "values",
  /** Every resource of the type. */
  "scan",
] as const;

export type AccessPath = (typeof ACCESS_PATHS)[number];

/** For a balanced filter: where `not` isn't at the leaves, it isn't looked into. */
export function accessPathOf(filter: TypedFilter): AccessPath {
  switch (filter.kind) {
    case "and":
      return leastOf(filter.filters.map(accessPathOf));
    case "compare":
      return termPath(filter) ?? "scan";
    case "some": {
      const term = narrowingTerm(filter.filter, filter.target);
      return (term && termPath(term)) ?? "scan";
    }
    // The engine looks each side of an `or` up, and then walks the resources all the same.
    case "or":
    case "not":
    case "present":
      return "scan";
  }
}

function leastOf(paths: readonly AccessPath[]): AccessPath {
  return ACCESS_PATHS.find((path) => paths.includes(path)) ?? "scan";
}

function termPath(filter: Compare): AccessPath | undefined {
  return indexPath(filter) ?? (isMemberLookup(filter) ? "members" : undefined);
}

/** How `resource_values` serves a term; undefined where it doesn't. */
export function indexPath({ target, operator, operand }: Compare): AccessPath | undefined {
  if (!leafOf(target).indexed || typeof operand !== "string") return undefined;
  switch (operator) {
    case "eq":
      return "key";
    case "sw":
    case "gt":
    case "ge":
    case "lt":
    case "le":
      return "range";
    case "co":
    case "ew":
      return "values";
    case "ne":
      return undefined;
  }
}

/** `emails[type eq "work" and value eq "x"]` can only hold where `emails.value eq "x"` does, which has an index. */
export function narrowingTerm(filter: TypedFilter, target: AttributeRef): Compare | undefined {
  if (filter.kind === "and") {
    for (const part of filter.filters) {
      const term = narrowingTerm(part, target);
      if (term !== undefined) return term;
    }
  }
  if (filter.kind !== "compare" || filter.operator === "ne") return undefined;
  const term = { ...filter, target: { ...target, sub: filter.target.attribute } };
  return termPath(term) === undefined ? undefined : term;
}
