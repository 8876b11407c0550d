/** What changes have to see before they can be decided: one batch of statements for all of them, small whatever the tenant's size. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { BEHAVIOURS } from "../../schema/profiles.ts";
import { attributeRefs, pathOf, valueAt } from "../scim/attribute-path.ts";
import type { Command } from "../scim/command.ts";
import { foldFor } from "../scim/fold.ts";
import { isObject } from "../scim/json.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { planTokens } from "./claim.ts";
import type { KnownState } from "./known-state.ts";
import { memberNeeds, rowsAttribute } from "./members.ts";
import type { MemberNeeds } from "./members.ts";
import {
  selectAncestors,
  selectCurrent,
  selectHeld,
  selectHolding,
  selectMentioned,
  selectUnique,
} from "./need-statements.ts";
import type { CurrentResources, UniqueValue } from "./need-statements.ts";
import { writtenReferences, writtenStrings } from "./patch.ts";
import { namedReferences } from "./reads.ts";
import { indexRows } from "./rows.ts";
import { AFTER_ALL, selectRuns } from "./runs.ts";
import { sql, statement } from "./statement.ts";
import type { Row, SQL, Statement } from "./statement.ts";

export type WriteCommand = Command<PatchOperation>;

const NEEDS = [
  "tokens",
  "writer",
  "current",
  "mentioned",
  "held",
  "unique",
  "runs",
  "ancestors",
  "holding",
] as const;
type Need = (typeof NEEDS)[number];

/** A statement, and what its rows are needed for. */
export interface NeededRead {
  readonly need: Need;
  readonly statement: Statement;
}

export type NeedRows = Partial<Record<Need, readonly Row[]>>;

export interface NeedsContext {
  readonly types: readonly ResourceType[];
  /** ISO 8601 in UTC. */
  readonly now: string;
  /**
   * Whether the tokens are read. The Worker saw each a moment ago, and the guard judges them again in the batch; only where that
   * refused it has to be known which of them no longer stands.
   */
  readonly isRefused: boolean;
}

/** A command with its resource type. */
export interface Typed {
  readonly command: WriteCommand;
  readonly type: ResourceType;
}

/** The reads of one batch. All commands are of one tenant; how many there are makes lists longer, not statements more. */
export function planNeeds(commands: readonly Typed[], context: NeedsContext): NeededRead[] {
  const [first] = commands;
  if (first === undefined) return [];
  const { types, now, isRefused } = context;
  const { tenant } = first.command.claim;
  const credentials = commands.map(({ command }) => command.claim.credential);
  const unique = commands.flatMap(({ command, type }) => uniqueOf(command, type));
  const leaving = commands.flatMap(({ command }) =>
    command.change.kind === "delete" ? [command.change.id] : [],
  );
  const queries: Record<Need, readonly SQL[]> = {
    tokens: isRefused ? planTokens(tenant, credentials, now) : [],
    writer: [sql`SELECT sequence, totals, last_id FROM writers WHERE tenant_id = ${tenant}`],
    current: selectCurrent(tenant, currentOf(commands), types),
    mentioned: selectMentioned(tenant, commands.flatMap(mentionedBy), types),
    held: selectHeld(tenant, commands.flatMap(heldBy)),
    unique: selectUnique(tenant, unique),
    runs: selectRuns(tenant, commands.flatMap(runsOf)),
    ancestors: selectAncestors(tenant, commands.flatMap(nestedIn), types),
    holding: selectHolding(tenant, leaving),
  };
  return NEEDS.flatMap((need) =>
    queries[need].map((query) => ({ need, statement: statement(query) })),
  );
}

/**
 * Can all of them be decided on what is known? Creates can that name no other resource; whether their names are free is for the index to
 * say then, which refuses the batch if not.
 */
export function areDecidedBy(known: KnownState, commands: readonly Typed[]): boolean {
  const isDecided = ({ command, type }: Typed): boolean =>
    command.change.kind === "create" &&
    mentionedBy({ command, type }).length === 0 &&
    uniqueOf(command, type).every(({ isKeyed }) => isKeyed) &&
    known.runs.some((row) => row["type"] === type.name);
  return known.areNamesFree && commands.every(isDecided);
}

/** The rows of the statements, by what they are needed for. */
export function rowsByNeed(
  reads: readonly NeededRead[],
  results: readonly (readonly Row[])[],
): NeedRows {
  const rows: NeedRows = {};
  for (const [index, { need }] of reads.entries()) {
    rows[need] = [...(rows[need] ?? []), ...(results[index] ?? [])];
  }
  return rows;
}

/** The id of the resource that a command changes; undefined where it creates one. */
export function idOf({ change }: WriteCommand): string | undefined {
  return change.kind === "create" ? undefined : change.id;
}

export function membersOf({ change }: WriteCommand, type: ResourceType): MemberNeeds {
  const none = { whole: false, ids: [], left: [] };
  if (rowsAttribute(type) === undefined) return none;
  switch (change.kind) {
    case "create":
      return { ...none, ids: change.resource.members };
    case "replace":
      return { ...none, whole: true, ids: change.resource.members };
    case "patch":
      return memberNeeds(change.operations);
    case "delete":
      return none;
  }
}

/** Pairs of the resource and an id that the change names: members to be, and targets of references. */
function mentionedBy({ command, type }: Typed): (readonly [string, string])[] {
  const ids = new Set([...membersOf(command, type).ids, ...referencesOf(command, type)]);
  return [...ids].map((id) => [idOf(command) ?? "", id] as const);
}

/** Pairs of the resource and an id that the change may take out of it. */
function heldBy({ command, type }: Typed): (readonly [string, string])[] {
  const { whole, left } = membersOf(command, type);
  return whole ? [] : left.map((id) => [idOf(command) ?? "", id] as const);
}

/** Ids that the change writes into references whose target's name is shown. */
function referencesOf({ change, wanted }: WriteCommand, type: ResourceType): string[] {
  if (!wanted.names || change.kind === "delete") return [];
  if (change.kind === "patch") return writtenReferences(change.operations);
  const { document } = change.resource;
  return namedReferences(type).flatMap((ref) => {
    const reference = valueAt(ref, document);
    const value = isObject(reference) ? reference["value"] : undefined;
    return typeof value === "string" ? [value] : [];
  });
}

/** Values that no other resource of the type may hold. */
export function uniqueOf(
  { change, profile }: WriteCommand,
  type: ResourceType,
): readonly UniqueValue[] {
  if (change.kind === "delete") return [];
  const refs = uniqueRefs(type, BEHAVIOURS[profile].unique);
  const written = change.kind === "patch" ? [] : indexRows(type, "", change.resource.document);
  return refs.flatMap(({ path, attribute }) => {
    const values =
      change.kind === "patch"
        ? writtenStrings(change.operations, path).map((value) => foldFor(attribute, value))
        : written.filter((row) => row.attribute === path).map(({ value }) => value);
    const isKeyed = attribute.uniqueness !== "none";
    return values.map((value) => ({ type: type.name, path, value, isKeyed }));
  });
}

/** Attributes that are unique by their schema, or for this connection. */
export function uniqueRefs(
  type: ResourceType,
  more: readonly string[],
): { path: string; attribute: Attribute }[] {
  return attributeRefs(type)
    .map((ref) => ({ path: pathOf(ref), attribute: ref.attribute }))
    .filter(({ path, attribute }) => {
      const isUnique = attribute.uniqueness !== "none" || more.includes(`${type.name}.${path}`);
      return isUnique && attribute.indexed;
    });
}

/** A creation goes to its type's last run, a deletion to the one that holds the resource. */
function runsOf({ command: { change }, type }: Typed): (readonly [string, string])[] {
  if (change.kind === "create") return [[type.name, AFTER_ALL]];
  return change.kind === "delete" ? [[type.name, change.id]] : [];
}

function nestedIn({ command, type }: Typed): (readonly [string, readonly string[]])[] {
  const id = idOf(command);
  const { ids } = membersOf(command, type);
  return id === undefined || ids.length === 0 ? [] : [[id, ids]];
}

/** The resources that are changed, and the members of those whose members all have to be seen. */
function currentOf(commands: readonly Typed[]): CurrentResources {
  const changed = commands.filter(({ command }) => idOf(command) !== undefined);
  const keysOf = (some: readonly Typed[]): (readonly [string, string])[] =>
    some.map(({ command, type }) => [type.name, idOf(command) ?? ""] as const);
  return {
    keys: keysOf(changed),
    whole: keysOf(changed.filter(isWhole)),
    shown: {
      members: false,
      memberships: changed.some(({ command }) => command.wanted.memberships),
      names: changed.some(({ command }) => command.wanted.names),
    },
  };
}

/** Does the command need every member of its resource, to decide or to answer? */
export function isWhole({ command, type }: Typed): boolean {
  return command.wanted.members || membersOf(command, type).whole;
}
