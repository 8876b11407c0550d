/** Rows of `selectResources` back to resources. */
import { readObject } from "../scim/json.ts";
import type { Member, Membership, StoredResource } from "../scim/resource.ts";
import type { Shown } from "./reads.ts";
import type { Row } from "./statement.ts";

export interface Found {
  /** 0 where the statement didn't ask for it. */
  readonly total: number;
  /** Whether more resources follow, in the direction of the cursor. */
  readonly more: boolean;
  readonly resources: readonly StoredResource[];
  /** What each of them is sorted by. */
  readonly keys: readonly (string | number | null)[];
}

export function decodeResources(rows: readonly Row[], shown: Shown): Found {
  const members = new Map<string, Member[]>();
  const memberships = new Map<string, Membership[]>();
  for (const row of rows) {
    if (row["part"] === "member") append(members, row, decodeMember(row));
    if (row["part"] === "membership") append(memberships, row, decodeMembership(row));
  }
  const total = rows.find((row) => row["part"] === "total");
  const found = rows.filter((row) => row["part"] === "resource");
  const resources = found.map((row): StoredResource => {
    const id = text(row["id"]);
    return {
      type: text(row["type"]),
      id,
      version: number(row["version"]),
      created: text(row["created"]),
      lastModified: text(row["last_modified"]),
      document: readObject(text(row["document"])),
      ...(shown.members && { members: members.get(id) ?? [] }),
      ...(shown.memberships && { memberships: memberships.get(id) ?? [] }),
      ...(shown.names && { names: decodeNames(row["names"]) }),
    };
  });
  return {
    total: number(total?.["version"]),
    more: total?.["other"] === 1,
    resources,
    keys: found.map((row) => row["other"] ?? null),
  };
}

function decodeMember(row: Row): Member {
  return { id: text(row["other"]), type: text(row["type"]), display: nullable(row["display"]) };
}

function decodeMembership(row: Row): Membership {
  return {
    id: text(row["other"]),
    display: nullable(row["display"]),
    direct: number(row["version"]) === 1,
  };
}

/** References without a target have the key '' or no name. */
function decodeNames(value: Row[string] | undefined): Record<string, string> {
  const names: Record<string, string> = {};
  for (const [id, name] of Object.entries(readObject(text(value ?? "{}")))) {
    if (id !== "" && typeof name === "string") names[id] = name;
  }
  return names;
}

function append<Value>(lists: Map<string, Value[]>, row: Row, value: Value): void {
  const id = text(row["id"]);
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [value]);
  else list.push(value);
}

export function text(value: Row[string] | undefined): string {
  return String(value ?? "");
}

export function number(value: Row[string] | undefined): number {
  return Number(value ?? 0);
}

function nullable(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
