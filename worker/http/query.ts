/** The query string of a request (RFC 7644 table 2); parameters that SCIM doesn't know are ignored. */
import type { ListParameters } from "../parse/list-query.ts";
import type { ScimContext } from "./context.ts";

export function readListParameters(c: ScimContext): ListParameters {
  return {
    filter: readText(c, "filter"),
    sortBy: readText(c, "sortBy"),
    sortOrder: readText(c, "sortOrder"),
    startIndex: readText(c, "startIndex"),
    count: readText(c, "count"),
    cursor: c.req.query("cursor"),
    attributes: readNames(c, "attributes"),
    excludedAttributes: readNames(c, "excludedAttributes"),
  };
}

/** A comma-separated list, which may also be given in several parameters. */
export function readNames(c: ScimContext, name: string): string[] {
  return (c.req.queries(name) ?? []).flatMap((text) => text.split(","));
}

/** A parameter without a value is as good as none. */
function readText(c: ScimContext, name: string): string | undefined {
  const text = c.req.query(name);
  return text === undefined || text.trim() === "" ? undefined : text;
}
