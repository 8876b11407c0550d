/** The shape of a recorded exchange with an identity provider, and all of them: data files, in the folder of the IdP that sends it. */
import { PROFILES } from "../../schema/provider.ts";
import type { Profile } from "../../schema/provider.ts";
import type { QuirkName } from "../../worker/parse/known-quirks.ts";
import type { Json } from "../../worker/scim/json.ts";
import type { Operator } from "./assertion.ts";

/** One operator, with what it compares to, at a path: `a.b[0].c`, `["urn:with:dots"].x`, `list[value="{{id}}"].x`; "" is the body. */
export type Assertion = { readonly path: string; readonly why?: string } & {
  readonly [operator in Operator]?: Json;
};

export interface HeaderAssertion {
  readonly name: string;
  readonly contains?: string;
  readonly equals?: string;
  readonly exists?: boolean;
}

/**
 * Strings may hold `{{name}}`: `rand` and `RAND` (lower and upper case), `guid` and `deadGuid`, `i` (the count of a repeated step, from 1), and what
 * an earlier step saved; also nested, `{{m{{i}}}}`.
 */
export interface Step {
  readonly note?: string;
  readonly method: string;
  /** Below the base URL, with its query as it is sent. */
  readonly path: string;
  /** null removes a header that is sent by default. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** "none", "bad", or the whole Authorization header. */
  readonly auth?: string;
  readonly body?: Json;
  readonly rawBody?: string;
  readonly repeat?: number;
  readonly parallel?: boolean;
  readonly expect?: {
    readonly status?: readonly number[];
    readonly headers?: readonly HeaderAssertion[];
    /** Skipped where the answer is 204. */
    readonly assert?: readonly Assertion[];
  };
  /** Name -> path in the body of the answer. */
  readonly save?: Readonly<Record<string, string>>;
  /** The step that the quirk of an exchange comes with. */
  readonly fires?: boolean;
}

/** Where its data say `level: "should"`, it counts as a must; `maxMs` isn't looked at, since there is no network here to wait for. */
export interface Scenario {
  readonly name: string;
  readonly idp: string;
  readonly source: readonly string[];
  /** How good the source is. */
  readonly evidence: "documented" | "seen in an issue" | "seen in code" | "inferred";
  /** Would a service provider that follows the RFC to the letter pass? */
  readonly tolerance: "rfc" | "beyond-rfc";
  readonly about: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly steps: readonly Step[];
}

/** A quirk as one IdP sends it, in a step that is marked with `fires`. */
export interface QuirkExchange extends Scenario {
  readonly quirk: QuirkName;
  /** What a strict connection answers to that step; `keeps` is what a resource has then, where it is no fault by the RFC. */
  readonly strict: { readonly status: number; readonly scimType?: string; readonly keeps?: object };
  /** The profiles that forgive it, where the usual ones don't all. */
  readonly only?: Profile;
}

/** How a case of the gallery's list gets its access token, as the form that Entra sends to the token endpoint. */
export interface Credential {
  readonly kind: "client_secret" | "client_assertion";
  readonly form: Readonly<Record<string, string>>;
  readonly assert: readonly Assertion[];
}

export interface ValidatorCase extends Scenario {
  readonly credential?: Credential;
}

type Named<T> = readonly (readonly [string, T])[];

function read(files: Readonly<Record<string, unknown>>): Named<unknown> {
  return Object.entries(files).map(([path, data]) => [path.replace("./", ""), data]);
}

/** File name -> scenario. */
export const RECORDED = read(
  import.meta.glob("./*/*.json", { eager: true, import: "default" }),
) as Named<Scenario>;

export const QUIRK_EXCHANGES = read(
  import.meta.glob("./*/quirks/*.json", { eager: true, import: "default" }),
) as Named<QuirkExchange>;

export const GALLERY = read(
  import.meta.glob("./entra/gallery/*.json", { eager: true, import: "default" }),
) as Named<ValidatorCase>;

export const VALIDATOR = read(
  import.meta.glob("./entra/validator/*.json", { eager: true, import: "default" }),
) as Named<ValidatorCase>;

/** The profile of an IdP's own; tools that have none connect as `generic`. */
export function profileOf(idp: string): Profile {
  return PROFILES.find((profile) => profile === idp) ?? "generic";
}
