/** Laws of PATCH: whatever is asked, a resource stays one; adding twice is adding once; members are a set. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Profile } from "../../schema/provider.ts";
import { attributeRefs } from "../../worker/scim/attribute-path.ts";
import { ScimError } from "../../worker/scim/fault.ts";
import { isList, isObject } from "../../worker/scim/json.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { changeMembers, memberNeeds } from "../../worker/plan/members.ts";
import {
  IDS,
  LAWS,
  bodyFor,
  mutated,
  operationsFor,
  strangeJson,
  types,
  valueFor,
} from "../support/arbitrary-resources.ts";
import { freeze } from "../support/goldens.ts";
import { ID, faultOf, reparse, runPatch, typeNamed } from "../support/patch-run.ts";
import type { PatchResult, PatchRun } from "../support/patch-run.ts";

const profiles = fc.constantFrom<Profile[]>("generic", "entra", "strict");
const memberIds = fc.subarray(IDS);

function bodyOf(operations: Json): Json {
  return { schemas: [MESSAGES.patchOp], Operations: operations };
}

function runOf(typeName: string, before: JsonObject, operations: Json): PatchRun {
  return {
    type: typeNamed(typeName),
    profile: "generic",
    before: freeze(before),
    members: [],
    body: bodyOf(operations),
  };
}

/** What came of it; undefined where it was refused. */
function resultOf(run: PatchRun): PatchResult | undefined {
  let result: PatchResult | undefined;
  faultOf(() => {
    result = runPatch(run);
  });
  return result;
}

const runs: fc.Arbitrary<PatchRun> = types.chain((type) =>
  fc
    .record({
      profile: profiles,
      body: bodyFor(type),
      ids: memberIds,
      operations: operationsFor(type),
    })
    .map(({ profile, body, ids, operations }) => ({
      type,
      profile,
      before: freeze(parseResource(type, body, new Leniency()).document),
      members: ids.map((id) => ({ id, type: id === "u4" ? "Group" : "User", display: null })),
      body: freeze(bodyOf(operations)),
    })),
);

it("leaves a resource that its schemas allow, or changes nothing", () => {
  let changed = 0;
  fc.assert(
    fc.property(runs, (run) => {
      const result = resultOf(run);
      if (result === undefined) return;
      changed += 1;
      expect(reparse(run.type, result.after).document).toStrictEqual(result.after);
      for (const { attribute, extension } of attributeRefs(run.type)) {
        const isWritten = attribute.stored === "document" && attribute.name !== "schemas";
        const holder = extension === undefined ? result.after : result.after[extension];
        const value = isObject(holder) ? holder[attribute.name] : undefined;
        if (attribute.required && isWritten) expect(value).toBeDefined();
        if (isList(value)) expect(value.filter(isPrimary).length).toBeLessThanOrEqual(1);
      }
    }),
    LAWS,
  );
  expect(changed).toBeGreaterThan(LAWS.numRuns / 10);
});

function isPrimary(value: Json): boolean {
  return isObject(value) && value["primary"] === true;
}

it("gives operations or a fault, whatever JSON comes", () => {
  const bodies = types.chain((type) =>
    fc.tuple(
      fc.constant(type),
      fc.oneof(
        { weight: 1, arbitrary: strangeJson },
        { weight: 1, arbitrary: fc.array(strangeJson, { minLength: 1, maxLength: 3 }).map(bodyOf) },
        { weight: 6, arbitrary: mutated(operationsFor(type).map(bodyOf)) },
      ),
    ),
  );
  let refused = 0;
  fc.assert(
    fc.property(bodies, ([type, body]) => {
      const run = { type, profile: "entra" as const, before: {}, members: [], body: freeze(body) };
      if (faultOf(() => runPatch(run)) !== undefined) refused += 1;
    }),
    LAWS,
  );
  expect(refused).toBeGreaterThan(LAWS.numRuns / 10);
});

it("adds a value twice as if once", () => {
  const user = typeNamed("User");
  const additions = fc.constantFrom(...attributeRefs(user)).chain(({ extension, attribute }) => {
    const path = extension === undefined ? attribute.name : `${extension}:${attribute.name}`;
    return valueFor(attribute).map((value) => ({ op: "add", path, value }));
  });
  let done = 0;
  fc.assert(
    fc.property(bodyFor(user), additions, (body, addition) => {
      const before = parseResource(user, body, new Leniency()).document;
      const once = resultOf(runOf("User", before, [addition]));
      if (once === undefined) return;
      done += 1;
      const again = resultOf(runOf("User", once.after, [addition]));
      expect(again?.after).toStrictEqual(once.after);
      expect(resultOf(runOf("User", before, [addition, addition]))?.after).toStrictEqual(
        once.after,
      );
    }),
    LAWS,
  );
  expect(done).toBeGreaterThan(LAWS.numRuns / 2);
});

it("does one operation after another as all in one request", () => {
  let done = 0;
  fc.assert(
    fc.property(
      bodyFor(typeNamed("User")),
      operationsFor(typeNamed("User")),
      (body, operations) => {
        const before = parseResource(typeNamed("User"), body, new Leniency()).document;
        const together = resultOf(runOf("User", before, operations));
        const apart = operations.reduce<JsonObject | undefined>(
          (current, operation) => current && resultOf(runOf("User", current, [operation]))?.after,
          before,
        );
        if (together !== undefined) done += 1;
        expect(apart).toStrictEqual(together?.after);
      },
    ),
    LAWS,
  );
  expect(done).toBeGreaterThan(LAWS.numRuns / 10);
});

/** A change of members, with what it means for a set of ids. */
interface SetChange {
  readonly operation: Json;
  readonly apply: (ids: ReadonlySet<string>) => Set<string>;
}

const idLists = fc.array(fc.constantFrom(...IDS), { minLength: 1, maxLength: 4 });

const setChanges: fc.Arbitrary<SetChange> = fc.oneof(
  idLists.map((ids) => ({
    operation: { op: "add", path: "members", value: ids.map((value) => ({ value })) },
    apply: (before: ReadonlySet<string>) => new Set([...before, ...ids]),
  })),
  idLists.map((ids) => ({
    operation: { op: "add", value: { members: ids.map((value) => ({ value })) } },
    apply: (before: ReadonlySet<string>) => new Set([...before, ...ids]),
  })),
  idLists.map((ids) => ({
    operation: { op: "replace", path: "members", value: ids.map((value) => ({ value })) },
    apply: () => new Set(ids),
  })),
  idLists.map((ids) => ({
    operation: { op: "remove", path: "members", value: ids.map((value) => ({ value })) },
    apply: (before: ReadonlySet<string>) => new Set([...before].filter((id) => !ids.includes(id))),
  })),
  idLists.map((ids) => ({
    operation: {
      op: "remove",
      path: `members[${ids.map((id) => `value eq "${id}"`).join(" or ")}]`,
    },
    apply: (before: ReadonlySet<string>) => new Set([...before].filter((id) => !ids.includes(id))),
  })),
  fc.constantFrom(...IDS).map((kept) => ({
    operation: { op: "remove", path: `members[not (value eq "${kept}")]` },
    apply: (before: ReadonlySet<string>) => new Set([...before].filter((id) => id === kept)),
  })),
  fc
    .constantFrom<Json>(
      { op: "remove", path: "members" },
      { op: "replace", path: "members", value: [] },
    )
    .map((operation) => ({
      operation,
      apply: () => new Set<string>(),
    })),
);

it("changes members as a set is changed, seeing all of them or those that it names", () => {
  const type = typeNamed("Group");
  const changes = fc.array(setChanges, { minLength: 1, maxLength: 5 });
  let partial = 0;
  fc.assert(
    fc.property(memberIds, changes, (ids, list) => {
      const body = bodyOf(list.map(({ operation }) => operation));
      const operations = parsePatch(body, { type, id: ID, leniency: new Leniency() });
      const expected = list.reduce((set, { apply }) => apply(set), new Set(ids));
      const needs = memberNeeds(operations);
      if (!needs.whole) partial += 1;
      const named = new Set([...needs.ids, ...needs.left]);
      const seen = ids.filter((id) => needs.whole || named.has(id));
      const members = seen.map((id) => ({ id, type: "User", display: null }));
      const { added, removed } = changeMembers(members, operations);
      const after = [...ids.filter((id) => !removed.includes(id)), ...added];
      expect(after.toSorted()).toStrictEqual([...expected].toSorted());
      expect(added.filter((id) => ids.includes(id))).toStrictEqual([]);
      expect(removed.filter((id) => !ids.includes(id))).toStrictEqual([]);
    }),
    LAWS,
  );
  expect(partial).toBeGreaterThan(LAWS.numRuns / 10);
});

it("throws ScimError, which is what these laws let pass", () => {
  expect(faultOf(() => runPatch(runOf("User", { userName: "a" }, [])))?.kind).toBe("invalidSyntax");
  expect(() => faultOf(() => JSON.parse("{"))).toThrow(SyntaxError);
  expect(new ScimError({ kind: "unauthenticated" })).toBeInstanceOf(Error);
});
