/** What changes have to see before they can be decided: one batch of statements for all of them, small whatever the tenant's size. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, pathOf } from "../scim/attribute-path.ts";
import type { Command } from "../scim/command.ts";
import { foldFor } from "../scim/fold.ts";
import { isObject } from "../scim/json.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { CLAIMED_TENANT, planTokens, tenantTable } from "./claim.ts";
import { displayOf, literal, typesWithRows } from "./locate.ts";
import { memberNeeds, rowsAttribute } from "./members.ts";
import type { MemberNeeds } from "./members.ts";
import { writtenReferences, writtenStrings } from "./patch.ts";
import { namedReferences, selectResources } from "./reads.ts";
import type { Shown } from "./reads.ts";
import { indexRows } from "./rows.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

export type WriteCommand = Command<PatchOperation>;

export const NEEDS = [
  "tokens",
  "writer",
  "current",
  "mentioned",
  "unique",
  "runs",
  "ancestors",
  "holding",
] as const;
export type Need = (typeof NEEDS)[number];

/** A command with its resource type. */
export interface Typed {
  readonly command: WriteCommand;
  readonly type: ResourceType;
}

/** The statements by what they are needed for. All commands are of one tenant. */
export function planNeeds(
  commands: readonly Typed[],
  types: readonly ResourceType[],
): Partial<Record<Need, Statement>> {
  const [first] = commands;
  if (first === undefined) return {};
  const { tenant } = first.command.claim;
  const credentials = commands.map(({ command }) => command.claim.credential);
  const currents = commands.flatMap(({ command, type }) => {
    const id = idOf(command);
    return id === undefined ? [] : [[type.name, id]];
  });
  const mentioned = commands.flatMap(mentionedBy);
  const unique = commands.flatMap(({ command, type }) =>
    uniqueOf(command, type).map(([path, value]) => [type.name, path, value]),
  );
  const runs = commands.flatMap(({ command, type }) => runOf(command, type));
  const nested = commands.flatMap((typed) => nestedIn(typed));
  const leaving = commands.flatMap(({ command }) =>
    command.change.kind === "delete" ? [command.change.id] : [],
  );
  const queries: Partial<Record<Need, SQL | false>> = {
    writer: sql`SELECT sequence, totals, last_id FROM writers WHERE tenant_id = ${tenant}`,
    current: currents.length > 0 && selectCurrent(commands, currents, types),
    mentioned: mentioned.length > 0 && selectMentioned(tenant, mentioned, types),
    unique: unique.length > 0 && selectUnique(tenant, unique),
    runs: runs.length > 0 && selectRuns(tenant, runs),
    ancestors: nested.length > 0 && selectAncestors(tenant, nested, types),
    holding: leaving.length > 0 && selectHolding(tenant, leaving),
  };
  const needs: Partial<Record<Need, Statement>> = {
    tokens: planTokens(first.command.claim, credentials),
  };
  for (const name of NEEDS) {
    const query = queries[name];
    if (query !== undefined && query !== false) needs[name] = statement(query);
  }
  return needs;
}

/** The id of the resource that a command changes; undefined where it creates one. */
export function idOf({ change }: WriteCommand): string | undefined {
  return change.kind === "create" ? undefined : change.id;
}

export function membersOf({ change }: WriteCommand, type: ResourceType): MemberNeeds {
  const none = { whole: false, ids: [] };
  if (rowsAttribute(type) === undefined) return none;
  switch (change.kind) {
    case "create":
      return { whole: false, ids: change.resource.members };
    case "replace":
      return { whole: true, ids: change.resource.members };
    case "patch":
      return memberNeeds(change.operations);
    case "delete":
      return none;
  }
}

/** Pairs of the resource and an id that the change names: members, and targets of references. */
function mentionedBy({ command, type }: Typed): string[][] {
  const ids = new Set([...membersOf(command, type).ids, ...referencesOf(command, type)]);
  return [...ids].map((id) => [idOf(command) ?? "", id]);
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

/** Pairs of path and folded value that no other resource may hold. */
export function uniqueOf(
  { change, behaviour }: WriteCommand,
  type: ResourceType,
): readonly (readonly [string, string])[] {
  if (change.kind === "delete") return [];
  const refs = uniqueRefs(type, behaviour.unique);
  if (change.kind === "patch") {
    return refs.flatMap(({ path, attribute }) =>
      writtenStrings(change.operations, path).map(
        (value) => [path, foldFor(attribute, value)] as const,
      ),
    );
  }
  const paths = new Set(refs.map(({ path }) => path));
  return indexRows(type, "", change.resource.document)
    .filter((row) => paths.has(row.attribute))
    .map((row) => [row.attribute, row.value] as const);
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

/** Greater than every id: the run that it belongs to is a type's last, where new ids go. */
const AFTER_ALL = "~";

function runOf(command: WriteCommand, type: ResourceType): string[][] {
  if (command.change.kind === "create") return [[type.name, AFTER_ALL]];
  return command.change.kind === "delete" ? [[type.name, command.change.id]] : [];
}

function nestedIn({ command, type }: Typed): [string, readonly string[]][] {
  const id = idOf(command);
  const { ids } = membersOf(command, type);
  return id === undefined || ids.length === 0 ? [] : [[id, ids]];
}

function selectCurrent(
  commands: readonly Typed[],
  currents: readonly (readonly string[])[],
  types: readonly ResourceType[],
): SQL {
  const [first] = commands;
  if (first === undefined) return sql`SELECT 1 WHERE 0`;
  const isWanted = (name: keyof Shown): boolean =>
    commands.some(({ command }) => command.wanted[name]);
  const whole = commands.flatMap((typed) => (isWhole(typed) ? [idOf(typed.command) ?? ""] : []));
  return selectResources({
    claim: tenantTable(first.command.claim.tenant),
    types,
    page: {
      rows: sql`SELECT r.*, NULL AS sort_key FROM json_each(${JSON.stringify(unrepeated(currents))}) j
        CROSS JOIN resources r ON r.tenant_id = ${CLAIMED_TENANT}
          AND r.type = json_extract(j.value, '$[0]') AND r.id = json_extract(j.value, '$[1]')`,
    },
    shown: {
      members: whole.length > 0,
      memberships: isWanted("memberships"),
      names: isWanted("names"),
    },
    holders: sql`r.id IN (SELECT value FROM json_each(${JSON.stringify(whole)}))`,
  });
}

/** Does the command need every member of its resource, to decide or to answer? */
export function isWhole({ command, type }: Typed): boolean {
  return command.wanted.members || membersOf(command, type).whole;
}

/** Each id that a change names: is it a member of the resource, and what resource is it? */
function selectMentioned(
  tenant: string,
  pairs: readonly (readonly string[])[],
  types: readonly ResourceType[],
): SQL {
  const names = sql.join(
    types.map(({ name }) => literal(name)),
    sql`, `,
  );
  return sql`SELECT json_extract(j.value, '$[0]') AS holder, json_extract(j.value, '$[1]') AS id,
      m.member_id IS NOT NULL AS held, x.type, ${displayOf(types, "document")} AS display
    FROM json_each(${JSON.stringify(unrepeated(pairs))}) j
    LEFT JOIN members m ON m.tenant_id = ${tenant}
      AND m.group_id = json_extract(j.value, '$[0]') AND m.member_id = json_extract(j.value, '$[1]')
    LEFT JOIN resources x ON x.tenant_id = ${tenant} AND x.type IN (${names}) AND x.id = json_extract(j.value, '$[1]')`;
}

function selectUnique(tenant: string, triples: readonly (readonly string[])[]): SQL {
  return sql`SELECT v.type, v.attribute, v.value, v.resource_id FROM json_each(${JSON.stringify(unrepeated(triples))}) j
    CROSS JOIN resource_values v ON v.tenant_id = ${tenant} AND v.type = json_extract(j.value, '$[0]')
      AND v.attribute = json_extract(j.value, '$[1]') AND v.value = json_extract(j.value, '$[2]')`;
}

/** The runs of `positions` that hold the ids. */
function selectRuns(tenant: string, pairs: readonly (readonly string[])[]): SQL {
  return sql`SELECT json_extract(j.value, '$[1]') AS id, p.type, p.first_id, p.count
    FROM json_each(${JSON.stringify(unrepeated(pairs))}) j
    CROSS JOIN positions p ON p.tenant_id = ${tenant} AND p.type = json_extract(j.value, '$[0]')
      AND p.first_id = (SELECT max(q.first_id) FROM positions q WHERE q.tenant_id = ${tenant}
        AND q.type = json_extract(j.value, '$[0]') AND q.first_id <= json_extract(j.value, '$[1]'))`;
}

/** The groups above each resource, looked for only where one of the ids that it is to hold is a group itself. */
function selectAncestors(
  tenant: string,
  nested: readonly (readonly [string, readonly string[]])[],
  types: readonly ResourceType[],
): SQL {
  return sql`WITH RECURSIVE up(root, id) AS (
      SELECT json_extract(j.value, '$[0]'), m.group_id FROM json_each(${JSON.stringify(nested)}) j
        CROSS JOIN members m INDEXED BY members_by_member ON m.tenant_id = ${tenant} AND m.member_id = json_extract(j.value, '$[0]')
        WHERE EXISTS (SELECT 1 FROM json_each(j.value, '$[1]') k CROSS JOIN resources x
          ON x.tenant_id = ${tenant} AND x.type IN (${typesWithRows(types)}) AND x.id = k.value)
      UNION SELECT up.root, m.group_id FROM up CROSS JOIN members m INDEXED BY members_by_member
        ON m.tenant_id = ${tenant} AND m.member_id = up.id)
    SELECT root, id FROM up`;
}

/** The groups that hold each resource directly. */
function selectHolding(tenant: string, ids: readonly string[]): SQL {
  return sql`SELECT m.member_id, m.group_id, m.member_type FROM json_each(${JSON.stringify(ids)}) j
    CROSS JOIN members m INDEXED BY members_by_member ON m.tenant_id = ${tenant} AND m.member_id = j.value`;
}

function unrepeated(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()];
}
