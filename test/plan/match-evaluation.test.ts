/** Which resources a filter matches: over HTTP on D1, and in memory where the attributes live in the document. */
import { beforeAll, describe, expect, it } from "vitest";
import { parseFilter } from "../../worker/parse/filter-parser.ts";
import { Leniency, rewriteFilter } from "../../worker/parse/quirks.ts";
import { matchFilter } from "../../worker/plan/match.ts";
import { resolveFilter } from "../../worker/plan/resolve.ts";
import type { TypedFilter } from "../../worker/plan/typed-filter.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import evaluation from "../golden/filters/evaluation/cases.json";
import resources from "../golden/filters/evaluation/resources.json";
import { typeNamed } from "../support/golden-filters.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

interface User {
  readonly created: string;
  readonly lastModified: string;
  readonly attributes: JsonObject & { readonly userName: string };
}

let tenant: Tenant;
/** Names of the resources => what the service provider answered when they were created. */
const created = new Map<string, JsonObject>();
const ids = new Map<string, string>();

function withIds(text: string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = name === "base" ? tenant.base : ids.get(name);
    if (id === undefined) throw new Error(`No resource is called ${name}`);
    return id;
  });
}

async function create(name: string, path: string, body: Record<string, Json>): Promise<void> {
  const answer = await tenant.post(path, body);
  expect(answer.status, name).toBe(201);
  created.set(name, answer.body);
  ids.set(name, answer.body.id);
}

beforeAll(async () => {
  tenant = await makeTenant();
  for (const [name, { attributes, ...times }] of Object.entries(
    resources.users as unknown as Record<string, User>,
  )) {
    const { userName, ...more } = JSON.parse(withIds(JSON.stringify(attributes)));
    await create(name, "/Users", user(userName, more));
    await DB.prepare(
      "UPDATE resources SET created = ?, last_modified = ? WHERE tenant_id = ? AND id = ?",
    )
      .bind(times.created, times.lastModified, tenant.id, ids.get(name) ?? null)
      .run();
  }
  for (const [name, { members, ...more }] of Object.entries(resources.groups)) {
    const values = members.map((member) => ids.get(member) ?? member);
    await create(name, "/Groups", { ...group(more.displayName, values), ...more });
  }
});

function namesOf(found: readonly string[]): string[] {
  return [...ids].filter(([, id]) => found.includes(id)).map(([name]) => name);
}

/** Is everything that the filter asks for in the document? */
function isInDocument(filter: TypedFilter): boolean {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.every(isInDocument);
    case "not":
      return isInDocument(filter.filter);
    case "some":
    case "compare":
    case "present": {
      const { attribute, sub } = filter.target;
      const isStored =
        attribute.stored === "document" && (sub?.stored ?? "document") === "document";
      return isStored && (filter.kind !== "some" || isInDocument(filter.filter));
    }
  }
}

function typed(resourceType: string, filter: string): TypedFilter {
  const type = typeNamed(resourceType);
  return resolveFilter(rewriteFilter(parseFilter(filter), type, new Leniency()), type);
}

const { cases } = evaluation;
const casesInDocument = cases.filter(({ resourceType, filter }) =>
  isInDocument(typed(resourceType, filter)),
);

it("has the cases that it should have", () => {
  expect(cases.length).toBeGreaterThanOrEqual(280);
  expect(casesInDocument.length).toBeGreaterThanOrEqual(200);
  expect(cases.filter(({ matches }) => matches.length > 0).length).toBeGreaterThanOrEqual(200);
});

describe("on D1", () => {
  it.each(cases)("$resourceType: $filter", async ({ resourceType, filter, matches }) => {
    const query = new URLSearchParams({ filter: withIds(filter), attributes: "id", count: "200" });
    const { status, body } = await tenant.get(
      `${typeNamed(resourceType).endpoint}?${query.toString()}`,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    const found = (body.Resources ?? []).map(({ id }: { id: string }) => id);
    expect(namesOf(found)).toStrictEqual(matches);
    expect(body.totalResults).toBe(matches.length);
  });
});

describe("in memory", () => {
  it.each(casesInDocument)("$resourceType: $filter", ({ resourceType, filter, matches }) => {
    const meaning = typed(resourceType, withIds(filter));
    const candidates = Object.keys(resourceType === "User" ? resources.users : resources.groups);
    const found = candidates.filter((name) => matchFilter(meaning, created.get(name) ?? {}));
    expect(found).toStrictEqual(matches);
  });
});
