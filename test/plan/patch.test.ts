/** The golden patches: RFC 7644 section 3.5.2 row by row, and what identity providers send beside it. */
import { describe, expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { QUIRKS } from "../../worker/parse/known-quirks.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { readPatches } from "../support/golden-patches.ts";
import type { ExpectedFault, PatchCase } from "../support/golden-patches.ts";
import { freeze } from "../support/goldens.ts";
import { faultOf, reparse, runPatch, typeNamed } from "../support/patch-run.ts";
import type { PatchRun } from "../support/patch-run.ts";

const FILES = readPatches();
const CASES = FILES.flatMap(({ cases }) => cases);

for (const { file, cases } of FILES) {
  describe(file, () => {
    it.each(cases)("$name", (one) => {
      const run = runOf(one);
      expect(reparse(run.type, run.before).document).toStrictEqual(run.before);
      if (one.fault === undefined) expectResult(one, run);
      else expectFault(one.fault, run);
      if (one.strict !== undefined) expectFault(one.strict, { ...run, profile: "strict" });
    });
  });
}

function runOf(one: PatchCase): PatchRun {
  const members = (one.members ?? []).map((member) =>
    typeof member === "string" ? { id: member, type: "User", display: null } : member,
  );
  const { operations = null, body = { schemas: [MESSAGES.patchOp], Operations: operations } } = one;
  return {
    type: typeNamed(one.resourceType),
    profile: one.profile ?? "generic",
    before: freeze(one.before),
    members,
    body: freeze(body),
  };
}

function expectResult(one: PatchCase, run: PatchRun): void {
  const result = runPatch(run);
  const after = one.after === "unchanged" ? run.before : one.after;
  const members = one.membersAfter ?? run.members.map(({ id }) => id);
  expect(result.after).toStrictEqual(after);
  expect(result.members.toSorted()).toStrictEqual(members.toSorted());
  expect(result.quirks).toStrictEqual((one.quirks ?? []).toSorted());
  expect(reparse(run.type, result.after).document).toStrictEqual(result.after);
}

function expectFault(expected: ExpectedFault, run: PatchRun): void {
  const fault = faultOf(() => runPatch(run));
  expect(fault?.kind).toBe(expected.kind);
  expect(fault !== undefined && "detail" in fault ? fault.detail : "").toContain(
    expected.detail ?? "",
  );
}

it("looked: every golden says what is expected, and there are many of them", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(200);
  for (const one of CASES) {
    expect([one.after, one.fault].filter((wish) => wish !== undefined)).toHaveLength(1);
    expect([one.operations, one.body].filter((given) => given !== undefined)).toHaveLength(1);
  }
});

it("knows every quirk of PATCH: each fires somewhere, and each is refused to the strict", () => {
  const fired = new Set(CASES.flatMap(({ quirks }) => quirks ?? []));
  const refused = new Set(
    CASES.flatMap(({ quirks, strict }) => (strict === undefined ? [] : (quirks ?? []))),
  );
  // These two are of filters, and of one connection: test/parse/leniency.test.ts.
  const elsewhere = new Set(["test-after-value-path", "two-primary-values"]);
  const ofPatch = Object.keys(QUIRKS).filter((name) => !elsewhere.has(name));
  expect([...fired].toSorted()).toStrictEqual(ofPatch.toSorted());
  expect([...refused].toSorted()).toStrictEqual(ofPatch.toSorted());
});

it("takes as many operations as are advertised, and not one more", () => {
  const operation = { op: "replace", path: "title", value: "x" };
  const run = (count: number): PatchRun =>
    runOf({
      name: "many",
      resourceType: "User",
      before: { userName: "ann" },
      operations: Array.from({ length: count }, () => operation),
    });
  expect(runPatch(run(PROVIDER.maxOperations)).after).toStrictEqual({
    userName: "ann",
    title: "x",
  });
  expectFault({ kind: "tooMany", detail: "1000" }, run(PROVIDER.maxOperations + 1));
});

it("takes as many members in one operation as are advertised, and not one more", () => {
  const run = (count: number): PatchRun =>
    runOf({
      name: "many",
      resourceType: "Group",
      before: { displayName: "G" },
      operations: [
        {
          op: "add",
          path: "members",
          value: Array.from({ length: count }, (_, index) => ({ value: `u${index}` })),
        },
      ],
    });
  expect(runPatch(run(PROVIDER.maxRowValues)).members).toHaveLength(PROVIDER.maxRowValues);
  expectFault({ kind: "tooMany", detail: "members" }, run(PROVIDER.maxRowValues + 1));
});
