/** Conditional requests (RFC 9110 section 13, RFC 7644 section 3.14). */
import { matchesTag } from "../scim/ids.ts";
import type { Preconditions } from "../scim/command.ts";
import type { ScimContext } from "./context.ts";

export function readPreconditions(c: ScimContext): Preconditions {
  return {
    ifMatch: readTags(c.req.header("if-match")),
    ifNoneMatch: readTags(c.req.header("if-none-match")),
  };
}

/** '*', or a list of entity tags; a tag may hold commas, and some clients leave out its quotes. */
function readTags(header: string | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  return header.match(/(?:W\/)?"[^"]*"|[^\s,]+/gi) ?? [];
}

/** Does the client have this version already? */
export function isKnown(c: ScimContext, etag: string): boolean {
  return matchesTag(readPreconditions(c).ifNoneMatch ?? [], etag);
}

/** Is this a version that the client asks for? Any is, where it asks for none. */
export function isWanted(c: ScimContext, etag: string): boolean {
  const { ifMatch } = readPreconditions(c);
  return ifMatch === undefined || matchesTag(ifMatch, etag);
}
