/** Changes of the attribute that is stored as rows: which rows they need to see, and which they add and remove. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { leafOf } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { isList, isObject } from "../scim/json.ts";
import type { Json } from "../scim/json.ts";
import type { Member } from "../scim/resource.ts";
import type { Filter } from "../parse/filter.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { matchFilter } from "./match.ts";
import { resolveValueFilter } from "./resolve.ts";
import type { TypedFilter } from "./typed-filter.ts";

export interface MemberNeeds {
  /** Every row of the resource, since the change depends on what is there. */
  readonly whole: boolean;
  /** Ids that the change adds: their rows, and the resources behind them. */
  readonly ids: readonly string[];
  /** Ids that the change may remove: their rows alone. */
  readonly left: readonly string[];
}

export interface MemberChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function rowsAttribute(type: ResourceType): Attribute | undefined {
  return type.schema.attributes.find(({ stored }) => stored === "rows");
}

/** The operations on the attribute that is stored as rows. */
export function memberOperations(operations: readonly PatchOperation[]): PatchOperation[] {
  return operations.filter(({ target }) => target.attribute.stored === "rows");
}

/** Adding and removing by value sees only the rows of the values that are named, whatever the size of the group. */
export function memberNeeds(operations: readonly PatchOperation[]): MemberNeeds {
  const [ids, left] = [new Set<string>(), new Set<string>()];
  let whole = false;
  for (const { op, filter, value } of memberOperations(operations)) {
    if (op !== "remove") for (const id of idsIn(value)) ids.add(id);
    const named = filter === undefined ? undefined : namedByFilter(filter);
    for (const id of named ?? []) left.add(id);
    if (named === undefined && op !== "add") whole = true;
  }
  return { whole, ids: [...ids], left: [...left] };
}

/** The ids of a filter that only says `value eq "id"`, or several of these with `or`; undefined for every other filter. */
function namedByFilter(filter: Filter): string[] | undefined {
  if (filter.kind === "or") {
    const parts = filter.filters.map(namedByFilter);
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  const isEquality =
    filter.kind === "compare" &&
    filter.operator === "eq" &&
    filter.path.urn === undefined &&
    filter.path.name.toLowerCase() === "value" &&
    filter.path.sub === undefined;
  return isEquality && typeof filter.value === "string" ? [filter.value] : undefined;
}

/**
 * What the operations come to, in their order. `present` holds every row, or the rows of the ids that the operations name.
 * Adding who is there, or removing who isn't, changes nothing.
 * @throws noTarget: replace at a value path that selects nobody
 */
export function changeMembers(
  present: readonly Member[],
  operations: readonly PatchOperation[],
): MemberChange {
  const before = new Map(present.map((member) => [member.id, member]));
  const after = new Map<string, Member | undefined>(before);
  for (const { op, target, filter, value } of memberOperations(operations)) {
    const selected = selectMembers(after, target.attribute, filter);
    if (op === "replace" && filter !== undefined && selected.length === 0) {
      refuse("noTarget", `No value of ${target.attribute.name} matches the filter.`);
    }
    if (op !== "add") for (const id of selected) after.delete(id);
    if (op !== "remove") for (const id of idsIn(value)) after.set(id, before.get(id));
  }
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
  };
}

function selectMembers(
  members: ReadonlyMap<string, Member | undefined>,
  attribute: Attribute,
  filter: Filter | undefined,
): string[] {
  if (filter === undefined) return [...members.keys()];
  const named = namedByFilter(filter);
  if (named !== undefined) return named.filter((id) => members.has(id));
  const typed = resolveValueFilter(filter, attribute);
  if (namesReference(typed)) {
    refuse("invalidFilter", `The $ref of ${attribute.name} can't be used in a filter: use value.`);
  }
  return [...members.keys()].filter((id) => {
    const member = members.get(id);
    const { type, display } = member ?? {};
    return matchFilter(typed, { value: id, ...(type && { type }), ...(display && { display }) });
  });
}

/** A URI depends on the request's base, which isn't known here: no comparison with it could be answered. */
function namesReference(filter: TypedFilter): boolean {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.some(namesReference);
    case "not":
      return namesReference(filter.filter);
    case "compare":
    case "present":
    case "some":
      return leafOf(filter.target).type === "reference";
  }
}

function idsIn(value: Json | undefined): string[] {
  const values: readonly (Json | undefined)[] = isList(value) ? value : [value];
  return values.flatMap((one) => {
    const id = isObject(one) ? one["value"] : undefined;
    return typeof id === "string" ? [id] : [];
  });
}
