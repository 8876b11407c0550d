/** The log: one JSON line for each failure, and nothing in it that a reader of logs may not know. */

export interface LogLine {
  /** What happened, as `room.what`. */
  readonly event: string;
  /** The tenant, where a token proved it. */
  readonly tenant?: string | undefined;
  /** The tenant that an unproven request names. */
  readonly claimedTenant?: string | undefined;
  readonly requestId?: string | undefined;
  /** The connection: the scheme of its SSO provider. */
  readonly provider?: string | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  readonly outcome?: string | undefined;
  /** Our own words; what was thrown goes through `errorText`. */
  readonly reason?: string | undefined;
  readonly error?: string | undefined;
  readonly clientId?: string | undefined;
  readonly method?: string | undefined;
  /** Without its query, through `withoutData`: a stranger chose it. */
  readonly path?: string | undefined;
  /** Of a stranger, where the platform names it. */
  readonly address?: string | undefined;
}

/** A refusal is a warning; what has no status, or one of ours, is an error. */
export function log(line: LogLine): void {
  const isError = (line.status ?? 500) >= 500;
  const text = JSON.stringify({ level: isError ? "error" : "warn", ...line });
  if (isError) console.error(text);
  else console.log(text);
}

const LONGEST = 2000;

/**
 * An error for the log: its name, its message without what could be data, and where it was thrown. drizzle and libSQL repeat
 * parameters in their messages, JSON.parse the text that it read, and any message may hold a token.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const head = `${error.name}: ${withoutData(error.message)}`;
  return [head, ...frames].join("\n").slice(0, LONGEST);
}

/** Without what is quoted, and what looks like a credential or an e-mail address. */
export function withoutData(message: string): string {
  return message
    .replace(/\b(?:failed query|params?)\b.*/is, "…")
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replace(/\b(?:rc[sc]_|bearer\s+|basic\s+|eyJ)\S+/gi, "…")
    .replace(/\S+@\S+/g, "…");
}
