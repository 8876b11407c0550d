/** What a request asked for, in a line for the activity log: method, endpoint, attribute paths and filters, and no value. */
import { fold } from "../scim/fold.ts";
import { isList, isObject, valueOf } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import type { ScimContext } from "./context.ts";

export interface Asked {
  readonly method: string;
  /** Below the base, with the id of a resource as {id}. */
  readonly path: string;
  /** Parameters of a list: from the URL, or the body of a search request. */
  readonly query: readonly (readonly [string, string])[];
  /** Undefined where there is none, or it couldn't be read. */
  readonly body: Json | undefined;
}

/** Characters at the most. */
const LONGEST = 500;
/** Of a path or a filter. */
const LONGEST_PART = 200;

export function askedOf(c: ScimContext): Asked {
  const { pathname, searchParams } = new URL(c.req.url);
  const below = pathname.slice(new URL(c.get("base")).pathname.length).replace(/\/$/, "");
  const isOfOne = c.req.param("id") !== undefined;
  const path = isOfOne ? below.replace(/\/[^/]*$/, "/{id}") : below;
  return { method: c.req.method, path, query: [...searchParams], body: c.get("body") };
}

/** `PATCH /Users/{id}: replace active; add emails[type eq "work"]`. */
export function describeAsked(asked: Asked): string {
  const about = aboutOf(asked);
  const line = `${asked.method} ${asked.path}${about === "" ? "" : `: ${about}`}`;
  return cut(line, LONGEST);
}

function aboutOf({ path, query, body }: Asked): string {
  if (path.endsWith("/.search")) return listed(searchOf(body));
  // The example in RFC 7644 section 3.7.3 has the bare list of operations for the data of a PATCH.
  if (isList(body)) return body.map(operationOf).join("; ");
  if (!isObject(body)) return listed(query);
  const operations = valueOf(body, "Operations");
  if (path === "/Bulk") return isList(operations) ? `${operations.length} operations` : "";
  return isList(operations) ? operations.map(operationOf).join("; ") : namesOf(body);
}

/** What of a list is shown, whichever way it was asked for. */
const SHOWN = [
  "filter",
  "sortBy",
  "sortOrder",
  "startIndex",
  "count",
  "attributes",
  "excludedAttributes",
];

function listed(query: Asked["query"]): string {
  return query
    .filter(([name]) => SHOWN.includes(name))
    .map(([name, text]) => `${name} ${withoutPassword(cut(text, LONGEST_PART))}`)
    .join(", ");
}

function searchOf(body: Json | undefined): Asked["query"] {
  if (!isObject(body)) return [];
  return SHOWN.flatMap((name): (readonly [string, string])[] => {
    const value = valueOf(body, name);
    if (isList(value)) return [[name, value.map(String).join(",")]];
    return typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [];
  });
}

/** Without a path, the operation is about what its value names. */
function operationOf(operation: Json): string {
  if (!isObject(operation)) return "?";
  const [op, path, value] = ["op", "path", "value"].map((name) => valueOf(operation, name));
  const verb = typeof op === "string" && /^\w{1,10}$/.test(op) ? op.toLowerCase() : "?";
  if (typeof path === "string") return `${verb} ${withoutPassword(cut(path, LONGEST_PART))}`;
  return isObject(value) ? `${verb} ${namesOf(value)}` : verb;
}

/** Attributes that are named, where they look like attribute paths: whatever else stands there may be a value. */
function namesOf(object: JsonObject): string {
  const names = Object.keys(object).filter((name) => name.toLowerCase() !== "schemas");
  return names
    .map((name) =>
      /^[\w$.:-]{1,200}(?:\[[^\]]{0,100}\])?[\w$.-]{0,50}$/.test(name)
        ? withoutPassword(name)
        : "?",
    )
    .join(", ");
}

/** A filter names what was looked for; of a password even that is too much. */
function withoutPassword(text: string): string {
  const isNamed = fold(text).trim() !== "password" && fold(text).includes("password");
  return isNamed ? "(password)" : text;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
