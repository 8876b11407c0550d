/** A list response (RFC 7644 section 3.4.2; with cursors, RFC 9865 section 2.2). */
import type { JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";

export interface ListPage {
  readonly total: number;
  readonly startIndex: number;
  readonly resources: readonly JsonObject[];
  /** Where the list is paged by cursor; then there is no startIndex. */
  readonly cursors?: { readonly nextCursor?: string; readonly previousCursor?: string } | undefined;
}

export function renderList({ total, startIndex, resources, cursors }: ListPage): JsonObject {
  return {
    schemas: [MESSAGES.listResponse],
    totalResults: total,
    ...(cursors ?? { startIndex }),
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
