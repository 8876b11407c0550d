/** Resources with what is derived from rows, in one statement: who asks, the page, its total, its members, its memberships. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { attributeRefs } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import { showsAttribute } from "../scim/projection.ts";
import type { Projection } from "../scim/projection.ts";
import { claimRow } from "./claim.ts";
import { displayOf, literal, nameOf, pathTo, referencedTypes, typesWithRows } from "./locate.ts";
import { sql, statement } from "./statement.ts";
import type { SQL, Statement } from "./statement.ts";

/** What of a resource lives outside its document, and is read only where it is shown. */
export interface Shown {
  readonly members: boolean;
  readonly memberships: boolean;
  readonly names: boolean;
}

export const NOTHING_SHOWN: Shown = Object.freeze({
  members: false,
  memberships: false,
  names: false,
});

interface ShownType {
  readonly type: ResourceType;
  readonly projection: Projection;
}

/** What the answer shows of any of these types. */
export function shownBy(types: readonly ShownType[]): Shown {
  const isShown = (stored: Attribute["stored"]): boolean =>
    types.some(({ type, projection }) =>
      attributeRefs(type).some(
        (ref) => ref.attribute.stored === stored && showsAttribute(projection, ref),
      ),
    );
  const names = types.some(({ type, projection }) =>
    namedReferences(type).some((ref) => showsAttribute(projection, ref)),
  );
  return { members: isShown("rows"), memberships: isShown("derived"), names };
}

/** Single-valued references whose target's name is shown, such as `manager`. */
export function namedReferences(type: ResourceType): AttributeRef[] {
  return attributeRefs(type).filter(
    ({ attribute }) =>
      attribute.stored === "document" &&
      attribute.subAttributes.some(({ name, stored }) => name === "$ref" && stored === "derived"),
  );
}

/** Which resources, as SQL. */
export interface Page {
  /** `SELECT r.*, {what it is sorted by} AS sort_key, {claim's} token, {the list's} total FROM ... resources r ...`. */
  readonly rows: SQL;
  /** Common table expressions that it refers to, each with a comma after it. */
  readonly tables?: SQL;
  /** What a list says once, before its resources; it may look at the table `page`. */
  readonly head?: ListHead;
}

export interface ListHead {
  /** NULL: as many as are shown. */
  readonly total: SQL;
  /** By cursor the page holds one more, which says that more follows. */
  readonly most: number | undefined;
}

/**
 * Rows of three kinds, by `part`, each with its `facts` as a JSON list: `list` (total, how many it shows at the most, token), `resource`
 * (id, type, version, created, last modified, names, memberships, total, token; beside its `document`, and the `key` that it is sorted by)
 * and `member` (the resource that holds it, type, id, name). The first row has the claim's token, if only with NULL for a resource. Where
 * the claim doesn't hold no resource is read.
 *
 * Each column of a row costs D1 and its client something, whatever is in it: few instead of twelve are 3 % of a list of 100. The key is
 * one of them, since sqld's JSON has 15 digits of a decimal.
 *
 * A page that is looked at once is never stored, and each row of it is read once; looked at twice it is, and costs three.
 */
export function selectResources(
  { rows, tables = sql``, head }: Page,
  shown: Shown,
  types: readonly ResourceType[],
): SQL {
  const arms = [selectShown(sql`page r`, shown, types)];
  if (head !== undefined) {
    const { total, most } = head;
    // The first arm names the columns.
    arms.unshift(
      sql`SELECT 'list' AS part, json_array(${total}, ${most ?? null}, json(c.token)) AS facts, NULL AS document, NULL AS key FROM claim c`,
    );
  }
  if (shown.members) arms.push(selectMembers(sql`page r`, types));
  return sql`WITH RECURSIVE ${tables} page AS (${rows}) ${sql.join(arms, sql` UNION ALL `)}`;
}

/** The resources `r` of a source, as rows of the part `resource`. */
export function selectShown(source: SQL, shown: Shown, types: readonly ResourceType[]): SQL {
  const names = shown.names ? sql`json(${namesOf(types)})` : sql`NULL`;
  const memberships = shown.memberships ? sql`json(${membershipsOf(types)})` : sql`NULL`;
  return sql`SELECT 'resource' AS part, json_array(r.id, r.type, r.version, r.created, r.last_modified, ${names}, ${memberships},
    r.total, json(r.token)) AS facts, r.document, r.sort_key AS key FROM ${source}`;
}

/** The members of the resources `r` of a source, which has their `tenant_id` and `id`. */
export function selectMembers(source: SQL, types: readonly ResourceType[]): SQL {
  return sql`SELECT 'member' AS part, json_array(m.group_id, m.member_type, m.member_id, ${displayOf(types, "document")}) AS facts, NULL AS document, NULL AS key
    FROM ${source} CROSS JOIN members m ON m.tenant_id = r.tenant_id AND m.group_id = r.id
    LEFT JOIN resources x ON x.tenant_id = m.tenant_id AND x.type = m.member_type AND x.id = m.member_id`;
}

/**
 * The groups that hold `r`: a JSON list of [id, whether directly, name]. Only where one of them is held itself are the groups above
 * walked, and then one that holds it both ways may be there twice.
 */
function membershipsOf(types: readonly ResourceType[]): SQL {
  const name = (id: SQL): SQL => {
    const names = typesWithRows(types).map(
      (type) => sql`(SELECT ${nameOf(type, "document")} FROM resources x
        WHERE x.tenant_id = r.tenant_id AND x.type = ${literal(type.name)} AND x.id = ${id})`,
    );
    return sql`coalesce(${sql.join([...names, sql`NULL`], sql`, `)})`;
  };
  const above = sql`members m INDEXED BY members_by_member`;
  return sql`(SELECT CASE WHEN max(EXISTS (SELECT 1 FROM members q INDEXED BY members_by_member
        WHERE q.tenant_id = m.tenant_id AND q.member_id = m.group_id))
      THEN (WITH RECURSIVE up(id, direct) AS (
          SELECT m.group_id, 1 FROM ${above} WHERE m.tenant_id = r.tenant_id AND m.member_id = r.id
          UNION SELECT m.group_id, 0 FROM up CROSS JOIN ${above} ON m.tenant_id = r.tenant_id AND m.member_id = up.id)
        SELECT json_group_array(json_array(up.id, up.direct, ${name(sql`up.id`)})) FROM up)
      ELSE json_group_array(json_array(m.group_id, 1, ${name(sql`m.group_id`)})) END
    FROM ${above} WHERE m.tenant_id = r.tenant_id AND m.member_id = r.id)`;
}

/**
 * A JSON object: id of the target of each reference -> its name; NULL for a type without references. What a reference holds is
 * caseExact, so it stands in the folded twin as it is, and is found there without parsing the document's text.
 */
function namesOf(types: readonly ResourceType[]): SQL {
  const arms = types.flatMap((type) => {
    const pairs = namedReferences(type).map((ref) => {
      const target = sql`json_extract(r.folded, ${literal(`${pathTo(ref)}."value"`)})`;
      return sql`ifnull(${target}, ''), (SELECT ${displayOf(types, "document")} FROM resources x
        WHERE x.tenant_id = r.tenant_id AND x.type IN (${referencedTypes(ref)}) AND x.id = ${target})`;
    });
    const object = sql`json_object(${sql.join(pairs, sql`, `)})`;
    return pairs.length === 0 ? [] : [sql`WHEN ${literal(type.name)} THEN ${object}`];
  });
  return arms.length === 0 ? sql`NULL` : sql`CASE r.type ${sql.join(arms, sql` `)} END`;
}

export interface GetRequest {
  readonly claim: Claim | ManagedTenant;
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
  readonly id: string;
  readonly projection: Projection;
}

/** One resource by its id. */
export function planGet({ claim, type, types, id, projection }: GetRequest): Statement {
  const rows = sql`SELECT r.*, NULL AS sort_key, c.token, NULL AS total FROM ${claimRow(claim)} c
    LEFT JOIN resources r ON c.holds AND r.tenant_id = c.tenant_id AND r.type = ${literal(type.name)} AND r.id = ${id}`;
  return statement(selectResources({ rows }, shownBy([{ type, projection }]), types));
}
