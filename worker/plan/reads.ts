/** Resources with what is derived from rows, in one statement: the page, its total, its members, its memberships. */
import type { ResourceType } from "../../schema/attribute.ts";
import { attributeRefs } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import type { Claim } from "../scim/principal.ts";
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

export function shownBy(type: ResourceType, projection: Projection): Shown {
  const refs = attributeRefs(type);
  const isShown = (ref: AttributeRef | undefined): boolean =>
    ref !== undefined && showsAttribute(projection, ref);
  return {
    members: isShown(refs.find(({ attribute }) => attribute.stored === "rows")),
    memberships: isShown(refs.find(({ attribute }) => attribute.stored === "derived")),
    names: namedReferences(type).some(isShown),
  };
}

/** Single-valued references whose target's name is shown, such as `manager`. */
export function namedReferences(type: ResourceType): AttributeRef[] {
  return attributeRefs(type).filter(
    ({ attribute }) =>
      attribute.stored === "document" &&
      attribute.subAttributes.some(({ name, stored }) => name === "$ref" && stored === "derived"),
  );
}

export interface Selection {
  readonly claim: Claim;
  readonly access: "read" | "write";
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
  /** `SELECT r.* FROM resources r WHERE r.tenant_id = {CLAIMED_TENANT} AND ...`, in the order of the answer. */
  readonly page: SQL;
  /** Common table expressions that the page refers to, each with a comma after it. */
  readonly tables?: SQL;
  readonly shown: Shown;
  /** An expression for the total of a list, over the table `page`; it is asked for only where the claim holds. */
  readonly total?: SQL;
}

/**
 * Rows of four kinds, by `part`: `total` (its number in `version`), `resource`, `member` and `membership` (`id`: the resource that it
 * belongs to, `other`: the member or group). Where the claim doesn't hold there is no row, and none is read.
 */
export function selectResources(selection: Selection): SQL {
  const { claim, access, types, page, shown, total } = selection;
  const parts = [
    sql`SELECT 'resource' AS part, r.id, r.type, r.version, r.created, r.last_modified, r.document,
      NULL AS other, NULL AS display, ${shown.names ? namesOf(selection) : sql`NULL`} AS names FROM page r`,
  ];
  if (total !== undefined) {
    parts.unshift(sql`SELECT 'total' AS part, NULL AS id, NULL AS type, ${total} AS version, NULL AS created,
      NULL AS last_modified, NULL AS document, NULL AS other, NULL AS display, NULL AS names`);
  }
  if (shown.members) {
    parts.push(sql`SELECT 'member', m.group_id, m.member_type, NULL, NULL, NULL, NULL, m.member_id, ${displayOf(types, "document")}, NULL
      FROM page r CROSS JOIN members m ON m.tenant_id = r.tenant_id AND m.group_id = r.id
      LEFT JOIN resources x ON x.tenant_id = m.tenant_id AND x.type = m.member_type AND x.id = m.member_id`);
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
  return sql`WITH RECURSIVE ${claimTable(claim, access)} ${selection.tables ?? sql``} page AS MATERIALIZED (${page})${shown.memberships ? up : sql``}
    ${sql.join(parts, sql` UNION ALL `)}`;
}

/** A JSON object: id of the target of each reference -> its name. */
function namesOf({ type, types }: Selection): SQL {
  const references = namedReferences(type);
  const pairs = references.map((ref) => {
    const path = literal(`${pathTo(ref)}."value"`);
    const target = sql`json_extract(r.document, ${path})`;
    return sql`ifnull(${target}, ''), (SELECT ${displayOf(types, "document")} FROM resources x
      WHERE x.tenant_id = r.tenant_id AND x.type IN (${referencedTypes(ref)}) AND x.id = ${target})`;
  });
  return sql`json_object(${sql.join(pairs, sql`, `)})`;
}

/** One resource by its id. */
export function selectById(type: ResourceType, id: string): SQL {
  return sql`SELECT r.* FROM resources r
    WHERE r.tenant_id = ${CLAIMED_TENANT} AND r.type = ${literal(type.name)} AND r.id = ${id}`;
}

export interface GetRequest {
  readonly claim: Claim;
  readonly type: ResourceType;
  readonly types: readonly ResourceType[];
  readonly id: string;
  readonly projection: Projection;
}

export function planGet({ claim, type, types, id, projection }: GetRequest): Statement {
  const page = selectById(type, id);
  const shown = shownBy(type, projection);
  return statement(selectResources({ claim, access: "read", type, types, page, shown }));
}
