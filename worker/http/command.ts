/** A change as the command that the tenant's writer carries out. */
import type { ResourceType } from "../../schema/attribute.ts";
import type { PatchOperation } from "../parse/patch.ts";
import type { Leniency } from "../parse/quirks.ts";
import type { WriteCommand } from "../plan/needs.ts";
import type { Change, Preconditions, Wanted } from "../scim/command.ts";
import { makeWriteId } from "../scim/ids.ts";
import type { Principal } from "../scim/principal.ts";
import { claimOf } from "./access.ts";
import { describeAsked } from "./asked.ts";
import type { Asked } from "./asked.ts";
import type { ScimContext } from "./context.ts";

interface Wish {
  readonly type: ResourceType;
  readonly change: Change<PatchOperation>;
  /** What the change was forgiven when it was read. */
  readonly leniency: Leniency;
  readonly wanted: Wanted;
  readonly preconditions: Preconditions;
  readonly asked: Asked;
}

export function commandOf(c: ScimContext, principal: Principal, wish: Wish): WriteCommand {
  const { type, change, leniency, wanted, preconditions, asked } = wish;
  const { tokenId, provider, profile } = principal;
  return {
    claim: claimOf(c),
    writeId: makeWriteId(c.get("wiring").random(8)),
    tokenId,
    provider,
    profile,
    type: type.name,
    change,
    preconditions,
    wanted,
    quirks: [...new Set(leniency.forgiven.map(({ quirk }) => quirk))],
    request: describeAsked(asked),
  };
}
