/** The golden patches, as `test/golden/patches/` holds them. */
import type { Profile } from "../../schema/provider.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { readGoldens } from "./goldens.ts";
import type { GoldenFile } from "./goldens.ts";

export interface ExpectedFault {
  readonly kind: string;
  /** What the detail says among other things. */
  readonly detail?: string;
}

export interface PatchCase {
  readonly name: string;
  readonly resourceType: "User" | "Group";
  readonly profile?: Profile;
  readonly before: JsonObject;
  /** Ids of users, or members whole. */
  readonly members?: readonly (string | { id: string; type: string; display: string | null })[];
  readonly operations?: Json;
  /** Instead of operations: the whole body. */
  readonly body?: Json;
  readonly after?: JsonObject | "unchanged";
  readonly membersAfter?: readonly string[];
  readonly fault?: ExpectedFault;
  /** The names of exactly the quirks that fire. */
  readonly quirks?: readonly string[];
  /** What a strict connection gets for the same request. */
  readonly strict?: ExpectedFault;
}

export function readPatches(): GoldenFile<PatchCase>[] {
  return readGoldens(
    import.meta.glob(["../golden/patches/*.json"], {
      eager: true,
      query: "?raw",
      import: "default",
    }),
  );
}
