/** Cursors on the wire (RFC 9865): sealed with a key of the service provider's, for one tenant, one query and a time. */
import { PROVIDER } from "../../schema/provider.ts";
import { seal, unseal } from "../auth/seal.ts";
import type { Seal } from "../auth/seal.ts";
import type { ListParameters } from "../parse/list-query.ts";
import type { CursorPosition } from "../scim/cursor.ts";
import { ScimError } from "../scim/fault.ts";

export interface CursorScope {
  /** 32 bytes in base64. */
  readonly secret: string;
  readonly tenant: string;
  readonly endpoint: string;
  readonly parameters: ListParameters;
  readonly now: Date;
  readonly random: (length: number) => Uint8Array;
}

/** Opaque text that only this service provider can make and read. */
export async function sealCursor(position: CursorPosition, scope: CursorScope): Promise<string> {
  const expires = scope.now.getTime() + PROVIDER.cursorTimeout * 1000;
  return seal({ ...position, expires }, sealOf(scope), scope.random);
}

/** @throws invalidCursor where it isn't one of ours for this tenant and query; expiredCursor */
export async function openCursor(cursor: string, scope: CursorScope): Promise<CursorPosition> {
  const payload = await unseal(cursor, sealOf(scope));
  if (payload === undefined) {
    const detail = "The cursor doesn't belong to this query: begin again with an empty cursor.";
    throw new ScimError({ kind: "invalidCursor", detail });
  }
  if (Number(payload["expires"]) < scope.now.getTime()) {
    const detail = `Cursors are good for ${PROVIDER.cursorTimeout} seconds: begin again with an empty cursor.`;
    throw new ScimError({ kind: "expiredCursor", detail });
  }
  const { direction, type, id, key } = payload;
  return {
    direction: direction === "before" ? "before" : "after",
    type: typeof type === "string" ? type : "",
    id: typeof id === "string" ? id : "",
    key: typeof key === "string" || typeof key === "number" ? key : null,
  };
}

/** Another tenant, filter or order doesn't open it. */
function sealOf({ secret, tenant, endpoint, parameters }: CursorScope): Seal {
  const { filter, sortBy, sortOrder } = parameters;
  const bound = [tenant, endpoint, filter ?? null, sortBy ?? null, sortOrder ?? null];
  return { secret, purpose: "cursor", bound: JSON.stringify(bound) };
}
