/** What the pure core costs, without a server. Ratios within one run are what counts, not the times themselves. */
import { bench, do_not_optimize, run, summary } from "mitata";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { parseFilter } from "../../worker/parse/filter-parser.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import { parseProjection } from "../../worker/parse/projection.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { changeMembers, memberOperations } from "../../worker/plan/members.ts";
import { operandsFor } from "../../worker/plan/operands.ts";
import { patchDocument } from "../../worker/plan/patch.ts";
import { resolveFilter } from "../../worker/plan/resolve.ts";
import { documentOf, foldDocument, indexRows } from "../../worker/plan/rows.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import { whereFilter } from "../../worker/plan/where.ts";
import { renderResource } from "../../worker/render/resource.ts";
import { ScimError } from "../../worker/scim/fault.ts";
import { fold } from "../../worker/scim/fold.ts";
import type { StoredResource } from "../../worker/scim/resource.ts";
import { patchBody, userBody } from "./people.ts";
import { typeNamed } from "./types.ts";

const [USER, GROUP] = [typeNamed("User"), typeNamed("Group")];
const ID = "01a20ec1-cc31-778e-bf8e-205e98968654";
const AT = "2026-01-01T00:00:00.000Z";
const BASE = "https://rollcall.example/acme/api/scim/v2";

/** The parser takes 80 terms; 1,000 are refused, which has to be cheap as well. */
const FILTERS: readonly (readonly [string, string])[] = [
  ["1 term", 'userName eq "ada@corp.example"'],
  ["80 terms", terms(80, " or ")],
  ["80 terms in parentheses", `(${terms(40, " and ")}) or (${terms(40, " and ")})`],
];
const REFUSED = terms(1000, " or ");

export async function benchCore(): Promise<void> {
  benchFilters();
  benchPatches();
  benchUsers();
  await run();
}

function benchFilters(): void {
  summary(() => {
    for (const [name, text] of FILTERS)
      bench(`parse a filter of ${name}`, () => do_not_optimize(parseFilter(text)));
    bench("refuse a filter of 1,000 terms", () =>
      do_not_optimize(faultOf(() => parseFilter(REFUSED))));
  });
  summary(() => {
    for (const [name, text] of FILTERS)
      bench(`compile a filter of ${name} to SQL`, () => do_not_optimize(compile(text)));
  });
}

function benchPatches(): void {
  const context = { type: GROUP, id: ID, leniency: new Leniency() };
  const [few, many] = [additionOf(1), additionOf(5000)];
  summary(() => {
    bench("parse a PATCH of 1 member", () => do_not_optimize(parsePatch(few, context)));
    bench("parse a PATCH of 5,000 members", () => do_not_optimize(parsePatch(many, context)));
  });
  summary(() => {
    const [one, all] = [few, many].map((body) => memberOperations(parsePatch(body, context)));
    if (one === undefined || all === undefined) return;
    bench("apply a PATCH of 1 member", () => do_not_optimize(changeMembers([], one)));
    bench("apply a PATCH of 5,000 members", () => do_not_optimize(changeMembers([], all)));
  });
}

function benchUsers(): void {
  const body = userBody("ada", 1);
  const { document } = parseResource(USER, body, new Leniency());
  const operations = parsePatch(
    patchBody({ op: "replace", path: 'emails[type eq "work"].value', value: "b@corp.example" }),
    { type: USER, id: ID, leniency: new Leniency() },
  );
  summary(() => {
    bench("parse a user", () => do_not_optimize(parseResource(USER, body, new Leniency())));
    bench("apply a PATCH to a user", () =>
      do_not_optimize(patchDocument(USER, document, operations, { replaceCreates: false })));
    bench("fold a user", () => do_not_optimize(foldDocument(USER, document)));
    bench("index a user", () => do_not_optimize(indexRows(USER, ID, document)));
  });
  summary(() => {
    const resource: StoredResource = {
      type: USER.name,
      id: ID,
      version: 1,
      created: AT,
      lastModified: AT,
      document: documentOf(USER, ID, document),
      memberships: [],
      names: {},
    };
    for (const [name, only, without] of [
      ["all of a user", [], []],
      ["two attributes of a user", ["userName", "emails.value"], []],
      ["a user without groups", [], ["groups"]],
    ] as const) {
      const projection = parseProjection(USER, only, without);
      const context = { base: BASE, type: USER, types: RESOURCE_TYPES, projection };
      bench(`project ${name}`, () => do_not_optimize(renderResource(resource, context)));
    }
  });
  summary(() => {
    const [ascii, greek] = ["Ada.Lovelace@corp.example", "ΑΔΑ.ΛΟΒΕΛΕΪΣ@corp.example"];
    bench("fold an address", () => do_not_optimize(fold(ascii)));
    bench("fold an address in Greek", () => do_not_optimize(fold(greek)));
  });
}

function terms(count: number, between: string): string {
  return Array.from({ length: count }, (_, index) => `title eq "${index}"`).join(between);
}

/** A PATCH that adds this many members. */
function additionOf(members: number) {
  const value = Array.from({ length: members }, (_, index) => ({ value: `id-${index}` }));
  return patchBody({ op: "add", path: "members", value });
}

function compile(filter: string) {
  const scope = { type: USER, types: RESOURCE_TYPES, tenant: sql`'t'`, base: BASE };
  const typed = resolveFilter(parseFilter(filter), USER);
  return statement(whereFilter(typed, scope, operandsFor([typed])));
}

function faultOf(attempt: () => unknown): ScimError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}
