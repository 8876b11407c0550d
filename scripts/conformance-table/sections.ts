/** The normative sections of RFC 7643, 7644 and 9865, and what is done of each; the examples of test/rfc add themselves. */

export interface Section {
  readonly rfc: "7643" | "7644" | "9865";
  readonly section: string;
  readonly title: string;
  /** `partly` and `no` say in `what` what is missing; `client` is for clients to do. */
  readonly state: "yes" | "partly" | "no" | "client";
  readonly what: string;
  /** Done only where `PROVIDER.supports` says so. */
  readonly feature?: "bulk" | "cursor";
  /** Beside the examples, from the repository's root. */
  readonly tests?: readonly string[];
}

type Row = readonly [string, string, Section["state"], string, (readonly string[])?];

const BULK_TEST = "test/http/bulk.test.ts";
const PAGING = "test/http/paging.test.ts";
const TABLE = "test/schema/rfc-table.test.ts";
const DISCOVERY = "test/schema/discovery.test.ts";
const EXTENSION = "test/schema/extension.test.ts";

const RFC7643: readonly Row[] = [
  [
    "2.1",
    "Attributes",
    "yes",
    "Names in any case, answered as the schema writes them; URNs in any case. Unknown attributes are ignored in POST and PUT, refused in filters and PATCH paths.",
  ],
  [
    "2.2",
    "Attribute characteristics",
    "yes",
    "One definition fills the defaults. `global` uniqueness is enforced like `server`: within the tenant.",
    [TABLE, EXTENSION],
  ],
  [
    "2.3",
    "Attribute data types",
    "yes",
    "All eight. decimal and integer as JSON numbers (safe integers), dateTime compared as an instant, binary as base64 or base64url. A reference is not resolved.",
    [EXTENSION],
  ],
  [
    "2.4",
    "Multi-valued attributes",
    "yes",
    "One primary value at most; equal values once. canonicalValues are suggestions: others are accepted.",
  ],
  [
    "2.5",
    "Unassigned and null values",
    "yes",
    "null, [] and {} of a complex attribute are unassigned; no answer holds a null.",
    [DISCOVERY],
  ],
  [
    "3",
    "SCIM resources",
    "yes",
    "schemas lists what is in use; it is derived from the attributes, whatever was sent.",
  ],
  [
    "3.1",
    "Common attributes",
    "yes",
    "id: UUIDv7 by the service provider. externalId: the client's, caseExact, indexed. meta: all five sub-attributes.",
  ],
  [
    "3.2",
    "Defining new resource types",
    "yes",
    "A schema file and a row in the registry.",
    [DISCOVERY],
  ],
  [
    "3.3",
    "Attribute extensions to resources",
    "yes",
    "A schema file and a row: storage, validation, filters, sorting, projection, PATCH and discovery follow.",
    [EXTENSION],
  ],
  [
    "4.1",
    "User",
    "yes",
    "Every attribute. A password is accepted and never kept. groups: direct and through other groups, derived.",
    [TABLE],
  ],
  [
    "4.2",
    "Group",
    "yes",
    "Members are users and groups of the tenant; a group can't hold itself, directly or through others. displayName is required, as the text says (the example of 8.7.1 doesn't).",
    [TABLE],
  ],
  [
    "4.3",
    "Enterprise User extension",
    "yes",
    "manager.value may be any string; $ref and displayName are filled in where it is a user's id.",
    [TABLE],
  ],
  [
    "5",
    "Service provider configuration",
    "yes",
    "Served from the constants that the code enforces.",
    [DISCOVERY],
  ],
  ["6", "ResourceType schema", "yes", "Generated from the registry.", [DISCOVERY]],
  [
    "7",
    "Schema definition",
    "yes",
    "Generated from the definitions that validate and store; describes itself. caseExact is left out where it has no meaning (numbers, booleans, dates, complex).",
    [DISCOVERY, TABLE],
  ],
  ["8.1", "Minimal User", "yes", "Played."],
  [
    "8.2",
    "Full User",
    "yes",
    "Played: everything but password, groups, id and meta comes back as it was sent.",
    [DISCOVERY],
  ],
  ["8.3", "Enterprise User", "yes", "Played.", [DISCOVERY]],
  ["8.4", "Group", "yes", "Played."],
  [
    "8.5",
    "Service provider configuration",
    "yes",
    "Played. Authentication: bearer tokens, HTTP Basic, OAuth 2.0 client credentials; changePassword says true, though the password goes nowhere.",
  ],
  ["8.6", "Resource types", "yes", "Played; the enterprise extension isn't required here."],
  [
    "8.7",
    "Schema representations",
    "yes",
    "Compared attribute by attribute, characteristic by characteristic, with the deviations listed in test/schema/deviations.json, each with its reason.",
    [TABLE],
  ],
  [
    "9",
    "Security considerations",
    "partly",
    "Passwords are neither stored nor returned nor filtered by (9.2). TLS is the platform's (9.1). Retention of personal data (9.3) is the operator's: deleting a user deletes its rows, the activity log keeps what changed.",
  ],
];

const RFC7644: readonly Row[] = [
  [
    "2",
    "Authentication and authorization",
    "yes",
    "Bearer tokens, one or more per SSO provider, 256-bit, kept as SHA-256. 401 with WWW-Authenticate before anything else is said. No anonymous requests but /ServiceProviderConfig.",
    ["test/http/access.test.ts"],
  ],
  [
    "3.1",
    "Background",
    "yes",
    "application/scim+json in every answer, errors included.",
    ["test/http/errors.test.ts"],
  ],
  [
    "3.2",
    "Endpoints and HTTP methods",
    "yes",
    "All of table 1 but /Me. A path that isn't there is 404, a method that isn't allowed 405 with Allow.",
    ["test/http/errors.test.ts"],
  ],
  [
    "3.3",
    "Creating resources",
    "yes",
    "201 with Location, ETag and the resource; 409 uniqueness; read-only attributes ignored; attributes and excludedAttributes apply.",
    ["test/http/etag.test.ts", "test/http/concurrency.test.ts"],
  ],
  ["3.4.1", "Retrieving a known resource", "yes", "With ETag and If-None-Match."],
  [
    "3.4.2",
    "Query resources",
    "yes",
    "ListResponse; 200 with totalResults 0 where nothing matches.",
  ],
  [
    "3.4.2.1",
    "Query endpoints",
    "yes",
    "Per type, and over all types at the root. A filter may name an attribute that only some types have. `tooMany` is never needed: pages are bounded.",
  ],
  [
    "3.4.2.2",
    "Filtering",
    "yes",
    "The whole grammar: nine compare operators, pr, and/or/not, parentheses, value paths, URNs, null. Bounded in length, terms and depth with invalidFilter. gt, ge, lt, le on boolean and binary: invalidFilter.",
    [
      "test/plan/filter-golden.test.ts",
      "test/plan/match-evaluation.test.ts",
      "test/plan/where-limits.test.ts",
      EXTENSION,
    ],
  ],
  [
    "3.4.2.3",
    "Sorting",
    "yes",
    "By any attribute of a document, primary value first; unassigned last ascending, first descending. Not by members, groups or a complex attribute without a value.",
    [PAGING],
  ],
  [
    "3.4.2.4",
    "Pagination",
    "yes",
    "startIndex and count; at most 200 in a page; totals are exact.",
    [PAGING],
  ],
  [
    "3.4.2.5",
    "Attributes",
    "yes",
    "attributes and excludedAttributes down to sub-attributes and whole extensions; names that a type doesn't have are ignored.",
    ["test/http/projection.test.ts"],
  ],
  ["3.4.3", "Querying with POST", "yes", "/.search at the root and for each type.", [PAGING]],
  [
    "3.5.1",
    "Replacing with PUT",
    "yes",
    "What is left out is cleared; immutable values must be the same (mutability); nothing is created.",
    ["test/http/resource-types.test.ts", "test/parse/resource.test.ts"],
  ],
  [
    "3.5.2",
    "Modifying with PATCH",
    "yes",
    "Atomic; 200 with the resource for users, 204 for groups unless a projection is asked for. A change of nothing leaves version and lastModified.",
    ["test/plan/patch.test.ts"],
  ],
  [
    "3.5.2.1",
    "Add",
    "yes",
    "Also at a value path that matches nothing: a new value, with what its eq terms say (the RFC is silent).",
    ["test/plan/patch.test.ts"],
  ],
  [
    "3.5.2.2",
    "Remove",
    "yes",
    "Required and read-only attributes: mutability. A list of values beside the path restricts the removal to them (Entra), but for strict connections.",
    ["test/plan/patch.test.ts"],
  ],
  [
    "3.5.2.3",
    "Replace",
    "yes",
    "noTarget where a value path matches nothing; connections of the profile entra create the value instead.",
    ["test/plan/patch.test.ts"],
  ],
  [
    "3.6",
    "Deleting resources",
    "yes",
    "204, then 404 everywhere; memberships go with it, each group's version changes.",
    ["test/http/groups.test.ts"],
  ],
  [
    "3.7",
    "Bulk operations",
    "yes",
    "Results in the order of the operations; what is referred to is carried out first.",
    [BULK_TEST],
  ],
  [
    "3.7.1",
    "Circular references",
    "yes",
    "Circles of references, such as managers of each other, are solved within one batch, else answered 409; groups that hold each other are refused, in Bulk as elsewhere.",
    [BULK_TEST],
  ],
  [
    "3.7.2",
    "bulkId",
    "yes",
    "In paths, in members and in references such as manager, forward and backward.",
    [BULK_TEST],
  ],
  [
    "3.7.3",
    "Response and error handling",
    "yes",
    "location, version, status, and the error of each failed operation.",
    [BULK_TEST],
  ],
  [
    "3.7.4",
    "Maximum operations",
    "yes",
    "413 beyond maxOperations or maxPayloadSize.",
    [BULK_TEST],
  ],
  [
    "3.8",
    "Data formats",
    "yes",
    "JSON as application/scim+json or application/json; whatever Accept says, the answer is application/scim+json. No XML, no .scim suffix.",
    ["test/http/errors.test.ts"],
  ],
  [
    "3.9",
    "Additional response parameters",
    "yes",
    "attributes and excludedAttributes on every method that answers with a resource.",
    ["test/http/projection.test.ts"],
  ],
  [
    "3.10",
    "Attribute notation",
    "yes",
    "With or without the base schema's URN. An extension's attribute without its URN is refused for strict connections and understood for others.",
  ],
  ["3.11", "/Me", "no", "501, as the RFC allows: a provisioning token is no user."],
  [
    "3.12",
    "Error handling",
    "yes",
    "Every error is a SCIM error. `invalidVers` and `sensitive` have no occasion.",
    ["test/http/errors.test.ts"],
  ],
  [
    "3.13",
    "Protocol versioning",
    "partly",
    "The base URL ends in /scim/v2, or has no version (/core/iam/v1/scim); there is no other version to choose.",
    ["test/http/access.test.ts"],
  ],
  [
    "3.14",
    "Versioning resources",
    "yes",
    "Weak ETags. If-Match and If-None-Match, lists and *, on every method; decided in the same atomic batch as the write.",
    ["test/http/concurrency.test.ts"],
  ],
  [
    "4",
    "Discovery",
    "yes",
    "/ServiceProviderConfig also without a token; a filter is a 403; sorting and paging are ignored.",
    [DISCOVERY],
  ],
  [
    "5",
    "Internationalized strings",
    "partly",
    "userName and every string that isn't caseExact is compared by NFKC and Unicode lower case, not by the PRECIS profiles of RFC 7613; no character is disallowed. Passwords are never compared.",
  ],
  ["6", "Multi-tenancy", "yes", "", ["test/http/access.test.ts", "test/admin/tenants.test.ts"]],
  [
    "6.1",
    "Associating clients to tenants",
    "yes",
    "URL prefix and token, which must agree; or the token alone.",
    ["test/http/access.test.ts"],
  ],
  [
    "6.2",
    "Identifiers with multiple tenants",
    "yes",
    "ids are unique over all tenants; externalId isn't made unique.",
  ],
  [
    "7",
    "Security considerations",
    "partly",
    "Tokens may expire and are revoked at once (7.2-7.4); filters with personal data can travel in POST /.search (7.5.2); anonymous requests are refused (7.6). TLS is the platform's.",
    ["test/admin/tokens.test.ts"],
  ],
];

const RFC9865: readonly Row[] = [
  [
    "2",
    "Query parameters and response attributes",
    "yes",
    "cursor and count; nextCursor until the last page, previousCursor after the first; totalResults throughout.",
    [PAGING],
  ],
  ["2.1", "Pagination errors", "yes", "invalidCursor, expiredCursor, invalidCount.", [PAGING]],
  ["2.2", "Sorting", "yes", "Pages by cursor are sorted like others.", [PAGING]],
  ["2.3", "Cursors as the only method", "no", "Index pagination stays."],
  [
    "2.4",
    "Backwards compatibility",
    "yes",
    "The default is by index: who asks for no cursor gets none.",
  ],
  ["3", "Querying with POST", "yes", "cursor in a search request."],
  ["4", "Service provider configuration", "yes", "pagination, described by /Schemas.", [DISCOVERY]],
  [
    "5",
    "Security considerations",
    "yes",
    "A cursor holds no authority: every page is checked against the token of its own request, and the cursor is sealed for its tenant and query. None is kept, so there is none to exhaust.",
    [PAGING],
  ],
];

const BULK = /^3\.7(\.|$)/;
const CURSOR = new Set(["2", "2.1", "2.2", "3"]);

export const SECTIONS: readonly Section[] = Object.freeze([
  ...RFC7643.map((row) => sectionOf("7643", row)),
  ...RFC7644.map((row) => ({
    ...sectionOf("7644", row),
    ...(BULK.test(row[0]) && { feature: "bulk" as const }),
  })),
  ...RFC9865.map((row) => ({
    ...sectionOf("9865", row),
    ...(CURSOR.has(row[0]) && { feature: "cursor" as const }),
  })),
]);

function sectionOf(rfc: Section["rfc"], [section, title, state, what, tests]: Row): Section {
  return { rfc, section, title, state, what, ...(tests !== undefined && { tests }) };
}
