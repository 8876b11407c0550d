/** What changes have to see before they can be decided: one batch of statements for all of them, small whatever the tenant's size. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, pathOf } from "../scim/attribute-path.ts";
import type { Command } from "../scim/command.ts";
import { foldFor } from "../scim/fold.ts";
import { isObject } from "../scim/json.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { planTokens } from "./claim.ts";
import { lists, tables } from "./lists.ts";
import { literal, nameOf, namesOfTypes, typesWithRows } from "./locate.ts";
import { memberNeeds, rowsAttribute } from "./members.ts";
import type { MemberNeeds } from "./members.ts";
import { writtenReferences, writtenStrings } from "./patch.ts";
import { namedReferences, selectMembers, selectShown } from "./reads.ts";
import type { Shown } from "./reads.ts";
import { indexRows } from "./rows.ts";
import { AFTER_ALL, selectRuns } from "./runs.ts";
import { sql, statement } from "./statement.ts";
import type { Row, SQL, Statement } from "./statement.ts";

export type WriteCommand = Command<PatchOperation>;

export type Need =
  | "tokens"
  | "writer"
  | "current"
  | "mentioned"
  | "held"
  | "unique"
  | "runs"
  | "ancestors"
  | "holding";

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
   * Whether the tokens are read. The Worker judged each a moment ago, and the guard judges them again in the batch; only where that
   * refused it has to be known which of them no longer stands.
   */
  readonly isRefused: boolean;
}

/** A command with its resource type. */
export interface Typed {
  readonly command: WriteCommand;
  readonly type: ResourceType;
}

/** All commands are of one tenant. Their number makes statements longer, then more by the hundred thousand characters. */
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
    current: selectCurrent(tenant, commands, types),
    mentioned: selectMentioned(tenant, commands.flatMap(mentionedBy), types),
    held: selectHeld(tenant, commands.flatMap(heldBy)),
    unique: [
      ...selectUnique(
        tenant,
        unique.filter(({ isKeyed }) => isKeyed),
        sql` AND v.holder = ''`,
      ),
      ...selectUnique(
        tenant,
        unique.filter(({ isKeyed }) => !isKeyed),
        sql``,
      ),
    ],
    runs: selectRuns(tenant, runsOf(commands)),
    ancestors: selectAncestors(tenant, commands.flatMap(nestedIn), types),
    holding: selectHolding(tenant, leaving),
  };
  return NEEDS.flatMap((need) =>
    queries[need].map((query) => ({ need, statement: statement(query) })),
  );
}

const NEEDS: readonly Need[] = [
  "tokens",
  "writer",
  "current",
  "mentioned",
  "held",
  "unique",
  "runs",
  "ancestors",
  "holding",
];

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
    const holder = ref.extension === undefined ? document : document[ref.extension];
    const reference = isObject(holder) ? holder[ref.attribute.name] : undefined;
    const value = isObject(reference) ? reference["value"] : undefined;
    return typeof value === "string" ? [value] : [];
  });
}

export interface UniqueValue {
  /** Name of the resource type. */
  readonly type: string;
  /** Path of the attribute. */
  readonly path: string;
  /** Folded. */
  readonly value: string;
  /** Unique by its schema: then its index row is found by its key. */
  readonly isKeyed: boolean;
}

/** Values that no other resource of the type may hold. */
export function uniqueOf(
  { change, behaviour }: WriteCommand,
  type: ResourceType,
): readonly UniqueValue[] {
  if (change.kind === "delete") return [];
  const refs = uniqueRefs(type, behaviour.unique);
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
function runsOf(commands: readonly Typed[]): (readonly [string, string])[] {
  const pairs = commands.flatMap(({ command: { change }, type }): (readonly [string, string])[] => {
    if (change.kind === "create") return [[type.name, AFTER_ALL]];
    return change.kind === "delete" ? [[type.name, change.id]] : [];
  });
  return unrepeated(pairs);
}

function nestedIn({ command, type }: Typed): (readonly [string, readonly string[]])[] {
  const id = idOf(command);
  const { ids } = membersOf(command, type);
  return id === undefined || ids.length === 0 ? [] : [[id, ids]];
}

/** The resources that are changed, and the members of those whose members all have to be seen. */
function selectCurrent(
  tenant: string,
  commands: readonly Typed[],
  types: readonly ResourceType[],
): SQL[] {
  const changed = commands.filter(({ command }) => idOf(command) !== undefined);
  const keysOf = (some: readonly Typed[]): SQL[] =>
    tables(unrepeated(some.map(({ command, type }) => [type.name, idOf(command) ?? ""])));
  const shown = {
    members: false,
    memberships: changed.some(({ command }) => command.wanted.memberships),
    names: changed.some(({ command }) => command.wanted.names),
  };
  const found = sql`CROSS JOIN resources r ON r.tenant_id = ${tenant} AND r.type = j.column1 AND r.id = j.column2`;
  return [
    ...keysOf(changed).map((table) =>
      selectShown(
        sql`(SELECT r.*, NULL AS sort_key, NULL AS token, NULL AS total FROM ${table} j ${found}) r`,
        shown,
        types,
      ),
    ),
    ...keysOf(changed.filter(isWhole)).map((table) =>
      selectMembers(sql`(SELECT r.tenant_id, r.id FROM ${table} j ${found}) r`, types),
    ),
  ];
}

/** Does the command need every member of its resource, to decide or to answer? */
export function isWhole({ command, type }: Typed): boolean {
  return command.wanted.members || membersOf(command, type).whole;
}

/** Each id that a change names: is it a member of the resource, and what resource is it? */
function selectMentioned(
  tenant: string,
  pairs: readonly (readonly [string, string])[],
  types: readonly ResourceType[],
): SQL[] {
  // One look by the key for each type: an IN over their names would read a list for each id.
  const targets = types.map(
    (
      type,
    ) => sql`(SELECT json_array(${literal(type.name)}, ${nameOf(type, "document")}) FROM resources x
      WHERE x.tenant_id = ${tenant} AND x.type = ${literal(type.name)} AND x.id = j.column2)`,
  );
  return tables(unrepeated(pairs)).map(
    (table) => sql`SELECT j.column1 AS holder, j.column2 AS id, m.member_id IS NOT NULL AS held,
        coalesce(${sql.join([...targets, sql`NULL`], sql`, `)}) AS target
      FROM ${table} j LEFT JOIN members m ON m.tenant_id = ${tenant} AND m.group_id = j.column1 AND m.member_id = j.column2`,
  );
}

/** The memberships among these pairs that are there. */
function selectHeld(tenant: string, pairs: readonly (readonly [string, string])[]): SQL[] {
  return tables(unrepeated(pairs)).map(
    (table) => sql`SELECT m.group_id, m.member_id, m.member_type FROM ${table} j
      CROSS JOIN members m ON m.tenant_id = ${tenant} AND m.group_id = j.column1 AND m.member_id = j.column2`,
  );
}

function selectUnique(tenant: string, values: readonly UniqueValue[], holder: SQL): SQL[] {
  const rows = unrepeated(values.map(({ type, path, value }) => [type, path, value]));
  return tables(rows).map(
    (table) => sql`SELECT v.type, v.attribute, v.value, v.resource_id FROM ${table} j
      CROSS JOIN resource_values v ON v.tenant_id = ${tenant} AND v.type = j.column1 AND v.attribute = j.column2 AND v.value = j.column3${holder}`,
  );
}

/**
 * The groups above each resource, looked for only where there are any and one of the ids that it is to hold is a group itself: only then
 * could a circle close.
 */
function selectAncestors(
  tenant: string,
  nested: readonly (readonly [string, readonly string[]])[],
  types: readonly ResourceType[],
): SQL[] {
  const rows = nested.flatMap(([id, ids]) => lists(ids).map((list) => [id, list]));
  // The condition on m makes the engine look for a group first, and at the list only where there is one.
  return tables(rows).map(
    (table) => sql`WITH RECURSIVE up(root, id) AS (
        SELECT j.column1, m.group_id FROM ${table} j
          CROSS JOIN members m INDEXED BY members_by_member ON m.tenant_id = ${tenant} AND m.member_id = j.column1
          WHERE EXISTS (SELECT 1 FROM json_each(j.column2) k CROSS JOIN resources x
            ON x.tenant_id = ${tenant} AND x.type IN (${namesOfTypes(typesWithRows(types))}) AND x.id = k.value
            WHERE m.group_id <> '')
        UNION SELECT up.root, m.group_id FROM up CROSS JOIN members m INDEXED BY members_by_member
          ON m.tenant_id = ${tenant} AND m.member_id = up.id)
      SELECT root, id FROM up`,
  );
}

/** The groups that hold each resource directly. */
function selectHolding(tenant: string, ids: readonly string[]): SQL[] {
  return tables(ids.map((id) => [id])).map(
    (table) => sql`SELECT m.group_id, m.member_id, m.member_type FROM ${table} j
      CROSS JOIN members m INDEXED BY members_by_member ON m.tenant_id = ${tenant} AND m.member_id = j.column1`,
  );
}

function unrepeated<Cells extends readonly string[]>(rows: readonly Cells[]): Cells[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
