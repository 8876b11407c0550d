/** The body of a PATCH request (RFC 7644 3.5.2). */

export interface Operation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

export interface PatchBody {
  readonly schemas: readonly string[];
  readonly Operations: readonly Operation[];
}

export const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

export function patchBody(operations: readonly Operation[]): PatchBody {
  return { schemas: [PATCH_OP], Operations: operations };
}
