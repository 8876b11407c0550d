/** Where an attribute's values are read for a condition: a column, the folded document, index rows, or membership rows. */
import type { Attribute, ResourceType } from "../../schema/attribute.ts";
import { leafOf, pathOf } from "../scim/attribute-path.ts";
import type { AttributeRef } from "../scim/attribute-path.ts";
import { refuse } from "../scim/fault.ts";
import { sql } from "./statement.ts";
import type { SQL } from "./statement.ts";

export type Place =
  /** An expression over the resource's row `r`. */
  | { readonly kind: "one"; readonly value: SQL }
  /** Rows `e` of a source over `r`; `value` is an expression over `e`. */
  | { readonly kind: "many"; readonly source: SQL; readonly value: SQL; readonly sub: SubValue };

/** The value of a sub-attribute of a row `e`. */
export type SubValue = (sub: Attribute) => SQL;

/** What a place may depend on beside the row. */
export interface Scope {
  readonly type: ResourceType;
  /** The tenant's id, as an expression. */
  readonly tenant: SQL;
  /** The base URL, for `meta.location`. */
  readonly base: string;
  readonly types: readonly ResourceType[];
}

type Bind = (text: string) => SQL;
const bindText: Bind = (text) => sql`${text}`;

/** `bind` makes a parameter of a text: a condition of many terms packs what it binds. */
export function locate(ref: AttributeRef, scope: Scope, bind: Bind = bindText): Place {
  const { attribute, sub } = ref;
  if (attribute.stored === "column") return { kind: "one", value: locateColumn(ref, scope, bind) };
  if (attribute.stored === "rows") return locateMembers(ref, scope);
  if (attribute.stored === "derived") return locateMemberships(ref, scope);
  if (sub?.stored === "derived") return { kind: "one", value: locateReference(ref, scope) };
  if (!attribute.multiValued) return { kind: "one", value: inDocument(pathTo(ref)) };
  return {
    kind: "many",
    source: sql`json_each(r.folded, ${literal(pathTo({ ...ref, sub: undefined }))}) e`,
    value: sub === undefined ? sql`e.value` : subInDocument(sub),
    sub: subInDocument,
  };
}

/** A sub-attribute of a value `e` that came from a document. */
export const subInDocument: SubValue = (sub) => {
  if (sub.stored === "document") return sql`json_extract(e.value, ${literal(`$."${sub.name}"`)})`;
  return refuse("invalidFilter", `${sub.name} can't be used in a filter of values: use value.`);
};

/** A constant of the schema as an SQL literal; client input never comes here. */
export function literal(text: string): SQL {
  return sql.raw(`'${text.replaceAll("'", "''")}'`);
}

/** The JSON path of an attribute in a document. */
export function pathTo(ref: AttributeRef): string {
  const names = [ref.extension, ref.attribute.name, ref.sub?.name];
  return `$${names
    .filter((name) => name !== undefined)
    .map((name) => `."${name}"`)
    .join("")}`;
}

function inDocument(path: string): SQL {
  return sql`json_extract(r.folded, ${literal(path)})`;
}

function locateColumn(ref: AttributeRef, scope: Scope, bind: Bind): SQL {
  switch (leafOf(ref).name) {
    case "id":
      return sql`r.id`;
    case "resourceType":
      return sql`r.type`;
    case "created":
      return sql`r.created`;
    case "lastModified":
      return sql`r.last_modified`;
    case "version":
      return sql`('W/"' || r.version || '"')`;
    case "location":
      return sql`(${bind(`${scope.base}${scope.type.endpoint}/`)} || r.id)`;
    case "meta":
      return sql`r.id`;
    default:
      return refuse("invalidFilter", `${pathOf(ref)} can't be used here.`);
  }
}

/** The members of `r`, each with its name as others show it. */
function locateMembers(ref: AttributeRef, scope: Scope): Place {
  const source = sql`(SELECT m.member_id AS value, m.member_type AS type, ${displayOf(scope.types, "folded")} AS display
    FROM members m LEFT JOIN resources x ON x.tenant_id = m.tenant_id AND x.type = m.member_type AND x.id = m.member_id
    WHERE m.tenant_id = r.tenant_id AND m.group_id = r.id) e`;
  return rowsPlace(ref, source, scope);
}

/** The groups that hold `r`, directly or through other groups. */
function locateMemberships(ref: AttributeRef, scope: Scope): Place {
  const source = sql`(WITH RECURSIVE up(id, direct) AS (
      SELECT m.group_id, 1 FROM members m INDEXED BY members_by_member WHERE m.tenant_id = r.tenant_id AND m.member_id = r.id
      UNION SELECT m.group_id, 0 FROM up CROSS JOIN members m INDEXED BY members_by_member
        ON m.tenant_id = r.tenant_id AND m.member_id = up.id)
    SELECT up.id AS value, iif(max(up.direct) = 1, 'direct', 'indirect') AS type, ${displayOf(scope.types, "folded")} AS display
    FROM up LEFT JOIN resources x ON x.tenant_id = r.tenant_id AND x.type IN (${namesOfTypes(typesWithRows(scope.types))}) AND x.id = up.id
    GROUP BY up.id) e`;
  return rowsPlace(ref, source, scope);
}

function rowsPlace(ref: AttributeRef, source: SQL, scope: Scope): Place {
  const sub: SubValue = ({ name }) => {
    if (name === "value") return sql`e.value`;
    if (name === "type") return sql`lower(e.type)`;
    if (name === "display") return sql`e.display`;
    const path = `${ref.attribute.name}.${name}`;
    return refuse("invalidFilter", `${path} can't be used in a filter of ${scope.type.name}.`);
  };
  return { kind: "many", source, value: ref.sub === undefined ? sql`e.value` : sub(ref.sub), sub };
}

/** A derived part of a reference, such as `manager.displayName`. */
function locateReference(ref: AttributeRef, scope: Scope): SQL {
  if (ref.sub?.type === "reference") {
    return refuse("invalidFilter", `${pathOf(ref)} can't be used in a filter: use its value.`);
  }
  const path = literal(pathTo({ ...ref, sub: undefined }).concat('."value"'));
  return sql`(SELECT ${displayOf(scope.types, "folded")} FROM resources x
    WHERE x.tenant_id = r.tenant_id AND x.type IN (${referencedTypes(ref)}) AND x.id = json_extract(r.folded, ${path}))`;
}

/** The name that others show of the resource `x`, whatever its type; NULL where it has none. */
export function displayOf(types: readonly ResourceType[], column: "document" | "folded"): SQL {
  const arms = types.map((type) => sql`WHEN ${literal(type.name)} THEN ${nameOf(type, column)}`);
  return sql`(CASE x.type ${sql.join(arms, sql` `)} END)`;
}

/** The same where the type of `x` is known. */
export function nameOf({ displayedBy }: ResourceType, column: "document" | "folded"): SQL {
  const source = sql.raw(`x.${column}`);
  const names = displayedBy.map((one) => sql`json_extract(${source}, ${literal(`$."${one}"`)})`);
  return sql`coalesce(${sql.join([...names, sql`NULL`], sql`, `)})`;
}

/** The resource types that have an attribute stored as rows: the groups. */
export function typesWithRows(types: readonly ResourceType[]): ResourceType[] {
  return types.filter(({ schema }) => schema.attributes.some(({ stored }) => stored === "rows"));
}

/** Names of types, as a list of literals. */
export function namesOfTypes(types: readonly ResourceType[]): SQL {
  return sql.join(
    types.map(({ name }) => literal(name)),
    sql`, `,
  );
}

/** The types that a reference may point to, by the schema of its `$ref`. */
export function targetTypesOf({ attribute }: AttributeRef): readonly string[] {
  return attribute.subAttributes.find(({ name }) => name === "$ref")?.referenceTypes ?? [];
}

/** The same as a list of literals. */
export function referencedTypes(ref: AttributeRef): SQL {
  return sql.join(
    targetTypesOf(ref).map((name) => literal(name)),
    sql`, `,
  );
}
