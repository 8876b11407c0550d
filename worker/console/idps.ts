/** The identity providers that can be connected: what to paste where, click by click. The long form is in docs/idp/. */
import type { Profile } from "../../schema/provider.ts";

/** A field of the IdP's own form, by its label there, and what goes into it. */
interface PastedValue {
  readonly label: string;
  readonly value: "base" | "token" | { readonly text: string };
}

export interface Idp {
  readonly profile: Profile;
  readonly name: string;
  /** What it provisions, for the choice. */
  readonly summary: string;
  readonly values: readonly PastedValue[];
  /** In order; what stands between ** is a label on the IdP's screen. */
  readonly steps: readonly string[];
  /** What tells a good connection from a bad one. */
  readonly hint: string;
}

const BASE = (label: string): PastedValue => ({ label, value: "base" });
const TOKEN = (label: string): PastedValue => ({ label, value: "token" });
const TEXT = (label: string, text: string): PastedValue => ({ label, value: { text } });

export const IDPS: readonly Idp[] = Object.freeze([
  {
    profile: "entra",
    name: "Microsoft Entra ID",
    summary: "Users and groups",
    values: [BASE("Tenant URL"), TOKEN("Secret token")],
    steps: [
      "Open **entra.microsoft.com**, then **Entra ID**, **Enterprise applications**, **New application**, **Create your own application**. Choose **Non-gallery** and press **Create**.",
      "In the application open **Provisioning** and press **New configuration** (older portals: **Get started**, mode **Automatic**).",
      "Authentication method: **Bearer token**. Paste the tenant URL and the secret token.",
      "Press **Test Connection**: the first light below turns green. Then **Create** or **Save**.",
      "**Attribute mapping**: leave the defaults; better, match by `externalId` mapped from `objectId` first.",
      "**Users and groups**, **Add user/group**: assign who is to be provisioned.",
      "**Provision on demand** for one user, then **Start provisioning**.",
    ],
    hint: "Entra sends no User-Agent: a 403 in HTML at Test Connection means that a firewall before this host refuses it.",
  },
  {
    profile: "okta",
    name: "Okta",
    summary: "Users and groups",
    values: [
      BASE("SCIM connector base URL"),
      TEXT("Unique identifier field for users", "userName"),
      TOKEN("Authorization (HTTP Header)"),
    ],
    steps: [
      "In the Admin Console open **Applications**, **Create App Integration**, and choose **SAML 2.0** or **SWA** (an OpenID Connect app has no SCIM).",
      "The app, **General**, **App Settings**, **Edit**: provisioning **SCIM**. **Save**.",
      "**Provisioning**, **Integration**, **Edit**: paste the values. Tick all of the **Push** actions. Authentication mode: **HTTP Header**.",
      "Press **Test Connector Configuration**, then **Save**.",
      "**Provisioning**, **To App**, **Edit**: tick **Create Users**, **Update User Attributes** and **Deactivate Users**.",
      "**Assignments**: assign people or groups. **Push Groups**: choose the groups to push.",
    ],
    hint: "Okta never deletes a user: who is unassigned becomes inactive.",
  },
  {
    profile: "onelogin",
    name: "OneLogin",
    summary: "Users and groups",
    values: [BASE("SCIM Base URL"), TOKEN("SCIM Bearer Token")],
    steps: [
      "In **Administration** open **Applications**, **Add App**, and search for **SCIM Provisioner with SAML (SCIM v2 Enterprise)**. **Save**.",
      "**Configuration**: paste both values, and the JSON template of docs/idp/onelogin.md. Then **API Connection**: **Enable**.",
      "**Parameters**: **SCIM Username** = Email. For groups: **Groups**, **Include in User Provisioning**.",
      "**Provisioning**: **Enable provisioning**, and choose what happens to a user who leaves.",
      "**Users** or **Access**: assign, and approve what is pending.",
    ],
    hint: "With each user the quirk schemas-missing-or-foreign: correct the URNs in the JSON template.",
  },
  {
    profile: "jumpcloud",
    name: "JumpCloud",
    summary: "Users and groups",
    values: [TEXT("SCIM Version", "SCIM 2.0"), BASE("Base URL"), TOKEN("Token Key")],
    steps: [
      "In the Admin Portal open **Access**, **SSO Applications**, **Add New Application**, **Custom Application**, and tick **Export users to this app**.",
      "**Identity Management**: API type **SCIM**, and paste the values. Test user email: an address that nobody here has.",
      "Tick **Enable management of User Groups** if groups are to come.",
      "Press **Test Connection**, then **Activate**, then **Save**. JumpCloud makes a test user and a test group and deletes both again.",
      "**User Groups**: choose whose members are provisioned.",
    ],
    hint: "A test user that stays: the activation was interrupted. Delete it by hand in JumpCloud, and activate again.",
  },
  {
    profile: "google",
    name: "Google Workspace",
    summary: "Users only",
    values: [TOKEN("Access token"), BASE("Endpoint URL")],
    steps: [
      "Open **admin.google.com** as a super administrator: **Apps**, **Web and mobile apps**, **Add app**, and choose a catalogue app with the field Endpoint URL, such as **Keeper Web (SAML)**.",
      "Finish the SAML part, and turn **User access** on.",
      "**Autoprovisioning**, **Configure autoprovisioning**: paste access token and endpoint URL, map the attributes with an asterisk, choose the scope.",
      "Turn **Autoprovisioning** to **Active**.",
    ],
    hint: "Google provisions users only; the light for groups stays off.",
  },
  {
    profile: "ping",
    name: "PingOne or PingFederate",
    summary: "Users and groups",
    values: [
      BASE("SCIM Base URL"),
      TEXT("Users Resource", "/Users"),
      TEXT("Groups Resource", "/Groups"),
      TOKEN("OAuth Access Token"),
    ],
    steps: [
      "**Integrations**, **Provisioning**, **+**, **New Connection**, **Identity Store**, **SCIM Outbound**.",
      "Paste the values. SCIM version **2.0**; authentication method **OAuth 2 Bearer Token**; header **Bearer**. Press **Test Connection**.",
      'Preferences: user filter `userName Eq "%s"`, identifier userName. **Save**, and turn the connection on.',
      "**Rules**, **+**, **New Rule**: from PingOne to this connection, with a user filter and the attribute mapping. Turn the rule on.",
    ],
    hint: "PingOne keeps one value per type and can't clear an attribute that was once set.",
  },
  {
    profile: "authentik",
    name: "authentik",
    summary: "Users and groups",
    values: [BASE("URL"), TOKEN("Token")],
    steps: [
      "In the admin interface: **Applications**, **Applications**, **New Application**, provider type **SCIM**.",
      "Paste URL and token (authentication mode **Static token**); compatibility mode **Default**.",
      "Finish. Where the application has a provider already, add this one under **Backchannel Providers**.",
      "The provider, **Sync status**, **Run sync**.",
    ],
    hint: "A SCIM provider does nothing until an application has it.",
  },
  {
    profile: "keycloak",
    name: "Keycloak",
    summary: "Users and groups, by a plug-in",
    values: [
      BASE("SCIM 2.0 endpoint"),
      TEXT("Endpoint content type", "application/scim+json"),
      TOKEN("Auth password / token"),
    ],
    steps: [
      "Put the keycloak-scim plug-in's jar into `providers/`, run `kc.sh build`, and restart.",
      "Your realm, **Realm settings**, **Events**, **Event listeners**: add `scim`.",
      "**User federation**, **Add provider**, **scim**: paste the values; auth mode **BEARER**; enable user and group propagation; leave PATCH off.",
      "**Save**, then **Synchronize all users**.",
    ],
    hint: "Import action NOTHING: the default makes users of Keycloak from what is here.",
  },
  {
    profile: "generic",
    name: "Another IdP",
    summary: "Any SCIM 2.0 client",
    values: [BASE("SCIM base URL"), TOKEN("Bearer token")],
    steps: [
      "Find the provisioning settings of your identity provider, and choose SCIM 2.0.",
      "Paste the base URL, without anything behind it, and the token as a bearer token.",
      "Test the connection, then provision one user.",
    ],
    hint: "A client that reads the standard to the letter can be held to it: change the profile to strict later.",
  },
] satisfies Idp[]);

export function idpOf(profile: string): Idp | undefined {
  return IDPS.find((idp) => idp.profile === profile);
}
