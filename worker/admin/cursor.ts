/** Cursors of lists that are paged by id, newest first (as RFC 9865 names them). */
import * as v from "valibot";
import { natural } from "./page.ts";
import { inputProblem } from "./problem.ts";

export const NOT_EMPTY = v.pipe(v.string(), v.minLength(1, "must not be empty"));

export const CURSOR_QUERY = Object.freeze({
  cursor: v.optional(NOT_EMPTY),
  count: v.optional(natural(200), "50"),
});

/** The id before which a page begins; undefined at the first. @throws ProblemError 400 for what is no cursor */
export function beforeOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  try {
    return atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw inputProblem("cursor", "is not one that this list gave out");
  }
}

/** The page of a list that was read with one item more than it may hold. */
export function cursorPageOf<Item extends { readonly id: string }>(
  found: readonly Item[],
  count: number,
): { items: Item[]; nextCursor: string | null } {
  const items = found.slice(0, count);
  const last = items.at(-1);
  const hasMore = found.length > count && last !== undefined;
  return { items, nextCursor: hasMore ? cursorOf(last.id) : null };
}

/** base64url, so that nobody takes it for the id of something. */
function cursorOf(id: string): string {
  return btoa(id).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
