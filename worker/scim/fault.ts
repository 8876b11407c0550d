/** Everything that can go wrong, as data with its evidence; `render/fault` gives each its status and scimType. */

/** Faults that RFC 7644 table 9 names; the text says which attribute, what came and what was expected. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue"
  | "invalidVers"
  | "sensitive"
  | "invalidCursor"
  | "expiredCursor"
  | "invalidCount";

export type Fault =
  | { readonly kind: ScimType; readonly detail: string }
  | { readonly kind: "unauthenticated" }
  | { readonly kind: "forbidden"; readonly detail: string }
  | { readonly kind: "notFound"; readonly detail: string }
  | { readonly kind: "conflict"; readonly detail: string }
  | { readonly kind: "methodNotAllowed"; readonly allow: readonly string[] }
  | { readonly kind: "unsupportedMediaType"; readonly received: string }
  | { readonly kind: "unsupportedEncoding"; readonly received: string }
  | { readonly kind: "payloadTooLarge"; readonly detail: string }
  | { readonly kind: "preconditionFailed"; readonly version: string | null }
  | { readonly kind: "notImplemented"; readonly detail: string }
  | { readonly kind: "tooManyRequests"; readonly retryAfter: number }
  /** To be asked again. `isUnknown`: perhaps it was carried out all the same; else it surely wasn't. */
  | { readonly kind: "unavailable"; readonly retryAfter: number; readonly isUnknown?: true }
  | { readonly kind: "internal"; readonly requestId: string };

/** For who asked by rules that changed meanwhile: nothing was written. */
export const COME_AGAIN: Fault = Object.freeze({ kind: "unavailable", retryAfter: 1 });

/** Thrown inside a room by pure code; across RPC and in Bulk a fault travels as data. */
export class ScimError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super("detail" in fault ? fault.detail : fault.kind);
    this.name = "ScimError";
    this.fault = fault;
  }
}

/** Throws one of the faults of RFC 7644 table 9. */
export function refuse(kind: ScimType, detail: string): never {
  throw new ScimError({ kind, detail });
}
