/** What a change has to see before it can be decided: one batch of statements, each small whatever the tenant's size. */
import type { ResourceType } from "../../schema/attribute.ts";
import { attributeRefs, pathOf } from "../scim/attribute-path.ts";
import type { Command } from "../scim/command.ts";
import { foldFor } from "../scim/fold.ts";
import { isObject } from "../scim/json.ts";
import type { PatchOperation } from "../parse/patch.ts";
import { planToken } from "./claim.ts";
import { displayOf, literal, typesWithRows } from "./locate.ts";
import { memberNeeds, rowsAttribute } from "./members.ts";
import type { MemberNeeds } from "./members.ts";
import { writtenReferences, writtenStrings } from "./patch.ts";
import { namedReferences, selectById, selectResources } from "./reads.ts";
import { indexRows } from "./rows.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

export type WriteCommand = Command<PatchOperation>;

export const NEEDS = [
  "token",
  "writer",
  "current",
  "mentioned",
  "unique",
  "run",
  "ancestors",
  "holding",
] as const;
export type Need = (typeof NEEDS)[number];

/** The statements by what they are needed for. */
export function planNeeds(
  command: WriteCommand,
  type: ResourceType,
  types: readonly ResourceType[],
): Partial<Record<Need, Statement>> {
  const { change, claim } = command;
  const id = change.kind === "create" ? "" : change.id;
  const members = membersOf(command, type);
  const mentioned = [...new Set([...members.ids, ...referencesOf(command, type)])];
  const unique = uniqueOf(command, type);
  const isCountedAnew = change.kind === "create" || change.kind === "delete";
  const needs: Partial<Record<Need, SQL | false>> = {
    writer: sql`SELECT sequence, totals, last_id FROM writers WHERE tenant_id = ${claim.tenant}`,
    current: id !== "" && selectCurrent(command, type, types, members.whole),
    mentioned: mentioned.length > 0 && selectMentioned(claim.tenant, id, mentioned, types),
    unique: unique.length > 0 && selectUnique(claim.tenant, type, unique),
    run: isCountedAnew && selectRun(claim.tenant, type, id),
    ancestors:
      members.ids.length > 0 && id !== "" && selectAncestors(claim.tenant, id, members.ids, types),
    holding: change.kind === "delete" && selectHolding(claim.tenant, id),
  };
  const statements: Partial<Record<Need, Statement>> = { token: planToken(claim) };
  for (const name of NEEDS) {
    const query = needs[name];
    if (query !== undefined && query !== false) statements[name] = statement(query);
  }
  return statements;
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
): { path: string; attribute: ResourceType["schema"]["attributes"][number] }[] {
  return attributeRefs(type)
    .map((ref) => ({ path: pathOf(ref), attribute: ref.attribute }))
    .filter(({ path, attribute }) => {
      const isUnique = attribute.uniqueness !== "none" || more.includes(`${type.name}.${path}`);
      return isUnique && attribute.indexed;
    });
}

function selectCurrent(
  { claim, change, wanted }: WriteCommand,
  type: ResourceType,
  types: readonly ResourceType[],
  whole: boolean,
): SQL {
  const id = change.kind === "create" ? "" : change.id;
  const shown = { ...wanted, members: wanted.members || whole };
  return selectResources({
    claim,
    access: "write",
    types,
    page: { rows: selectById(type, id) },
    shown,
  });
}

/** Each id that the change names: is it a member of the resource, and what resource is it? */
function selectMentioned(
  tenant: string,
  id: string,
  ids: readonly string[],
  types: readonly ResourceType[],
): SQL {
  const names = sql.join(
    types.map(({ name }) => literal(name)),
    sql`, `,
  );
  return sql`SELECT j.value AS id, m.member_id IS NOT NULL AS held, x.type, ${displayOf(types, "document")} AS display
    FROM json_each(${JSON.stringify(ids)}) j
    LEFT JOIN members m ON m.tenant_id = ${tenant} AND m.group_id = ${id} AND m.member_id = j.value
    LEFT JOIN resources x ON x.tenant_id = ${tenant} AND x.type IN (${names}) AND x.id = j.value`;
}

function selectUnique(
  tenant: string,
  type: ResourceType,
  pairs: readonly (readonly [string, string])[],
): SQL {
  return sql`SELECT v.attribute, v.value, v.resource_id FROM json_each(${JSON.stringify(pairs)}) j
    CROSS JOIN resource_values v ON v.tenant_id = ${tenant} AND v.type = ${literal(type.name)}
      AND v.attribute = json_extract(j.value, '$[0]') AND v.value = json_extract(j.value, '$[1]')`;
}

/** The run of `positions` that holds the id; the last one for '', where a new id will go. */
function selectRun(tenant: string, type: ResourceType, id: string): SQL {
  const upTo = id === "" ? sql`` : sql`AND first_id <= ${id}`;
  return sql`SELECT first_id, count FROM positions WHERE tenant_id = ${tenant} AND type = ${literal(type.name)} ${upTo}
    ORDER BY first_id DESC LIMIT 1`;
}

/** The groups above the resource, looked for only where one of the named ids is a group itself. */
function selectAncestors(
  tenant: string,
  id: string,
  ids: readonly string[],
  types: readonly ResourceType[],
): SQL {
  return sql`WITH RECURSIVE up(id) AS (
      SELECT m.group_id FROM members m INDEXED BY members_by_member WHERE m.tenant_id = ${tenant} AND m.member_id = ${id}
        AND EXISTS (SELECT 1 FROM json_each(${JSON.stringify(ids)}) j CROSS JOIN resources x
          ON x.tenant_id = ${tenant} AND x.type IN (${typesWithRows(types)}) AND x.id = j.value)
      UNION SELECT m.group_id FROM up CROSS JOIN members m INDEXED BY members_by_member
        ON m.tenant_id = ${tenant} AND m.member_id = up.id)
    SELECT id FROM up`;
}

/** The groups that hold the resource directly. */
function selectHolding(tenant: string, id: string): SQL {
  return sql`SELECT group_id FROM members INDEXED BY members_by_member
    WHERE tenant_id = ${tenant} AND member_id = ${id}`;
}
