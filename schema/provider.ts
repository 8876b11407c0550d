/** Features and limits: what /ServiceProviderConfig advertises is what the rooms enforce (RFC 7643 section 5). */

export const PROVIDER = Object.freeze({
  /** What is served; a feature that isn't is refused, never half done. */
  supports: Object.freeze({
    patch: true,
    bulk: true,
    filter: true,
    changePassword: true,
    sort: true,
    etag: true,
    cursor: true,
  }),
  documentationUri: "https://datatracker.ietf.org/doc/html/rfc7644",
  /** Largest request body, in bytes. */
  maxPayloadSize: 1_048_576,
  /** Largest stored resource, in bytes. */
  maxDocumentSize: 900_000,
  /** Most operations in one Bulk or PATCH request. */
  maxOperations: 1000,
  /** Most resources in one list response. */
  maxResults: 200,
  /** Resources in a page when the client gives no count. */
  defaultPageSize: 100,
  /** Seconds for which a cursor is good. */
  cursorTimeout: 3600,
  /** Longest filter, in characters. */
  maxFilterLength: 16_384,
  /** Most terms (comparisons and present tests) in one filter. */
  maxFilterTerms: 80,
  /** Deepest nesting of parentheses, not and value paths. */
  maxFilterDepth: 30,
  /** Deepest nesting of a JSON body. */
  maxBodyDepth: 20,
  /** Most values that one request may add to an attribute that is stored as rows. */
  maxRowValues: 20_000,
  /** Most UTF-16 units in one string value. */
  maxStringLength: 65_536,
});

/** Identity providers whose behaviour a connection may expect; `strict` is the RFC to the letter. */
export const PROFILES = Object.freeze([
  "generic",
  "entra",
  "okta",
  "onelogin",
  "jumpcloud",
  "google",
  "ping",
  "authentik",
  "keycloak",
  "strict",
] as const);

export type Profile = (typeof PROFILES)[number];
