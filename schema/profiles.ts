/** What each identity provider expects where the RFC leaves a choice, or forbids what it needs. */
import type { Profile } from "./provider.ts";

export interface Behaviour {
  /** `replace` at a value path without a match creates the value. */
  readonly replaceCreates: boolean;
  /** Attributes, as `Type.attribute`, that are unique for the connection beyond their schema. */
  readonly unique: readonly string[];
}

const RFC: Behaviour = Object.freeze({ replaceCreates: false, unique: [] });

/** Entra replaces at value paths that don't exist yet, and its validator wants 409 for a second group of one name. */
const ENTRA: Behaviour = Object.freeze({ replaceCreates: true, unique: ["Group.displayName"] });

export const BEHAVIOURS: Readonly<Record<Profile, Behaviour>> = Object.freeze({
  generic: RFC,
  entra: ENTRA,
  okta: RFC,
  onelogin: RFC,
  jumpcloud: RFC,
  google: RFC,
  ping: RFC,
  authentik: RFC,
  keycloak: RFC,
  strict: RFC,
});

/** User-Agents by which an IdP is known; null: it sends none. (OneLogin's is empty, which arrives as none.) See docs/idp/. */
export const USER_AGENTS: readonly (readonly [Profile, RegExp | null])[] = Object.freeze([
  ["okta", /okta/i],
  ["google", /^google-auto-provisioning/i],
  ["entra", null],
]);
