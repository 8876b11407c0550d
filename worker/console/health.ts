/** How a connection is, in words, from what the overview of the management API tells. */
import type { Hour } from "./chart.tsx";
import type { Tone } from "./parts.tsx";

export interface Connection {
  readonly enabled: boolean;
  /** ISO 8601 in UTC; null: never. */
  readonly lastUsed: string | null;
  /** The last 24, oldest first. */
  readonly hours: readonly Hour[];
}

export interface Health {
  readonly word: "off" | "never used" | "refusing" | "quiet" | "healthy";
  readonly tone: Tone;
  readonly meaning: string;
}

/** Every IdP that we know asks at least once a day, even where nothing has changed. */
const QUIET_MS = 86_400_000;

/** Refusing is one of which at least as much was refused as done, in the last hour in which either happened. */
export function healthOf(connection: Connection, now: Date): Health {
  const { enabled, lastUsed, hours } = connection;
  if (!enabled)
    return { word: "off", tone: "warn", meaning: "It is switched off: its requests are refused." };
  if (lastUsed === null)
    return { word: "never used", tone: "plain", meaning: "The IdP has not reached us yet." };
  const latest = hours.findLast(({ changes, refusals }) => changes + refusals > 0);
  if (latest !== undefined && latest.refusals > 0 && latest.refusals >= latest.changes) {
    return {
      word: "refusing",
      tone: "bad",
      meaning: "What it asked for lately was refused: the activity says why.",
    };
  }
  if (now.getTime() - Date.parse(lastUsed) > QUIET_MS)
    return { word: "quiet", tone: "warn", meaning: "Nothing came for more than a day." };
  return { word: "healthy", tone: "good", meaning: "It reaches us, and what it asks for is done." };
}
