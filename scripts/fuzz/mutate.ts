/** Requests that nobody should send, made from requests that IdPs do send. Seeded: the same words give the same requests. */
import type { Random } from "../simulate/random.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { isList, isObject, readJson } from "../../worker/scim/json.ts";
import { FILTER_PIECES, NASTY_PATHS, NASTY_TEXTS, NASTY_VALUES } from "./nasty.ts";

/** A request below a base URL. */
export interface FuzzRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

/** A request as it was recorded. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: Json | undefined;
}

const SCIM = "application/scim+json";

/** Every object that has a method and a path. */
export function requestsIn(value: Json): readonly Recorded[] {
  if (isList(value)) return value.flatMap(requestsIn);
  if (!isObject(value)) return [];
  const { method, path, body } = value;
  const own =
    typeof method === "string" && typeof path === "string" ? [{ method, path, body }] : [];
  return [...own, ...Object.values(value).flatMap(requestsIn)];
}

/** One request, wrong in one to three ways. */
export function mutateRequest(recorded: Recorded, random: Random): FuzzRequest {
  const times = 1 + random.below(3);
  let body = recorded.body;
  let { method, path } = recorded;
  for (let time = 0; time < times; time += 1) {
    const what = random.below(10);
    if (what < 5 && body !== undefined) body = mutateJson(body, random);
    else if (what < 7) path = mutatePath(path, random);
    else if (what < 9) path = withQuery(path, random);
    else method = pick(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], random);
  }
  const takesBody = method !== "GET" && method !== "HEAD";
  return {
    method,
    path,
    headers: headersFor(random),
    body: takesBody && body !== undefined ? encode(body, random) : undefined,
  };
}

/** The value with one thing in it changed. */
export function mutateJson(value: Json, random: Random): Json {
  if (random.below(8) === 0) return pickJson(random);
  if (isList(value)) {
    if (value.length === 0) return [pickJson(random)];
    const index = random.below(value.length);
    const changed = mutateJson(value[index] ?? null, random);
    if (random.below(6) === 0) return [...value, ...value];
    return value.map((item, place) => (place === index ? changed : item));
  }
  if (isObject(value)) return mutateObject(value, random);
  return random.below(2) === 0 ? pickJson(random) : mutateScalar(value, random);
}

function mutateObject(object: JsonObject, random: Random): Json {
  const names = Object.keys(object);
  const name = names[random.below(Math.max(1, names.length))];
  if (name === undefined) return { [pick(NASTY_TEXTS, random)]: pickJson(random) };
  const entries = Object.entries(object);
  switch (random.below(6)) {
    case 0:
      return Object.fromEntries(entries.filter(([key]) => key !== name));
    case 1:
      return Object.fromEntries(
        entries.map(([key, value]) => [key === name ? renamed(key, random) : key, value]),
      );
    case 2:
      return Object.fromEntries([...entries, [pick(NASTY_TEXTS, random), pickJson(random)]]);
    case 3:
      if (name === "path") return { ...object, path: pick(NASTY_PATHS, random) };
      return { ...object, [name]: pickJson(random) };
    default:
      return { ...object, [name]: mutateJson(object[name] ?? null, random) };
  }
}

function renamed(name: string, random: Random): string {
  const ways = [
    name.toUpperCase(),
    `${name} `,
    `urn:ietf:params:scim:schemas:core:2.0:User:${name}`,
    `${name}.value`,
    "__proto__",
    "",
  ];
  return pick(ways, random);
}

function mutateScalar(value: Json, random: Random): Json {
  if (typeof value === "number") return -value * 1e9;
  if (typeof value !== "string") return JSON.stringify(value);
  const at = random.below(value.length + 1);
  const ways = [
    value.toUpperCase(),
    value.slice(0, at),
    value.slice(0, at) + pick(NASTY_TEXTS, random) + value.slice(at),
    value.repeat(2),
    filterText(random),
  ];
  return pick(ways, random);
}

function pickJson(random: Random): Json {
  return random.below(2) === 0
    ? pick(NASTY_TEXTS, random)
    : (NASTY_VALUES[random.below(NASTY_VALUES.length)] ?? null);
}

function mutatePath(path: string, random: Random): string {
  const segments = path.split("/");
  // What comes before the first slash belongs to the base.
  const index = 1 + random.below(Math.max(1, segments.length - 1));
  const odd = [
    "",
    ".",
    "..",
    "%2e%2e",
    "%00",
    "%ff",
    "%",
    "a".repeat(900),
    "Users",
    "Groups",
    "Bulk",
    ".search",
    "Schemas",
    "Me",
    "ServiceProviderConfig",
    "__proto__",
  ];
  return segments
    .map((segment, place) =>
      place === index
        ? pick([...odd, encodeURIComponent(toWellFormed(pick(NASTY_TEXTS, random)))], random)
        : segment,
    )
    .join("/");
}

const PARAMETERS = [
  "filter",
  "startIndex",
  "count",
  "cursor",
  "sortBy",
  "sortOrder",
  "attributes",
  "excludedAttributes",
  "unknown",
] as const;

function withQuery(path: string, random: Random): string {
  const name = pick(PARAMETERS, random);
  const value =
    name === "filter"
      ? filterText(random)
      : pick([...NASTY_TEXTS, ...NASTY_PATHS, "ascending", "1", "200"], random);
  const join = path.includes("?") ? "&" : "?";
  const encoded =
    random.below(12) === 0
      ? pick(["%", "%zz", "%ff%fe", "+"], random)
      : encodeURIComponent(toWellFormed(value).slice(0, 4000));
  return `${path}${join}${name}=${encoded}`;
}

/** A filter, mostly a broken one; now and then one that is long or deep. */
export function filterText(random: Random): string {
  const size = random.below(20) === 0 ? 200 : 1 + random.below(9);
  if (random.below(15) === 0) return `${"(".repeat(size)}userName pr${")".repeat(size)}`;
  if (random.below(15) === 0)
    return Array.from({ length: size }, () => 'userName eq "a"').join(" or ");
  return Array.from({ length: size }, () => pick(FILTER_PIECES, random)).join(
    pick([" ", " ", " ", ""], random),
  );
}

function headersFor(random: Random): Record<string, string> {
  const headers: Record<string, string> = { "content-type": SCIM };
  if (random.below(8) !== 0) return headers;
  const name = pick(
    [
      "content-type",
      "accept",
      "if-match",
      "if-none-match",
      "x-forwarded-host",
      "content-encoding",
      "accept-language",
      "prefer",
    ],
    random,
  );
  const value = pick(
    [
      "",
      "*",
      "*/*;q=x",
      'W/"1"',
      '"',
      'W/"',
      "application/json; charset=utf-16",
      "text/plain",
      "gzip",
      "a,b,,c;=",
      "x".repeat(4000),
    ],
    random,
  );
  return { ...headers, [name]: value };
}

/** JSON text, sometimes broken as text: cut off, with a name twice, or no UTF-8. */
function encode(body: Json, random: Random): string | Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(body);
  switch (random.below(25)) {
    case 0:
      return text.slice(0, random.below(text.length + 1));
    case 1:
      return text.replace(
        "{",
        '{"userName":"twice","userName":"again","__proto__":{"admin":true},',
      );
    case 2: {
      const bytes = Uint8Array.from(new TextEncoder().encode(text));
      bytes[random.below(bytes.length)] = 0x80 + random.below(0x7f);
      return bytes;
    }
    case 3:
      return `\ufeff${text}`;
    case 4:
      return `${text}${text}`;
    case 5:
      return text.replaceAll('"', "'");
    default:
      return text;
  }
}

function pick<T>(list: readonly T[], random: Random): T {
  const [first] = list;
  const chosen = list[random.below(list.length)] ?? first;
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}

function toWellFormed(text: string): string {
  return text.replaceAll(/[\ud800-\udfff]/g, "\ufffd");
}

/** A recording with ids in the place of its names: they stand for resources that were made in it. */
export function fillIn(recorded: Recorded, ids: readonly string[], random: Random): Recorded {
  const fill = (text: string): string =>
    text.replaceAll(/\{\{?\w+\}?\}/g, () => ids[random.below(Math.max(1, ids.length))] ?? "none");
  const { method, path, body } = recorded;
  return { method, path: fill(path), body: body && readJson(fill(JSON.stringify(body))) };
}
