/** What is told of a filter's access path is what the engine does: its own plan says so. */
import { describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { parseListQuery } from "../../worker/parse/list-query.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { accessPathOf } from "../../worker/plan/access-path.ts";
import { balance } from "../../worker/plan/balance.ts";
import { planList } from "../../worker/plan/list.ts";
import { resolveFilter } from "../../worker/plan/resolve.ts";
import { ORIGIN, makeTenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

const CASES = [
  ["User", "key", 'userName eq "ada"'],
  ["User", "key", 'externalId eq "1"'],
  ["User", "key", 'active eq true and userName eq "ada"'],
  ["User", "scan", 'userName eq "ada" or emails.value eq "ada@example.com"'],
  ["User", "key", 'emails[type eq "work" and value eq "ada@example.com"]'],
  ["User", "key", 'userName eq "ada" and not (title pr)'],
  ["User", "members", 'groups.value eq "1"'],
  ["Group", "members", 'members.value eq "1"'],
  ["Group", "members", 'members[value eq "1"]'],
  ["User", "range", 'userName sw "ad"'],
  ["User", "range", 'userName gt "ad" and active eq true'],
  ["User", "scan", 'userName eq "ada" or userName sw "b"'],
  ["User", "values", 'userName co "da"'],
  ["User", "scan", 'userName co "da" or displayName co "da" or emails.value co "da"'],
  ["User", "scan", 'userName ne "ada"'],
  ["User", "scan", 'title eq "Engineer"'],
  ["User", "scan", "active eq true"],
  ["User", "scan", "emails pr"],
  ["User", "scan", 'userName eq "ada" or title eq "Engineer"'],
  ["User", "scan", 'not (userName eq "ada")'],
  ["User", "scan", 'emails[type eq "work"]'],
  ["User", "scan", 'id eq "1"'],
] as const;

async function planOf(typeName: string, filter: string) {
  const type = RESOURCE_TYPES.find(({ name }) => name === typeName);
  if (type === undefined) throw new Error(`There is no ${typeName}`);
  const parameters = {
    filter,
    sortBy: undefined,
    sortOrder: undefined,
    startIndex: undefined,
    count: undefined,
    cursor: undefined,
    attributes: ["id"],
    excludedAttributes: [],
  };
  const query = parseListQuery([type], parameters, new Leniency());
  const [target] = query.targets;
  if (target?.filter === undefined) throw new Error("There is no filter");
  const { id: tenant } = await makeTenant();
  const claim = { kind: "managed", tenant } as const;
  const { sql, params } = planList({
    claim,
    types: RESOURCE_TYPES,
    base: ORIGIN,
    query,
    position: undefined,
  });
  const { results } = await DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...params)
    .all<{ detail: string }>();
  const path = accessPathOf(balance(resolveFilter(target.filter, type)));
  return { path, steps: results.map(({ detail }) => detail) };
}

describe("access paths", () => {
  it.each(CASES)("%s by %s: %s", async (type, expected, filter) => {
    const { path, steps } = await planOf(type, filter);
    expect(path).toBe(expected);
    const resources = steps.filter((step) => /^SEARCH r\b/.test(step));
    expect(resources.length).toBeGreaterThan(0);
    const isById = resources.every((step) => step.includes("id=?)") && / id=\?/.test(step));
    expect([isById, resources, steps]).toEqual([expected !== "scan", resources, steps]);
    const values = steps.filter((step) => /^SEARCH v\b/.test(step));
    const isNarrow = values.length > 0 && values.every((step) => /value[=>]/.test(step));
    if (expected === "key" || expected === "range")
      expect([isNarrow, values]).toEqual([true, values]);
    if (expected === "values") expect([isNarrow, values]).toEqual([false, values]);
  });
});
