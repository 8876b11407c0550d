/**
 * A typed filter as a tree that is as shallow as it can be. The engine refuses expressions deeper than 100, a flat chain of terms
 * is as deep as it is long, and what stands in a subquery counts twice.
 */
import type { TypedFilter } from "./typed-filter.ts";

/** The same meaning with `not` at the leaves only, and two filters in each `and` and `or`. */
export function balance(filter: TypedFilter): TypedFilter {
  return pair(push(filter, false)).filter;
}

/** De Morgan's laws, which hold because every condition is two-valued; then lists within lists of one kind are one list. */
function push(filter: TypedFilter, negated: boolean): TypedFilter {
  switch (filter.kind) {
    case "and":
    case "or": {
      const kind = negated ? OPPOSITE[filter.kind] : filter.kind;
      const parts = filter.filters.map((part) => push(part, negated));
      return {
        kind,
        filters: parts.flatMap((part) => (part.kind === kind ? part.filters : [part])),
      };
    }
    case "not":
      return push(filter.filter, !negated);
    case "some":
      return negate({ ...filter, filter: push(filter.filter, false) }, negated);
    case "compare":
    case "present":
      return negate(filter, negated);
  }
}

const OPPOSITE = { and: "or", or: "and" } as const;

function negate(filter: TypedFilter, negated: boolean): TypedFilter {
  return negated ? { kind: "not", filter } : filter;
}

interface Measured {
  readonly filter: TypedFilter;
  readonly depth: number;
}

function pair(filter: TypedFilter): Measured {
  switch (filter.kind) {
    case "and":
    case "or":
      return join(filter.filters.map(pair), filter.kind);
    case "not":
    case "some": {
      const inner = pair(filter.filter);
      return { filter: { ...filter, filter: inner.filter }, depth: inner.depth + 1 };
    }
    case "compare":
    case "present":
      return { filter, depth: 1 };
  }
}

/**
 * The two shallowest become one, until one is left: the deepest stays next to the root. It stands first, since what follows an operator
 * waits on the stack of libSQL's parser, which ends at 100.
 */
function join(parts: readonly Measured[], kind: "and" | "or"): Measured {
  const [first, second, ...rest] = parts.toSorted((left, right) => left.depth - right.depth);
  if (first === undefined) return { filter: { kind, filters: [] }, depth: 1 };
  if (second === undefined) return first;
  const [left, right] = second.depth > first.depth ? [second, first] : [first, second];
  const filter: TypedFilter = { kind, filters: [left.filter, right.filter] };
  return join([...rest, { filter, depth: Math.max(first.depth, second.depth) + 1 }], kind);
}
