/** What a chunk of an import has to see of the tenant before it can be decided: one batch of statements. */
import { RUN_LENGTH } from "../plan/runs.ts";
import type { ResourceType } from "../../schema/attribute.ts";
import { namesOfTypes, typesWithRows } from "../plan/locate.ts";
import { sql, statement } from "../plan/statement.ts";
import type { SQL, Statement } from "../plan/statement.ts";
import type { Line, LineOf } from "./transfer-lines.ts";

/** The lines of a chunk by their kind. */
export interface Chunk {
  readonly connections: readonly LineOf<"connection">[];
  readonly clients: readonly LineOf<"client">[];
  readonly resources: readonly LineOf<"resource">[];
  readonly members: readonly LineOf<"member">[];
}

export function sortLines(lines: readonly Line[]): Chunk {
  return {
    connections: lines.filter((line) => line.kind === "connection"),
    clients: lines.filter((line) => line.kind === "client"),
    resources: lines.filter((line) => line.kind === "resource"),
    members: lines.filter((line) => line.kind === "member"),
  };
}

/** A value that no two resources of the type may have: type, attribute, value. */
export type UniqueValue = readonly [string, string, string];

/** In this order: writer, schemes, clients, resources, holders of the unique values, members, runs. */
export function planImportNeeds(
  tenant: string,
  chunk: Chunk,
  unique: readonly UniqueValue[],
  types: readonly ResourceType[],
): Statement[] {
  const names = namesOfTypes(types);
  const ids = chunk.resources.map(({ id }) => id);
  const pairs = chunk.members.map(({ group, member }) => [group, member]);
  const queries = [
    sql`SELECT sequence, totals, last_id FROM writers WHERE tenant_id = ${tenant}`,
    sql`SELECT p.scheme FROM ${each(chunk.connections.map(({ scheme }) => scheme))}
      CROSS JOIN sso_providers p ON p.tenant_id = ${tenant} AND p.scheme = j.value`,
    sql`SELECT c.client_id FROM ${each(chunk.clients.map(({ clientId }) => clientId))}
      CROSS JOIN oauth_clients c ON c.tenant_id = ${tenant} AND c.client_id = j.value`,
    sql`SELECT r.type, r.id, r.version, r.created, r.last_modified, r.document FROM ${each(ids)}
      CROSS JOIN resources r ON r.tenant_id = ${tenant} AND r.type IN (${names}) AND r.id = j.value`,
    sql`SELECT v.type, v.attribute, v.value, v.resource_id FROM ${each(unique)}
      CROSS JOIN resource_values v ON v.tenant_id = ${tenant} AND v.type = json_extract(j.value, '$[0]')
        AND v.attribute = json_extract(j.value, '$[1]') AND v.value = json_extract(j.value, '$[2]') AND v.holder = ''`,
    sql`SELECT json_extract(j.value, '$[0]') AS group_id, json_extract(j.value, '$[1]') AS member_id,
        m.member_id IS NOT NULL AS held, g.id IS NOT NULL AS has_group, x.type
      FROM ${each(pairs)}
      LEFT JOIN members m ON m.tenant_id = ${tenant}
        AND m.group_id = json_extract(j.value, '$[0]') AND m.member_id = json_extract(j.value, '$[1]')
      LEFT JOIN resources g ON g.tenant_id = ${tenant} AND g.type IN (${namesOfTypes(typesWithRows(types))}) AND g.id = json_extract(j.value, '$[0]')
      LEFT JOIN resources x ON x.tenant_id = ${tenant} AND x.type IN (${names}) AND x.id = json_extract(j.value, '$[1]')`,
    selectRuns(tenant, chunk.resources),
  ];
  return queries.map(statement);
}

/**
 * The runs into which new resources fall: `first_id`, `count` (NULL: there is no such run yet) and, in rows of their own, the ids in
 * them, where they have to be cut: the last run when it is full, as the writer does, the others when they are twice as long.
 */
function selectRuns(tenant: string, resources: readonly LineOf<"resource">[]): SQL {
  const type = sql`json_extract(j.value, '$[0]')`;
  const id = sql`json_extract(j.value, '$[1]')`;
  return sql`WITH fresh(type, first_id) AS (
      SELECT ${type}, coalesce((SELECT max(p.first_id) FROM positions p
        WHERE p.tenant_id = ${tenant} AND p.type = ${type} AND p.first_id <= ${id}), '')
      FROM ${each(resources.map((one) => [one.type, one.id]))}
      WHERE NOT EXISTS (SELECT 1 FROM resources r WHERE r.tenant_id = ${tenant} AND r.type = ${type} AND r.id = ${id})),
    touched(type, first_id, count, added, next) AS MATERIALIZED (
      SELECT f.type, f.first_id, p.count, count(*), (SELECT min(q.first_id) FROM positions q
        WHERE q.tenant_id = ${tenant} AND q.type = f.type AND q.first_id > f.first_id)
      FROM fresh f LEFT JOIN positions p ON p.tenant_id = ${tenant} AND p.type = f.type AND p.first_id = f.first_id
      GROUP BY f.type, f.first_id)
    SELECT t.type, t.first_id, t.count, r.id FROM touched t
    LEFT JOIN resources r ON t.count + t.added > ${sql.raw(String(RUN_LENGTH))} * iif(t.next IS NULL, 1, 2)
      AND r.tenant_id = ${tenant} AND r.type = t.type AND r.id >= t.first_id AND r.id < coalesce(t.next, '~')
    ORDER BY t.type, t.first_id, r.id`;
}

function each(values: readonly unknown[]): SQL {
  return sql`json_each(${JSON.stringify(values)}) j`;
}
