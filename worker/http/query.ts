/** The query string of a request (RFC 7644 table 2); parameters that SCIM doesn't know are ignored. */
import type { HonoRequest } from "hono";
import type { ListParameters } from "../parse/list-query.ts";

/** A request with its query string, as Hono reads it. */
type Queried = Pick<HonoRequest, "query" | "queries">;

export function readListParameters(request: Queried): ListParameters {
  return {
    filter: readText(request, "filter"),
    sortBy: readText(request, "sortBy"),
    sortOrder: readText(request, "sortOrder"),
    startIndex: readText(request, "startIndex"),
    count: readText(request, "count"),
    cursor: request.query("cursor"),
    attributes: readNames(request, "attributes"),
    excludedAttributes: readNames(request, "excludedAttributes"),
  };
}

/** A comma-separated list, which may also be given in several parameters. */
export function readNames(request: Queried, name: string): string[] {
  return (request.queries(name) ?? []).flatMap((text) => text.split(","));
}

/** A parameter without a value is as good as none. */
function readText(request: Queried, name: string): string | undefined {
  const text = request.query(name);
  return text === undefined || text.trim() === "" ? undefined : text;
}
