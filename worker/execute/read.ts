/** Reads for a claim: the token row rides along in the same round trip, and without it nothing else is read. */
import { planSeen, planToken, planTouch } from "../plan/claim.ts";
import { decodeToken } from "../plan/decode.ts";
import type { Statement } from "../plan/statement.ts";
import type { Claim } from "../scim/principal.ts";
import type { Row, Store } from "./store.ts";

export interface ClaimedRows {
  /** Undefined where the token is none. */
  readonly token: Row | undefined;
  readonly rows: readonly Row[];
}

/** One statement for both: its rows carry the token. */
export async function executeRead(store: Store, statement: Statement): Promise<ClaimedRows> {
  const rows = await store.query(statement);
  return { token: decodeToken(rows), rows };
}

/** The token row alone. */
export async function readToken(store: Store, claim: Claim): Promise<Row | undefined> {
  return (await store.query(planToken(claim)))[0];
}

/** How long a token's last use may lie back before it is written again. */
const TOUCH_AFTER_MS = 3_600_000;

export interface TokenUse {
  /** When it was noted last; null or undefined: never. */
  readonly lastUsed: Row[string] | undefined;
  readonly provider?: string;
  /** The profile that the request looks like. */
  readonly seen?: string | undefined;
}

/** Notes the token's use: at once the first time, then hourly at the most. Undefined where there is nothing to note. */
export function touchToken(
  store: Store,
  claim: Claim,
  { lastUsed, provider, seen }: TokenUse,
): Promise<unknown> | undefined {
  const isFresh =
    typeof lastUsed === "string" && Date.parse(claim.at) - Date.parse(lastUsed) < TOUCH_AFTER_MS;
  if (isFresh) return undefined;
  const isSeen = provider !== undefined && seen !== undefined;
  return store.batch([planTouch(claim), ...(isSeen ? [planSeen(claim, provider, seen)] : [])]);
}
