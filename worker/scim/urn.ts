/** The URNs of SCIM messages (RFC 7644 section 8.2). */

export const MESSAGES = Object.freeze({
  error: "urn:ietf:params:scim:api:messages:2.0:Error",
  listResponse: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
  searchRequest: "urn:ietf:params:scim:api:messages:2.0:SearchRequest",
  patchOp: "urn:ietf:params:scim:api:messages:2.0:PatchOp",
  bulkRequest: "urn:ietf:params:scim:api:messages:2.0:BulkRequest",
  bulkResponse: "urn:ietf:params:scim:api:messages:2.0:BulkResponse",
});

/** URNs are compared without case (RFC 8141 section 3.1, and RFC 7643 section 2.1 for schema URIs). */
export function sameUrn(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
