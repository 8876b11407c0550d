/** The law of meaning: what a filter selects on D1 is what it matches in memory, for any resources and any filter. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import type { ResourceType } from "../../schema/attribute.ts";
import { printFilter } from "../../worker/parse/filter.ts";
import type { Filter } from "../../worker/parse/filter.ts";
import { balance } from "../../worker/plan/balance.ts";
import { matchFilter } from "../../worker/plan/match.ts";
import { operandsFor } from "../../worker/plan/operands.ts";
import { resolveFilter } from "../../worker/plan/resolve.ts";
import { documentOf, foldDocument, indexRows } from "../../worker/plan/rows.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import type { TypedFilter } from "../../worker/plan/typed-filter.ts";
import { whereFilter } from "../../worker/plan/where.ts";
import type { JsonObject } from "../../worker/scim/json.ts";
import { filterOf, resourceOf, THING } from "../support/arbitrary-filter.ts";
import { DB } from "../support/database.ts";
import type { Prepared } from "../support/database.ts";

const FILTERS = 25;
const numRuns = Math.ceil(Number(env.LAWS_RUNS) / FILTERS);
/** The same cases in every run: a law that fails, fails for everybody. */
const seed = 7644;

function idOf({ id }: JsonObject): string {
  return typeof id === "string" ? id : "";
}

/** Writes the resources as the writer would: document, folded twin and index rows. */
async function insert(
  tenant: string,
  type: ResourceType,
  documents: readonly JsonObject[],
): Promise<void> {
  const resources = documents.map((document) => ({
    id: document["id"],
    document: JSON.stringify(document),
    folded: JSON.stringify(foldDocument(type, document)),
  }));
  const values = documents.flatMap((document) => {
    const id = idOf(document);
    return indexRows(type, id, document).map((row) => ({ ...row, id }));
  });
  await DB.batch([
    DB.prepare(
      `INSERT INTO resources SELECT ?, ?, value ->> 'id', 1, '', '', value ->> 'document', jsonb(value ->> 'folded') FROM json_each(?)`,
    ).bind(tenant, type.name, JSON.stringify(resources)),
    DB.prepare(
      `INSERT INTO resource_values SELECT ?, ?, value ->> 'attribute', value ->> 'value', value ->> 'holder', value ->> 'id' FROM json_each(?)`,
    ).bind(tenant, type.name, JSON.stringify(values)),
  ]);
}

function select(tenant: string, type: ResourceType, filter: TypedFilter): Prepared {
  const operands = operandsFor([filter]);
  const scope = { type, types: RESOURCE_TYPES, tenant: sql`${tenant}`, base: "" };
  const condition = whereFilter(filter, scope, operands);
  const { sql: text, params } = statement(sql`WITH RECURSIVE ${operands.table()} one AS (SELECT 1)
    SELECT r.id FROM resources r WHERE r.tenant_id = ${tenant} AND r.type = ${type.name} AND ${condition} ORDER BY r.id`);
  return DB.prepare(text).bind(...params);
}

/** The types of the registry are stored in part as rows and columns: those attributes aren't generated. */
const [user] = RESOURCE_TYPES;
if (user === undefined) throw new Error("There is no resource type");
const plainUser: ResourceType = {
  ...user,
  schema: { ...user.schema, attributes: withDocument(user.schema.attributes) },
  extensions: user.extensions.map(({ schema, required }) => ({
    required,
    schema: { ...schema, attributes: withDocument(schema.attributes) },
  })),
};

function withDocument(
  attributes: ResourceType["schema"]["attributes"],
): ResourceType["schema"]["attributes"] {
  return attributes
    .filter(({ stored }) => stored === "document")
    .map((one) => ({
      ...one,
      uniqueness: "none",
      subAttributes: one.subAttributes.filter(({ stored }) => stored === "document"),
    }));
}

/** The database may have seen an earlier run. */
const run = crypto.randomUUID();

describe.each([THING, plainUser])("$name", (type) => {
  it("selects on D1 what it matches in memory", async () => {
    let populations = 0;
    let matched = 0;
    let compared = 0;
    const population = fc.array(resourceOf(type), { minLength: 40, maxLength: 40 });
    const filters = fc.array(filterOf(type), { minLength: FILTERS, maxLength: FILTERS });
    await fc.assert(
      fc.asyncProperty(population, filters, async (bodies, asked) => {
        populations += 1;
        const tenant = `${run}-${type.name}-${populations}`;
        const documents = bodies.map((body, index) => documentOf(type, String(100 + index), body));
        await insert(tenant, type, documents);
        const typed = asked.map((filter) => resolveFilter(filter, type));
        const results = await DB.batch<{ id: string }>(
          typed.map((filter) => select(tenant, type, filter)),
        );
        for (const [index, filter] of typed.entries()) {
          const found = results[index]?.results.map(({ id }) => id);
          const expected = documents
            .filter((document) => matchFilter(filter, document))
            .map(({ id }) => id);
          expect(found, printFilter(asked[index] as Filter)).toStrictEqual(expected);
          compared += documents.length;
          matched += expected.length;
        }
      }),
      { numRuns, seed },
    );
    // Filters that match nothing, or everything, would prove nothing.
    expect(matched).toBeGreaterThan(compared / 10);
    expect(matched).toBeLessThan((compared * 9) / 10);
  }, 600_000);

  it("means the same when balanced, with not at the leaves and two parts in each list", () => {
    fc.assert(
      fc.property(
        filterOf(type),
        fc.array(resourceOf(type), { maxLength: 10 }),
        (filter, bodies) => {
          const typed = resolveFilter(filter, type);
          const balanced = balance(typed);
          for (const body of bodies)
            expect(matchFilter(balanced, body)).toBe(matchFilter(typed, body));
          expectPairs(balanced);
        },
      ),
      { numRuns: Number(env.LAWS_RUNS), seed },
    );
  });
});

function expectPairs(filter: TypedFilter): void {
  switch (filter.kind) {
    case "and":
    case "or":
      expect(filter.filters).toHaveLength(2);
      filter.filters.forEach(expectPairs);
      break;
    case "not":
      expect(["compare", "present", "some"]).toContain(filter.filter.kind);
      expectPairs(filter.filter);
      break;
    case "some":
      expectPairs(filter.filter);
      break;
    case "compare":
    case "present":
      break;
  }
}
