/** What a client wants written, and what came of it: data, since both cross RPC. */
import type { Profile } from "../../schema/provider.ts";
import type { Fault } from "./fault.ts";
import { keyOf } from "./principal.ts";
import type { Claim } from "./principal.ts";
import type { Resource, StoredResource } from "./resource.ts";

/** RFC 9110 sections 13.1.1 and 13.1.2: '*' or entity tags; undefined where the header is missing. */
export interface Preconditions {
  readonly ifMatch: readonly string[] | undefined;
  readonly ifNoneMatch: readonly string[] | undefined;
}

/** What of the written resource the answer shows. */
export interface Wanted {
  readonly members: boolean;
  readonly memberships: boolean;
  readonly names: boolean;
}

/** `Operation` is what `parse/patch` makes; this shelf imports no room. */
export type Change<Operation> =
  | {
      readonly kind: "create";
      readonly resource: Resource;
      /** Given out beforehand where others refer to it. */
      readonly id?: string;
    }
  | { readonly kind: "replace"; readonly id: string; readonly resource: Resource }
  | { readonly kind: "patch"; readonly id: string; readonly operations: readonly Operation[] }
  | { readonly kind: "delete"; readonly id: string };

export interface Command<Operation> {
  readonly claim: Claim;
  /**
   * Made where the command is (`makeWriteId`), and the end of the id of its row of activity: whether a write whose outcome nobody
   * heard of was committed is seen by it. '': not looked for.
   */
  readonly writeId: string;
  readonly tokenId: string;
  readonly provider: string;
  /** Of the connection, as the request was read; the guard refuses where it is another by now. */
  readonly profile: Profile;
  /** Name of the resource type. */
  readonly type: string;
  readonly change: Change<Operation>;
  readonly preconditions: Preconditions;
  readonly wanted: Wanted;
  /** Names of the quirks that fired. */
  readonly quirks: readonly string[];
  /** What was asked for, in a line for the activity log. */
  readonly request: string;
}

/** Equal for commands that stand and fall together: of one credential, read by the rules of one profile. */
export function standingKey({
  claim,
  profile,
}: Pick<Command<unknown>, "claim" | "profile">): string {
  return `${profile} ${keyOf(claim.credential)}`;
}

export type Outcome =
  | {
      readonly ok: true;
      /** The resource after the change; undefined where it was deleted. */
      readonly resource: StoredResource | undefined;
      /** False where the change changed nothing: no write, no version. */
      readonly changed: boolean;
    }
  | { readonly ok: false; readonly fault: Fault };
