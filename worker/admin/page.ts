/** Pages of the management API's lists: they count from 1. */
import * as v from "valibot";

export const PAGE_QUERY = Object.freeze({
  page: v.optional(natural(9_999_999), "1"),
  pageSize: v.optional(natural(100), "10"),
});

export interface PageRequest {
  readonly page: number;
  readonly pageSize: number;
}

export interface Page<Item> extends PageRequest {
  readonly items: Item[];
  /** Of all pages. */
  readonly totalCount: number;
}

/** A whole number from 1, in digits, as a query parameter brings it. */
export function natural(max: number) {
  return v.pipe(
    v.string(),
    v.regex(/^[1-9]\d{0,8}$/, "must be a whole number from 1"),
    // To the OpenAPI document, the number that the text stands for.
    v.metadata({ type: "integer", minimum: 1, maximum: max, pattern: undefined }),
    v.transform(Number),
    v.maxValue(max, `must be ${max} at most`),
  );
}

/** Cuts the page from a list that is at hand. */
export function pageOf<Item>(all: readonly Item[], request: PageRequest): Page<Item> {
  const { page, pageSize } = request;
  const start = (page - 1) * pageSize;
  return { items: all.slice(start, start + pageSize), page, pageSize, totalCount: all.length };
}
