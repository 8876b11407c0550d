/** Rows of `selectResources` back to resources, and to the token that they were read with. */
import { isList, readJson, readObject } from "../scim/json.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Member, Membership, ResourceText, StoredResource } from "../scim/resource.ts";
import type { Shown } from "./reads.ts";
import type { Row } from "./statement.ts";

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
  const all: Row[] = [];
  let [total, most]: (number | undefined)[] = [];
  for (const row of rows) {
    if (isNumber(row["total"])) total = row["total"];
    if (row["part"] === "member") append(members, text(row["id"]), decodeMember(row));
    else if (row["part"] === "list") most = isNumber(row["other"]) ? row["other"] : undefined;
    else if (row["id"] !== null) all.push(row);
  }
  const found = all.slice(0, most);
  const resources = found.map((row): ResourceText => {
    const id = text(row["id"]);
    return {
      type: text(row["type"]),
      id,
      version: number(row["version"]),
      created: text(row["created"]),
      lastModified: text(row["last_modified"]),
      text: text(row["document"]),
      ...(shown.members && { members: members.get(id) ?? [] }),
      ...(shown.memberships && { memberships: decodeMemberships(row["memberships"]) }),
      ...(shown.names && { names: decodeNames(row["names"]) }),
    };
  });
  return {
    total: total ?? resources.length,
    more: found.length < all.length,
    resources,
    keys: found.map((row) => row["other"] ?? null),
  };
}

/** The token that the rows were read with, as a row of `planToken`; undefined where it is none. */
export function decodeToken([first]: readonly Row[]): Row | undefined {
  const token = first?.["token"];
  if (typeof token !== "string") return undefined;
  const row: Record<string, Row[string]> = {};
  for (const [name, value] of Object.entries(readObject(token))) {
    row[name] = typeof value === "string" || typeof value === "number" ? value : null;
  }
  return row;
}

/** How many resources there are of each type, as the writer's row has it. */
export function totalsIn(object: JsonObject): Record<string, number> {
  return Object.fromEntries(Object.entries(object).map(([type, count]) => [type, Number(count)]));
}

function decodeMember(row: Row): Member {
  return { id: text(row["other"]), type: text(row["type"]), display: nullable(row["names"]) };
}

/** By id; a group that holds the resource both directly and through others is told once. */
function decodeMemberships(value: Row[string] | undefined): Membership[] {
  const list = typeof value === "string" ? readJson(value) : [];
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
function decodeNames(value: Row[string] | undefined): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [id, name] of Object.entries(readObject(text(value ?? "{}")))) {
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

function isNumber(value: Row[string] | undefined): value is number {
  return typeof value === "number";
}

function nullable(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
