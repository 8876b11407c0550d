/** Where a page by cursor begins or ends (RFC 9865): the last resource seen, by what the list is sorted by. */

export interface CursorPosition {
  /** The page after the resource, or the page before it. */
  readonly direction: "after" | "before";
  readonly type: string;
  readonly id: string;
  /** The value that the list is sorted by; null where the resource has none, or the list isn't sorted. */
  readonly key: string | number | null;
}
