/** The response to a Bulk request (RFC 7644 section 3.7). */
import type { Fault } from "../scim/fault.ts";
import type { JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";
import { renderFault } from "./fault.ts";

export interface BulkResult {
  readonly method: string;
  readonly bulkId: string | undefined;
  /** URI of the resource; undefined where there is none, as for a POST that failed. */
  readonly location: string | undefined;
  readonly version: string | undefined;
  readonly status: number;
  readonly fault: Fault | undefined;
}

export function renderBulk(results: readonly BulkResult[], guide: string): JsonObject {
  const operations = results.map((result) => renderResult(result, guide));
  return { schemas: [MESSAGES.bulkResponse], Operations: operations };
}

function renderResult(result: BulkResult, guide: string): JsonObject {
  const { method, bulkId, location, version, status, fault } = result;
  const error = fault && renderFault(fault, guide);
  return {
    ...(location !== undefined && { location }),
    method,
    ...(bulkId !== undefined && { bulkId }),
    ...(version !== undefined && { version }),
    status: String(error?.status ?? status),
    ...(error !== undefined && { response: error.body }),
  };
}
