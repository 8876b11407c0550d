/** Which failures pass: the one place that knows how databases and Durable Objects say "not now". */

/**
 * D1 and Durable Objects say it in their messages only (developers.cloudflare.com/d1/observability/debug-d1, "Error list"):
 * - "Network connection lost.", "Cannot resolve D1 DB due to transient issue on remote node."
 * - "D1 DB is overloaded. Requests queued for too long.", "... Too many requests queued.", "Durable Object is overloaded ..."
 * - "D1 DB storage operation exceeded timeout which caused object to be reset.", "Internal error in D1 DB storage caused object to be
 *   reset.", "D1 DB reset because its code was updated.", "... exceeded its CPU time limit and was reset."
 * A libSQL server is reached by fetch, whose failures are TypeErrors and the platform's own messages, and its proxies answer 429 and 5xx.
 */
const PASSING = [
  /network connection (was )?lost/i,
  /connection (was )?(reset|closed|refused|aborted)|socket hang up|ECONN(RESET|REFUSED)|EPIPE|ETIMEDOUT/i,
  /transient issue/i,
  /overloaded|too many requests queued|queued for too long/i,
  /\breset\b/i,
  /time[d-]?\s?-?out/i,
  /fetch failed|failed to fetch|internal error/i,
  /\bSQLITE_BUSY\b|database is locked/i,
  /HTTP status (429|5\d\d)|SERVER_ERROR.*\b(429|5\d\d)\b/i,
];

/** Is it worth to ask again? Where a write failed so, whether it was carried out is not known. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // A constraint, a limit of the engine, a mistake in SQL: the same comes to the same.
  if (/SQLITE_(?!BUSY)|constraint failed/i.test(error.message)) return false;
  if ("retryable" in error && error.retryable === true) return true;
  if (isOverloaded(error)) return true;
  const texts = [error.message, error.cause instanceof Error ? error.cause.message : ""];
  return PASSING.some((pattern) => texts.some((text) => pattern.test(text)));
}

/** The platform turned the call away before it did anything; to ask again at once makes it worse. */
export function isOverloaded(error: unknown): boolean {
  return error instanceof Error && "overloaded" in error && error.overloaded === true;
}

/** Did the Durable Object itself end, or the way to it? What its own code threw is marked `remote`. */
export function isLostObject(error: unknown): boolean {
  return error instanceof Error && !("remote" in error && error.remote === true);
}
