/** `npm run bench`: what the pure core costs, without a server. Ratios within one run are what counts, not the times themselves. */
import { bench, do_not_optimize, run, summary } from "mitata";
import type { ResourceType } from "../schema/attribute.ts";
import { RESOURCE_TYPES } from "../schema/resource-types.ts";
import { parseFilter } from "../worker/parse/filter-parser.ts";
import { parsePatch } from "../worker/parse/patch.ts";
import { Leniency } from "../worker/parse/quirks.ts";
import { parseResource } from "../worker/parse/resource.ts";
import { operandsFor } from "../worker/plan/operands.ts";
import { patchDocument } from "../worker/plan/patch.ts";
import { resolveFilter } from "../worker/plan/resolve.ts";
import { foldDocument } from "../worker/plan/rows.ts";
import { sql, statement } from "../worker/plan/statement.ts";
import { whereFilter } from "../worker/plan/where.ts";

const [USER, GROUP] = [typeNamed("User"), typeNamed("Group")];

function typeNamed(name: string): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one.name === name);
  if (type === undefined) throw new Error(`no resource type ${name}`);
  return type;
}

const BODY = {
  schemas: [USER.schema.id],
  userName: "ada@example.com",
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [{ value: "ada@example.com", type: "work", primary: true }],
  active: true,
};
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ONE = 'userName eq "ada@example.com"';
const MANY = Array.from({ length: 80 }, (_, index) => `title eq "${index}"`).join(" or ");
const { document } = parseResource(USER, BODY, new Leniency());

/** A PATCH that adds this many members. */
function addition(members: number) {
  const value = Array.from({ length: members }, (_, index) => ({ value: `id-${index}` }));
  return { schemas: [PATCH_OP], Operations: [{ op: "add", path: "members", value }] };
}

function compile(filter: string) {
  const scope = { type: USER, types: RESOURCE_TYPES, tenant: sql`'t'`, base: "https://x" };
  const typed = resolveFilter(parseFilter(filter), USER);
  return statement(whereFilter(typed, scope, operandsFor([typed])));
}

summary(() => {
  bench("parse a filter of 1 term", () => do_not_optimize(parseFilter(ONE)));
  bench("parse a filter of 80 terms", () => do_not_optimize(parseFilter(MANY)));
});
summary(() => {
  bench("compile a filter of 1 term to SQL", () => do_not_optimize(compile(ONE)));
  bench("compile a filter of 80 terms to SQL", () => do_not_optimize(compile(MANY)));
});
summary(() => {
  const [few, many] = [addition(1), addition(5000)];
  const context = { type: GROUP, id: "g", leniency: new Leniency() };
  bench("parse a PATCH of 1 member", () => do_not_optimize(parsePatch(few, context)));
  bench("parse a PATCH of 5,000 members", () => do_not_optimize(parsePatch(many, context)));
});
summary(() => {
  const body = {
    schemas: [PATCH_OP],
    Operations: [{ op: "replace", path: 'emails[type eq "work"].value', value: "b@x.test" }],
  };
  const operations = parsePatch(body, { type: USER, id: "u", leniency: new Leniency() });
  bench("parse a user", () => do_not_optimize(parseResource(USER, BODY, new Leniency())));
  bench("apply a PATCH to a user", () =>
    do_not_optimize(patchDocument(USER, document, operations, { replaceCreates: false })));
  bench("fold a user", () => do_not_optimize(foldDocument(USER, document)));
});

await run();
