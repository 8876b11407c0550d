/** A list response (RFC 7644 section 3.4.2; with cursors, RFC 9865 section 2.2). */
import type { JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";

export interface ListPage<Shown = JsonObject> {
  readonly total: number;
  readonly startIndex: number;
  readonly resources: readonly Shown[];
  /** Where the list is paged by cursor; then there is no startIndex. */
  readonly cursors?: { readonly nextCursor?: string; readonly previousCursor?: string } | undefined;
}

/** As text, out of the JSON text of each resource. */
export function renderList({ total, startIndex, resources, cursors }: ListPage<string>): string {
  const head = JSON.stringify({
    schemas: [MESSAGES.listResponse],
    totalResults: total,
    ...(cursors ?? { startIndex }),
    itemsPerPage: resources.length,
  });
  return `${head.slice(0, -1)},"Resources":[${resources.join(",")}]}`;
}
