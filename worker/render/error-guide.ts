/** What each kind of error means and what helps: the page that the errors themselves refer to (RFC 7644 table 9, RFC 9865). */
import type { ScimType } from "../scim/fault.ts";

interface Entry {
  readonly meaning: string;
  readonly remedy: string;
  readonly source: string;
}

const GUIDE: Readonly<Record<ScimType, Entry>> = Object.freeze({
  invalidFilter: {
    meaning:
      "The filter can't be read, asks for an attribute that isn't there, or compares it with a value of another type.",
    remedy:
      "The detail gives the position and what was expected there. Check the attribute mapping that the identity provider matches users by.",
    source: "RFC 7644 section 3.4.2.2",
  },
  tooMany: {
    meaning: "The request holds more operations or values than one request may.",
    remedy: "Send it in several requests; /ServiceProviderConfig has the limits.",
    source: "RFC 7644 table 9",
  },
  uniqueness: {
    meaning:
      "Another resource has this value already, and it must be unique: the userName of a user, or the name of a group for Entra connections.",
    remedy:
      "Look the other resource up by the value. Often it was made by hand or by an earlier connection: let the identity provider match it, or remove it.",
    source: "RFC 7644 section 3.3.1",
  },
  mutability: {
    meaning: "The attribute can't be written, changed once it is set, or removed.",
    remedy: "Take it out of the attribute mapping, or out of the update.",
    source: "RFC 7643 section 2.2",
  },
  invalidSyntax: {
    meaning: "The body isn't JSON, or not of the form that the request needs.",
    remedy:
      "The detail says what is missing. A custom client's body needs a look; an identity provider's template may hold a stray comma or a name twice.",
    source: "RFC 7644 section 3.12",
  },
  invalidPath: {
    meaning:
      "The path of a PATCH operation, or what to sort by, is no attribute of this resource type.",
    remedy:
      "Check the target attribute of the mapping: extension attributes are written with the extension's whole URN before them.",
    source: "RFC 7644 section 3.5.2",
  },
  noTarget: {
    meaning: "The path selects nothing that could be changed, or a remove operation has no path.",
    remedy:
      "Where the identity provider replaces values that aren't there yet, as Entra does, choose its profile for the connection.",
    source: "RFC 7644 section 3.5.2.3",
  },
  invalidValue: {
    meaning: "A required value is missing, or a value isn't of the attribute's type.",
    remedy:
      "The detail names the attribute, what came, and what is expected. Check the expression in the attribute mapping, and that the member is provisioned.",
    source: "RFC 7643 section 2.3",
  },
  invalidVers: {
    meaning: "The protocol version isn't supported.",
    remedy: "Use the base URL that ends in /scim/v2.",
    source: "RFC 7644 section 3.13",
  },
  sensitive: {
    meaning: "The request's URI holds what must not be in one.",
    remedy: "Send the query as a POST to /.search.",
    source: "RFC 7644 section 7.5.2",
  },
  invalidCursor: {
    meaning: "The cursor isn't one that was given out for this tenant, filter and order.",
    remedy: "Begin again with an empty cursor, and repeat the other parameters with each page.",
    source: "RFC 9865",
  },
  expiredCursor: {
    meaning: "The cursor is too old.",
    remedy: "Begin again with an empty cursor; /ServiceProviderConfig has its lifetime.",
    source: "RFC 9865",
  },
  invalidCount: {
    meaning: "The count isn't one that a page by cursor can have.",
    remedy: "Ask for 1 to the maximum that /ServiceProviderConfig advertises.",
    source: "RFC 9865",
  },
});

/** What helps against an error of this kind. */
export function remedyOf(kind: ScimType): string {
  return GUIDE[kind].remedy;
}

export function isGuided(kind: string): kind is ScimType {
  return Object.hasOwn(GUIDE, kind);
}

/** Path of the page, below the origin. */
export const ERROR_GUIDE = "/docs/errors";

export function renderErrorGuide(): string {
  const entries = Object.entries(GUIDE).map(
    ([kind, { meaning, remedy, source }]) =>
      `<section id="${kind}"><h2>${kind}</h2><p>${meaning}</p><p><strong>What helps:</strong> ${remedy}</p><p><small>${source}</small></p></section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Rollcall: SCIM errors</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}h2{font-family:ui-monospace,monospace;font-size:1.1rem;margin-bottom:0}:target{outline:2px solid;outline-offset:.5rem}</style>
</head><body><main><h1>SCIM errors</h1>
<p>What an error of this SCIM endpoint means, by its <code>scimType</code>, and what helps.</p>
${entries.join("\n")}
</main></body></html>
`;
}
