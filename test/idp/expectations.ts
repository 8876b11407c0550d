/** What each recorded scenario comes to, by profile: which quirks fire, and where a connection refuses it, and why. */
import type { Profile } from "../../schema/provider.ts";
import type { QuirkName } from "../../worker/parse/known-quirks.ts";

export interface Refusal {
  /** The step that isn't answered as the IdP wants it, from 1. */
  readonly step: number;
  readonly status: number;
  readonly scimType?: string;
  readonly reason: string;
}

export interface Expected {
  /** What fires on a `generic` connection, and on the IdP's own. */
  readonly quirks?: readonly QuirkName[];
  /** The profiles of which the scenario needs one, where `generic` won't do. */
  readonly refused?: Partial<Record<Profile, Refusal>>;
}

const OWN_ID = "the group's own id in a value without a path";
const VALUE_LIST = "members removed by a list of values";
const FOREIGN = "a schema that isn't the resource's";
const BOOLEAN = "a boolean as text";

const strict = (
  step: number,
  reason: string,
  scimType = "invalidValue",
): Pick<Expected, "refused"> => ({
  refused: { strict: { step, status: 400, scimType, reason } },
});

export const EXPECTED: Readonly<Record<string, Expected>> = {
  "quirk-error-shape": {},
  "quirk-user-groups-attribute": {},
  "authentik-provider": {
    quirks: ["own-id-in-value", "remove-by-value-list"],
    ...strict(10, OWN_ID, "mutability"),
  },
  "aws-style-sync": { quirks: ["remove-by-value-list"], ...strict(9, VALUE_LIST) },
  "entra-add-valuepath-creates": {},
  "entra-concurrent-member-adds": { quirks: ["remove-by-value-list"], ...strict(7, VALUE_LIST) },
  "entra-duplicate-group-name": {
    refused: {
      generic: { step: 2, status: 201, reason: "RFC 7643 section 4.2: displayName isn't unique" },
      strict: { step: 2, status: 201, reason: "RFC 7643 section 4.2: displayName isn't unique" },
    },
  },
  "entra-extension-urn-paths": {},
  "entra-group-lifecycle-default": {
    quirks: ["remove-by-value-list", "schemas-missing-or-foreign"],
    ...strict(4, FOREIGN),
  },
  "entra-group-lifecycle-flag": { quirks: ["schemas-missing-or-foreign"], ...strict(4, FOREIGN) },
  "entra-logicapp-pagination": {},
  "entra-manager-string": {
    quirks: ["bare-string-for-complex", "empty-string-clears"],
    ...strict(4, "a string for the manager"),
  },
  "entra-null-attributes-in-create": {
    quirks: ["schemas-missing-or-foreign"],
    ...strict(1, FOREIGN),
  },
  "entra-op-and-attribute-case": {},
  "entra-replace-valuepath-creates": {
    refused: {
      generic: { step: 2, status: 400, scimType: "noTarget", reason: "RFC 7644 section 3.5.2.3" },
      strict: { step: 2, status: 400, scimType: "noTarget", reason: "RFC 7644 section 3.5.2.3" },
    },
  },
  "entra-roles-primary-string": { quirks: ["boolean-as-string"], ...strict(1, BOOLEAN) },
  "entra-test-connection": {},
  "entra-user-lifecycle-default": { quirks: ["boolean-as-string"], ...strict(11, BOOLEAN) },
  "entra-user-lifecycle-flag": {
    quirks: ["path-as-key"],
    ...strict(2, "paths as keys of a value without a path", "invalidPath"),
  },
  "entra-validator-users": {},
  "google-autoprovisioning": { quirks: ["schemas-missing-or-foreign"], ...strict(3, FOREIGN) },
  "jumpcloud-user": {},
  "keycloak-plugin-user": { quirks: ["boolean-as-string"], ...strict(2, BOOLEAN) },
  "okta-group-push-patch": {
    quirks: ["own-id-in-value"],
    ...strict(6, OWN_ID, "mutability"),
  },
  "okta-import-paging": {},
  "okta-spec-test": {},
  "okta-user-oin-patch": {},
  "onelogin-user": {
    quirks: ["empty-string-clears", "schemas-missing-or-foreign"],
    ...strict(4, FOREIGN),
  },
  "pingfederate-provisioner": {},
};
