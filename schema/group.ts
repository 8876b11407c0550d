/** The Group resource (RFC 7643 sections 4.2 and 8.7.1). */
import { attribute } from "./attribute.ts";
import type { Schema } from "./attribute.ts";

export const GROUP: Schema = Object.freeze({
  id: "urn:ietf:params:scim:schemas:core:2.0:Group",
  name: "Group",
  description: "Group",
  attributes: [
    // Section 4.2 says REQUIRED in its text; the example in 8.7.1 says false. The text is normative.
    attribute("displayName", "The group's name.", { required: true, indexed: true }),
    attribute("members", "The members of the group: users and other groups.", {
      multiValued: true,
      stored: "rows",
      subAttributes: [
        attribute("value", "Identifier of the member.", {
          caseExact: true,
          mutability: "immutable",
          required: true,
        }),
        attribute("$ref", "URI of the member.", {
          type: "reference",
          referenceTypes: ["User", "Group"],
          mutability: "immutable",
          stored: "derived",
        }),
        attribute("type", "The type of the member: User or Group.", {
          mutability: "immutable",
          canonicalValues: ["User", "Group"],
          stored: "derived",
        }),
        attribute("display", "The member's name.", { mutability: "readOnly", stored: "derived" }),
      ],
    }),
  ],
});
