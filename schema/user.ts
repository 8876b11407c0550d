/** The User resource (RFC 7643 sections 4.1 and 8.7.1). */
import { attribute, pluralSubAttributes } from "./attribute.ts";
import type { Schema } from "./attribute.ts";

const PLACES = ["work", "home", "other"];

export const USER: Schema = Object.freeze({
  id: "urn:ietf:params:scim:schemas:core:2.0:User",
  name: "User",
  description: "User Account",
  attributes: [
    attribute("userName", "The name by which the user signs in, unique in the tenant.", {
      required: true,
      uniqueness: "server",
      indexed: true,
    }),
    attribute("name", "The parts of the user's name.", {
      subAttributes: [
        attribute("formatted", "The full name, formatted for display."),
        attribute("familyName", "The family name, or last name in most Western languages."),
        attribute("givenName", "The given name, or first name in most Western languages."),
        attribute("middleName", "The middle name or names."),
        attribute("honorificPrefix", "The title before the name, such as Ms."),
        attribute("honorificSuffix", "The suffix after the name, such as III."),
      ],
    }),
    attribute("displayName", "The name to show to others.", { indexed: true }),
    attribute("nickName", "The casual way to address the user."),
    attribute("profileUrl", "URI of a page about the user.", {
      type: "reference",
      referenceTypes: ["external"],
    }),
    attribute("title", "The user's title, such as Vice President."),
    attribute("userType", "The user's relation to the organization, such as Contractor."),
    attribute("preferredLanguage", "Preferred written or spoken languages, as in Accept-Language."),
    attribute("locale", "Default location for currency, dates and numbers, such as en-US."),
    attribute("timezone", "Time zone in the form of the IANA database, such as Europe/Berlin."),
    attribute("active", "Whether the user may sign in.", { type: "boolean" }),
    attribute("password", "The clear-text password: accepted, never returned and never kept.", {
      mutability: "writeOnly",
      returned: "never",
      stored: "nowhere",
    }),
    attribute("emails", "E-mail addresses.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(
        attribute("value", "The e-mail address.", { indexed: true }),
        PLACES,
      ),
    }),
    attribute("phoneNumbers", "Phone numbers.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(
        attribute("value", "The phone number, best as an RFC 3966 URI."),
        ["work", "home", "mobile", "fax", "pager", "other"],
      ),
    }),
    attribute("ims", "Instant messaging addresses.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(attribute("value", "The address."), [
        "aim",
        "gtalk",
        "icq",
        "xmpp",
        "msn",
        "skype",
        "qq",
        "yahoo",
      ]),
    }),
    attribute("photos", "URIs of photos of the user.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(
        attribute("value", "URI of the photo.", {
          type: "reference",
          referenceTypes: ["external"],
        }),
        ["photo", "thumbnail"],
      ),
    }),
    attribute("addresses", "Physical mailing addresses.", {
      multiValued: true,
      subAttributes: [
        attribute("formatted", "The full address, formatted for display or a label."),
        attribute("streetAddress", "Street, house number, post office box."),
        attribute("locality", "City or locality."),
        attribute("region", "State or region."),
        attribute("postalCode", "ZIP or postal code."),
        attribute("country", "Country name, best as an ISO 3166-1 alpha-2 code."),
        attribute("type", "A label for what the address is used for.", {
          canonicalValues: PLACES,
        }),
        attribute("primary", "Whether this is the preferred address; true for one at most.", {
          type: "boolean",
          assumed: false,
        }),
      ],
    }),
    attribute("groups", "The groups that the user belongs to, directly or through other groups.", {
      multiValued: true,
      mutability: "readOnly",
      stored: "derived",
      subAttributes: [
        attribute("value", "Identifier of the group.", { caseExact: true, mutability: "readOnly" }),
        attribute("$ref", "URI of the group.", {
          type: "reference",
          referenceTypes: ["Group"],
          mutability: "readOnly",
        }),
        attribute("display", "Name of the group.", { mutability: "readOnly" }),
        attribute("type", "Whether the membership is direct or indirect.", {
          mutability: "readOnly",
          canonicalValues: ["direct", "indirect"],
        }),
      ],
    }),
    attribute("entitlements", "What the user is entitled to.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(attribute("value", "The entitlement.")),
    }),
    attribute("roles", "The user's roles.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(attribute("value", "The role.")),
    }),
    attribute("x509Certificates", "Certificates issued to the user.", {
      multiValued: true,
      subAttributes: pluralSubAttributes(
        attribute("value", "A DER-encoded X.509 certificate, in base64.", { type: "binary" }),
      ),
    }),
  ],
});
