/** A list response (RFC 7644 section 3.4.2). */
import type { Json, JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";

export interface ListPage {
  readonly total: number;
  readonly startIndex: number;
  readonly resources: readonly Json[];
}

export function renderList({ total, startIndex, resources }: ListPage): JsonObject {
  return {
    schemas: [MESSAGES.listResponse],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
