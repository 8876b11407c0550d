/** Findings that are the tool's own fault, each read in its source, with the RFC's sentence that says so. */

export interface KnownFault {
  readonly tool: string;
  readonly check: string;
  /** The whole message: another difference in the same check is a finding. */
  readonly message: RegExp;
  readonly fault: string;
  readonly rfc: string;
}

const EXTENSION = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const MANAGER =
  "RFC 7643 section 4.3: \"displayName  The displayName of the user's manager.  This attribute is OPTIONAL, and " +
  'mutability is "readOnly"."';

const DISPLAY =
  'RFC 7643 section 2.4, the default set of sub-attributes of a multi-valued attribute: "display  A human-readable ' +
  'name, primarily used for display purposes and having a mutability of "immutable"." Section 8.4 shows it in ' +
  "members; /Schemas says readOnly here, and the tool doesn't send it for that reason.";

const NO_CONTENT =
  'RFC 7644 section 3.5.2: "On successful completion, the server either MUST return a 200 OK response code and the ' +
  'entire resource within the response body, subject to the "attributes" query parameter (see Section 3.9), or MAY ' +
  'return HTTP status code 204 (No Content) and the appropriate response headers for a successful PATCH request."';

const MEMBER =
  'RFC 7643 section 4.2: "The "value" sub-attribute contains the value of an "id" attribute of a SCIM resource, and ' +
  'the "$ref" sub-attribute must be the URI of a SCIM resource such as a "User", or a "Group"."';

const EXPECTS_NO_NAME =
  "It sends value and $ref and expects the answer to equal that, without the read-only name that the service " +
  "provider fills in (patch_add.py, patch_replace.py: fields_equality).";
const EXPECTS_200 = "It accepts 200 alone as the answer to PATCH.";

const EXPECTS_SCHEMAS =
  "It puts `schemas` into the extension's value, an attribute that the extension's schema doesn't have, and expects it " +
  "back, and it expects the read-only name of the manager to be absent (fields_equality).";

export const KNOWN_FAULTS: readonly KnownFault[] = Object.freeze([
  ...["check_add_attribute", "check_replace_attribute"].map((check) => ({
    tool: "scim2-tester",
    check,
    message: new RegExp(
      `^PATCH modify\\(\\) returned unexpected value for '${EXTENSION}'\\.\n` +
        `Patched value: schemas=\\['${EXTENSION}'\\] (.+Manager\\(value='[^']+', ref='[^']+'), display_name=None\\)\n` +
        "Returned value: schemas=\\[\\] \\1, display_name='[^']+'\\)$",
    ),
    fault: EXPECTS_SCHEMAS,
    rfc: MANAGER,
  })),
  ...["check_add_attribute", "check_replace_attribute"].map((check) => ({
    tool: "scim2-tester",
    check,
    message: new RegExp(
      `^PATCH modify\\(\\) returned unexpected value for '${EXTENSION}:manager'\\.\n` +
        "Patched value: (value='[^']+' ref='[^']+') display_name=None\n" +
        "Returned value: \\1 display_name='[^']+'$",
    ),
    fault: EXPECTS_NO_NAME,
    rfc: MANAGER,
  })),
  ...["check_add_attribute", "check_replace_attribute"].map((check) => ({
    tool: "scim2-tester",
    check,
    message: new RegExp(
      "^Attribute 'members' was not (?:added|replaced) or has unexpected value\n" +
        "Patched value: \\[Members\\((value='[^']+', ref='[^']+', type='[^']+'), display=None\\)\\]\n" +
        "Returned value: \\[Members\\(\\1, display='[^']+'\\)\\]$",
    ),
    fault: EXPECTS_NO_NAME,
    rfc: DISPLAY,
  })),
  {
    tool: "scim-sanity",
    check: "PATCH /Groups/{id}",
    message: /^Expected HTTP 200, got 204 \(RFC 7644 §3\.3\); Response body is empty$/,
    fault: EXPECTS_200,
    rfc: NO_CONTENT,
  },
  {
    tool: "scim-sanity",
    check: "PATCH /Groups/{id} remove members",
    message: /^Expected 200, got 204$/,
    fault: EXPECTS_200,
    rfc: NO_CONTENT,
  },
  {
    tool: "scim-sanity",
    check: "PATCH /Groups/{id} add member",
    message: /^Expected 200, got 400$/,
    fault: "It adds the member `fake-member-id`, which is no resource, and expects 200.",
    rfc: MEMBER,
  },
]);
