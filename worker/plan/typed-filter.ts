/** Filters whose names are resolved and whose operands are typed and folded: what SQL and `match` both read. */
import type { AttributeRef } from "../scim/attribute-path.ts";
import type { CompareOperator } from "../parse/filter.ts";

/** Strings are folded as their attribute compares, booleans stay booleans. */
export type Operand = string | number | boolean;

export type TypedFilter =
  | { readonly kind: "and" | "or"; readonly filters: readonly TypedFilter[] }
  | { readonly kind: "not"; readonly filter: TypedFilter }
  | {
      readonly kind: "compare";
      readonly target: AttributeRef;
      readonly operator: CompareOperator;
      readonly operand: Operand;
    }
  | { readonly kind: "present"; readonly target: AttributeRef }
  /** Some one value of a complex attribute meets the filter, whose targets are the value's sub-attributes. */
  | { readonly kind: "some"; readonly target: AttributeRef; readonly filter: TypedFilter };
