/** What identity providers send against the RFC and is rewritten into what they mean: by whom, and where it is told of. */
import type { Profile } from "../../schema/provider.ts";

interface Quirk {
  readonly idps: readonly Profile[];
  readonly reference: string;
  readonly meaning: string;
}

const ENTRA_FLAG =
  "https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility";
const ENTRA_TUTORIAL =
  "https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups";
const OKTA = "https://developer.okta.com/docs/reference/scim/scim-20/";

export const QUIRKS = Object.freeze({
  "boolean-as-string": {
    idps: ["entra", "keycloak"],
    reference: ENTRA_FLAG,
    meaning: '"True" and "False", in any case, for a boolean',
  },
  "empty-string-clears": {
    idps: ["entra", "onelogin"],
    reference: "https://github.com/AzureAD/SCIMReferenceCode",
    meaning: '"" for an attribute without a value',
  },
  "bare-string-for-complex": {
    idps: ["entra"],
    reference: "https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/541",
    meaning: "a string for a complex attribute, meaning its value",
  },
  "single-value-in-list": {
    idps: ["entra", "keycloak"],
    reference: ENTRA_TUTORIAL,
    meaning: "a list of one for a single-valued attribute",
  },
  "single-object-for-list": {
    idps: ["onelogin"],
    reference: "https://scim.dev/guide/applications/onelogin",
    meaning: "one value for a multi-valued attribute",
  },
  "path-as-key": {
    idps: ["entra"],
    reference: ENTRA_FLAG,
    meaning: "keys with dots or URNs, meaning paths, in a value without a path",
  },
  "own-id-in-value": {
    idps: ["okta", "authentik"],
    reference: OKTA,
    meaning: "the resource's own id in a value without a path",
  },
  "remove-by-value-list": {
    idps: ["entra", "jumpcloud", "authentik"],
    reference: ENTRA_FLAG,
    meaning: "a list of values in a remove operation, meaning just those",
  },
  "schemas-missing-or-foreign": {
    idps: ["entra", "onelogin", "google", "authentik"],
    reference: "https://github.com/goauthentik/authentik/issues/7460",
    meaning: "no schemas, or ones that aren't the resource's",
  },
  "two-primary-values": {
    idps: ["ping"],
    reference:
      "https://docs.pingidentity.com/pingone/integrations/p1_scim_provisioning_limitations.html",
    meaning: "two primary values, of which the last is meant; for PingOne connections only",
  },
  "test-after-value-path": {
    idps: ["entra"],
    reference: ENTRA_TUTORIAL,
    meaning:
      'emails[type eq "work"].value eq "x" in a filter, where only paths of PATCH go on after the bracket',
  },
  "extension-without-urn": {
    idps: ["entra"],
    reference: ENTRA_TUTORIAL,
    meaning: "an extension's attribute without the extension's URN",
  },
} as const satisfies Record<string, Quirk>);

export type QuirkName = keyof typeof QUIRKS;
