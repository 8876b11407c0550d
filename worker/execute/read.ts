/** Reads for a claim: the token row rides along in the same round trip, and without it nothing else is read. */
import { planToken, planTouch } from "../plan/claim.ts";
import type { Statement } from "../plan/statement.ts";
import type { Claim } from "../scim/principal.ts";
import type { Row, Store } from "./store.ts";

export interface ClaimedRows {
  /** Undefined where the token is none. */
  readonly token: Row | undefined;
  readonly rows: readonly Row[];
}

export async function executeRead(
  store: Store,
  claim: Claim,
  statement: Statement,
): Promise<ClaimedRows> {
  const [token = [], rows = []] = await store.batch([planToken(claim), statement]);
  return { token: token[0], rows };
}

/** The token row alone. */
export async function readToken(store: Store, claim: Claim): Promise<Row | undefined> {
  return (await store.query(planToken(claim)))[0];
}

/** How long a token's last use may lie back before it is written again. */
const TOUCH_AFTER_MS = 3_600_000;

/** Notes the token's use: at once the first time, then hourly at the most. Undefined where there is nothing to note. */
export function touchToken(store: Store, claim: Claim, token: Row): Promise<unknown> | undefined {
  const lastUsed = token["last_used"];
  const isFresh =
    typeof lastUsed === "string" && Date.parse(claim.at) - Date.parse(lastUsed) < TOUCH_AFTER_MS;
  return isFresh ? undefined : store.query(planTouch(claim));
}
