/**
 * What one tenant's clients were told: which writes were acknowledged, in which version, and which had no outcome. Whatever
 * the server has after a kill must agree with it.
 */

export interface Ledger {
  /** By path below the base URL, "/Users/{id}". */
  readonly entries: Map<string, Entry>;
  /** Endpoint to creations without an outcome since the last look. */
  readonly maybeCreated: Map<string, number>;
  /** HTTP status, or "cut" where no answer came, to requests. */
  readonly statuses: Map<string, number>;
  /** The first answers that no client should ever get. */
  readonly broken: string[];
  /** Writes that were answered with 2xx. */
  acknowledged: number;
  /** Writes that were answered with 5xx, or not at all. */
  unknown: number;
  /** 5xx other than 503. */
  faults: number;
}

interface Entry {
  /** The newest that was told. */
  version: number;
  /** Writes without an outcome since the last look. */
  unknown: number;
  state: "there" | "maybe deleted" | "deleted";
}

export interface Write {
  readonly method: string;
  /** Below the base URL, without the query. */
  readonly path: string;
}

export interface Told {
  readonly status: number;
  readonly etag: string | undefined;
  readonly text: string;
}

const LISTED = 20;

export function startLedger(): Ledger {
  return {
    entries: new Map(),
    maybeCreated: new Map(),
    statuses: new Map(),
    broken: [],
    acknowledged: 0,
    unknown: 0,
    faults: 0,
  };
}

export function recordAnswer(ledger: Ledger, request: Write, told: Told): void {
  count(ledger.statuses, String(told.status));
  if (told.status >= 500) {
    if (told.status !== 503) recordFault(ledger, request, told);
    recordUnknown(ledger, request);
    return;
  }
  // 4xx is a refusal: nothing was written.
  if (request.method === "GET" || told.status >= 300) return;
  ledger.acknowledged += 1;
  if (request.method === "DELETE") {
    entryAt(ledger, request.path).state = "deleted";
    return;
  }
  const path = request.method === "POST" ? `${request.path}/${idOf(told.text)}` : request.path;
  const entry = entryAt(ledger, path);
  entry.version = Math.max(entry.version, versionOf(told.etag));
}

/** No answer came: it may have been carried out. */
export function recordCut(ledger: Ledger, request: Write): void {
  count(ledger.statuses, "cut");
  recordUnknown(ledger, request);
}

/** What the server has that it was never told, and what it was told and hasn't. The unknown becomes known by it. */
export function judgeVersions(
  ledger: Ledger,
  found: ReadonlyMap<string, number>,
): readonly string[] {
  const judged = [...ledger.entries].flatMap(([path, entry]) => {
    const problem = judge(path, entry, found.get(path));
    settle(entry, found.get(path));
    return problem === undefined ? [] : `${path}: ${problem}`;
  });
  const strangers = [...found].filter(([path]) => !ledger.entries.has(path));
  for (const [path, version] of strangers) entryAt(ledger, path).version = version;
  const unasked = [...Map.groupBy(strangers, ([path]) => endpointOf(path))].flatMap(
    ([endpoint, ones]) => {
      const most = ledger.maybeCreated.get(endpoint) ?? 0;
      if (ones.length <= most) return [];
      return `${endpoint}: ${ones.length} resources whose creation was not acknowledged, ${most} without an outcome`;
    },
  );
  ledger.maybeCreated.clear();
  return [...judged, ...unasked];
}

function judge(path: string, entry: Entry, found: number | undefined): string | undefined {
  const { version, unknown, state } = entry;
  if (state === "deleted") {
    return found === undefined ? undefined : "the acknowledged deletion is lost";
  }
  if (found === undefined) {
    return state === "maybe deleted"
      ? undefined
      : `version ${version} was acknowledged; it is gone`;
  }
  if (found < version) return `version ${version} was acknowledged, ${found} is there`;
  // A group has a new version also when a member of it is deleted.
  if (endpointOf(path) !== "/Users" || found <= version + unknown) return undefined;
  return `version ${found} is there, ${version} was acknowledged and ${unknown} had no outcome`;
}

function settle(entry: Entry, found: number | undefined): void {
  entry.unknown = 0;
  entry.version = found ?? entry.version;
  if (entry.state === "maybe deleted") entry.state = found === undefined ? "deleted" : "there";
}

function recordUnknown(ledger: Ledger, { method, path }: Write): void {
  if (method === "GET") return;
  ledger.unknown += 1;
  if (method === "POST") {
    count(ledger.maybeCreated, path);
    return;
  }
  const entry = entryAt(ledger, path);
  entry.unknown += 1;
  if (method === "DELETE" && entry.state === "there") entry.state = "maybe deleted";
}

function recordFault(ledger: Ledger, { method, path }: Write, { status, text }: Told): void {
  ledger.faults += 1;
  if (ledger.broken.length < LISTED) {
    ledger.broken.push(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
  }
}

function entryAt(ledger: Ledger, path: string): Entry {
  const present = ledger.entries.get(path);
  if (present !== undefined) return present;
  const made: Entry = { version: 0, unknown: 0, state: "there" };
  ledger.entries.set(path, made);
  return made;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function endpointOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The number in `W/"7"`; 0 where there is none. */
export function versionOf(etag: unknown): number {
  return Number(/^W\/"(\d+)"$/.exec(typeof etag === "string" ? etag : "")?.[1] ?? 0);
}

function idOf(text: string): string {
  return /"id":\s*"([^"]+)"/.exec(text)?.[1] ?? "";
}
