/** The users and groups that are measured, as an IdP sends them. */
import type { JsonObject } from "../../worker/scim/json.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** One user in ten has an address here, and one in twenty of all is gone: what the complex filter asks for. */
export const RARE_DOMAIN = "@lab.example";

export function isRare(index: number): boolean {
  return index % 10 === 0;
}

export function isActive(index: number): boolean {
  return index % 20 !== 10;
}

export function userNameOf(name: string): string {
  return `${name}@corp.example`;
}

/** The user of this name with two e-mail addresses; `index` varies the rest. */
export function userBody(name: string, index: number) {
  const domain = isRare(index) ? RARE_DOMAIN : "@corp.example";
  return {
    schemas: [USER, ENTERPRISE],
    externalId: `external-${name}`,
    userName: userNameOf(name),
    name: {
      givenName: `Given${index}`,
      familyName: `Family${index}`,
      formatted: `Given${index} Family${index}`,
    },
    displayName: `Given${index} Family${index}`,
    title: "Engineer",
    preferredLanguage: "en-GB",
    active: isActive(index),
    emails: [
      { value: `${name}${domain}`, type: "work", primary: true },
      { value: `${name}@home.example`, type: "home" },
    ],
    phoneNumbers: [{ value: `+49 221 ${String(index).padStart(7, "0")}`, type: "work" }],
    addresses: [
      {
        type: "work",
        streetAddress: `${index} Main Street`,
        locality: "Cologne",
        postalCode: "50667",
        country: "DE",
      },
    ],
    [ENTERPRISE]: { employeeNumber: String(index), department: `Department ${index % 40}` },
  };
}

export function groupBody(displayName: string, members: readonly string[] = []) {
  return {
    schemas: [GROUP],
    displayName,
    externalId: `external-${displayName}`,
    members: members.map((value) => ({ value })),
  };
}

export function patchBody(...operations: readonly JsonObject[]) {
  return { schemas: [PATCH_OP], Operations: operations };
}
