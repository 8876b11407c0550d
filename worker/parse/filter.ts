/** Filters as a client wrote them, and their canonical text (RFC 7644 section 3.4.2.2). */
import { printAttributePath } from "../scim/attribute-path.ts";
import type { AttributePath } from "../scim/attribute-path.ts";

export const COMPARE_OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;
export type CompareOperator = (typeof COMPARE_OPERATORS)[number];
export type CompareValue = string | number | boolean | null;

/** `and` and `or` are n-ary; a path inside a value path is relative to the value. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly filters: readonly Filter[] }
  | { readonly kind: "not"; readonly filter: Filter }
  | {
      readonly kind: "compare";
      readonly path: AttributePath;
      readonly operator: CompareOperator;
      readonly value: CompareValue;
    }
  | { readonly kind: "present"; readonly path: AttributePath }
  | { readonly kind: "valuePath"; readonly path: AttributePath; readonly filter: Filter };

/** The canonical text: `parseFilter(printFilter(f))` equals `f`. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.map((part) => printPart(part, filter.kind)).join(` ${filter.kind} `);
    case "not":
      return `not (${printFilter(filter.filter)})`;
    case "compare":
      return `${printAttributePath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case "present":
      return `${printAttributePath(filter.path)} pr`;
    case "valuePath":
      return `${printAttributePath(filter.path)}[${printFilter(filter.filter)}]`;
  }
}

/** Parentheses where precedence asks for them; a nested list of the same kind keeps its own. */
function printPart(part: Filter, parent: "and" | "or"): string {
  const grouped = part.kind === "or" || part.kind === parent;
  return grouped ? `(${printFilter(part)})` : printFilter(part);
}

/** Every path of a filter with the filter that holds it, replaced by `rewrite`; the form of the tree stays. */
export function mapFilter(filter: Filter, rewrite: (leaf: Filter) => Filter): Filter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { ...filter, filters: filter.filters.map((part) => mapFilter(part, rewrite)) };
    case "not":
      return { ...filter, filter: mapFilter(filter.filter, rewrite) };
    case "compare":
    case "present":
    case "valuePath":
      return rewrite(filter);
  }
}
