/** Rows of `selectResources` back to resources, and to the token that they were read with. */
import { isList, isObject, readJson, readObject } from "../scim/json.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import type { Member, Membership, ResourceText, StoredResource } from "../scim/resource.ts";
import type { Shown } from "./reads.ts";
import type { Row } from "./statement.ts";

/** What a row of `selectResources` says beside a document. */
type Facts = readonly Json[];

export interface Found<Resource = StoredResource> {
  readonly total: number;
  /** Whether more resources follow, in the direction of the cursor. */
  readonly more: boolean;
  readonly resources: readonly Resource[];
  /** What each of them is sorted by. */
  readonly keys: readonly (string | number | null)[];
}

export function decodeResources(rows: readonly Row[], shown: Shown): Found {
  const { resources, ...rest } = decodeTexts(rows, shown);
  const parsed = resources.map(({ text: document, ...resource }) => ({
    ...resource,
    document: readObject(document),
  }));
  return { ...rest, resources: parsed };
}

/** The same without looking into the documents. */
export function decodeTexts(rows: readonly Row[], shown: Shown): Found<ResourceText> {
  const members = new Map<string, Member[]>();
  const all: (ReturnType<typeof resourceFacts> & { readonly row: Row })[] = [];
  let [total, most]: (number | undefined)[] = [];
  for (const row of rows) {
    const facts = factsOf(row);
    if (row["part"] === "list") [total, most] = facts.map(numeric);
    else if (row["part"] === "member") append(members, textual(facts[0]), decodeMember(facts));
    else {
      const found = { ...resourceFacts(facts), row };
      total = numeric(found.total) ?? total;
      if (found.id !== null) all.push(found);
    }
  }
  const found = all.slice(0, most);
  const resources = found.map((one): ResourceText => ({
    type: textual(one.type),
    id: textual(one.id),
    version: Number(one.version),
    created: textual(one.created),
    lastModified: textual(one.lastModified),
    text: text(one.row["document"]),
    ...(shown.members && { members: members.get(textual(one.id)) ?? [] }),
    ...(shown.memberships && { memberships: decodeMemberships(one.memberships) }),
    ...(shown.names && { names: decodeNames(one.names) }),
  }));
  return {
    total: total ?? resources.length,
    more: found.length < all.length,
    resources,
    keys: found.map(({ row }) => row["key"] ?? null),
  };
}

/** The token that the rows were read with, as a row of `planToken`; undefined where it is none. */
export function decodeToken([first]: readonly Row[]): Row | undefined {
  const token = first && factsOf(first).at(-1);
  if (!isObject(token)) return undefined;
  return Object.fromEntries(Object.entries(token).map(([name, value]) => [name, scalar(value)]));
}

/** In the order of `selectShown`. */
function resourceFacts(facts: Facts) {
  const [id, type, version, created, lastModified, names, memberships, total] = facts;
  return { id, type, version, created, lastModified, names, memberships, total };
}

function factsOf(row: Row): Facts {
  const facts = readJson(text(row["facts"]));
  return isList(facts) ? facts : [];
}

function scalar(value: Json | undefined): Row[string] {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function textual(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function numeric(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** How many resources there are of each type, as the writer's row has it. */
export function totalsIn(object: JsonObject): Record<string, number> {
  return Object.fromEntries(Object.entries(object).map(([type, count]) => [type, Number(count)]));
}

function decodeMember([, type, id, display]: Facts): Member {
  return {
    id: textual(id),
    type: textual(type),
    display: typeof display === "string" ? display : null,
  };
}

/** By id; a group that holds the resource both directly and through others is told once. */
function decodeMemberships(list: Json | undefined): Membership[] {
  const memberships = new Map<string, Membership>();
  for (const one of isList(list) ? list : []) {
    const [id, direct, display] = isList(one) ? one : [];
    if (typeof id !== "string" || memberships.get(id)?.direct === true) continue;
    memberships.set(id, {
      id,
      display: typeof display === "string" ? display : null,
      direct: direct === 1,
    });
  }
  return [...memberships.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** References without a target have the key '' or no name. */
function decodeNames(value: Json | undefined): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [id, name] of Object.entries(isObject(value) ? value : {})) {
    if (id !== "" && typeof name === "string") names[id] = name;
  }
  return names;
}

function append<Value>(all: Map<string, Value[]>, id: string, value: Value): void {
  const list = all.get(id);
  if (list === undefined) all.set(id, [value]);
  else list.push(value);
}

export function text(value: Row[string] | undefined): string {
  return String(value ?? "");
}

export function number(value: Row[string] | undefined): number {
  return Number(value ?? 0);
}
