/** The Enterprise User extension (RFC 7643 sections 4.3 and 8.7.1). */
import { attribute } from "./attribute.ts";
import type { Schema } from "./attribute.ts";

export const ENTERPRISE_USER: Schema = Object.freeze({
  id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  name: "EnterpriseUser",
  description: "Enterprise User",
  attributes: [
    attribute("employeeNumber", "A number or string that the organization gives to a person.", {
      indexed: true,
    }),
    attribute("costCenter", "Name of a cost center."),
    attribute("organization", "Name of an organization."),
    attribute("division", "Name of a division."),
    attribute("department", "Name of a department."),
    attribute("manager", "The user's manager.", {
      subAttributes: [
        attribute("value", "Identifier of the manager's user resource.", { caseExact: true }),
        attribute("$ref", "URI of the manager's user resource.", {
          type: "reference",
          referenceTypes: ["User"],
          stored: "derived",
        }),
        attribute("displayName", "The manager's name.", {
          mutability: "readOnly",
          stored: "derived",
        }),
      ],
    }),
  ],
});
