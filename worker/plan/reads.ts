/** Resources with what is derived from rows, in one statement: the page, its total, its members, its memberships. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { attributeRefs } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import type { Claim, ManagedTenant } from "../scim/principal.ts";
import { showsAttribute } from "../scim/projection.ts";
import type { Projection } from "../scim/projection.ts";
import { CLAIMED_TENANT, claimTable } from "./claim.ts";
import { displayOf, literal, pathTo, referencedTypes, typesWithRows } from "./locate.ts";
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
  /** `SELECT r.*, {what it is sorted by} AS sort_key FROM resources r WHERE r.tenant_id = {CLAIMED_TENANT} ...`. */
  readonly rows: SQL;
  /** Common table expressions that it refers to, each with a comma after it. */
  readonly tables?: SQL;
  /** The total of a list, over the table `page`. */
  readonly total?: SQL;
  /** Whether more follows on the page. */
  readonly more?: SQL;
}

export interface Selection {
  /** The table `claim`: `claimTable`, or `tenantTable` for a writer. */
  readonly claim: SQL;
  readonly types: readonly ResourceType[];
  readonly page: Page;
  readonly shown: Shown;
  /** A condition on `r`: whose members are read, of those on the page. */
  readonly holders?: SQL;
}

/**
 * Rows of four kinds, by `part`: `total` (its number in `version`, whether more follows in `other`), `resource` (what it is sorted by in
 * `other`), `member` and `membership` (`id`: the resource that it belongs to, `other`: the member or group). Where the claim doesn't
 * hold there is no row, and none is read.
 */
export function selectResources(selection: Selection): SQL {
  const { claim, types, page, shown, holders = sql`1` } = selection;
  const names = shown.names ? namesOf(types) : sql`NULL`;
  const parts = [
    sql`SELECT 'resource' AS part, r.id, r.type, r.version, r.created, r.last_modified, r.document,
      r.sort_key AS other, NULL AS display, ${names} AS names FROM page r`,
  ];
  if (page.total !== undefined) {
    parts.unshift(sql`SELECT 'total' AS part, NULL AS id, NULL AS type, ${page.total} AS version, NULL AS created,
      NULL AS last_modified, NULL AS document, ${page.more ?? sql`0`} AS other, NULL AS display, NULL AS names`);
  }
  if (shown.members) {
    parts.push(sql`SELECT 'member', m.group_id, m.member_type, NULL, NULL, NULL, NULL, m.member_id, ${displayOf(types, "document")}, NULL
      FROM page r CROSS JOIN members m ON m.tenant_id = r.tenant_id AND m.group_id = r.id
      LEFT JOIN resources x ON x.tenant_id = m.tenant_id AND x.type = m.member_type AND x.id = m.member_id
      WHERE ${holders}`);
  }
  if (shown.memberships) {
    parts.push(sql`SELECT 'membership', up.member, NULL, max(up.direct), NULL, NULL, NULL, up.id, ${displayOf(types, "document")}, NULL
      FROM up LEFT JOIN resources x ON x.tenant_id = up.tenant_id AND x.type IN (${typesWithRows(types)}) AND x.id = up.id
      GROUP BY up.member, up.id`);
  }
  const up = sql`, up(tenant_id, member, id, direct) AS (
      SELECT r.tenant_id, r.id, m.group_id, 1 FROM page r CROSS JOIN members m INDEXED BY members_by_member
        ON m.tenant_id = r.tenant_id AND m.member_id = r.id
      UNION SELECT up.tenant_id, up.member, m.group_id, 0 FROM up CROSS JOIN members m INDEXED BY members_by_member
        ON m.tenant_id = up.tenant_id AND m.member_id = up.id)`;
  return sql`WITH RECURSIVE ${claim} ${page.tables ?? sql``} page AS MATERIALIZED (${page.rows})${shown.memberships ? up : sql``}
    ${sql.join(parts, sql` UNION ALL `)}`;
}

/** A JSON object: id of the target of each reference -> its name; NULL for a type without references. */
function namesOf(types: readonly ResourceType[]): SQL {
  const arms = types.flatMap((type) => {
    const pairs = namedReferences(type).map((ref) => {
      const target = sql`json_extract(r.document, ${literal(`${pathTo(ref)}."value"`)})`;
      return sql`ifnull(${target}, ''), (SELECT ${displayOf(types, "document")} FROM resources x
        WHERE x.tenant_id = r.tenant_id AND x.type IN (${referencedTypes(ref)}) AND x.id = ${target})`;
    });
    const object = sql`json_object(${sql.join(pairs, sql`, `)})`;
    return pairs.length === 0 ? [] : [sql`WHEN ${literal(type.name)} THEN ${object}`];
  });
  return arms.length === 0 ? sql`NULL` : sql`CASE r.type ${sql.join(arms, sql` `)} END`;
}

/** One resource by its id. */
export function selectById(type: ResourceType, id: string): SQL {
  return sql`SELECT r.*, NULL AS sort_key FROM resources r
    WHERE r.tenant_id = ${CLAIMED_TENANT} AND r.type = ${literal(type.name)} AND r.id = ${id}`;
}

export interface GetRequest {
  readonly claim: Claim | ManagedTenant;
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
  readonly id: string;
  readonly projection: Projection;
}

export function planGet({ claim, type, types, id, projection }: GetRequest): Statement {
  const page = { rows: selectById(type, id) };
  const shown = shownBy([{ type, projection }]);
  return statement(selectResources({ claim: claimTable(claim), types, page, shown }));
}
