/** Laws of differences: applied to what came before they give what came after; between the same there are none. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { applyDiff, diff } from "../../worker/plan/diff.ts";
import type { JsonObject } from "../../worker/scim/json.ts";
import { jsonEqual } from "../../worker/scim/json.ts";
import { LAWS, bodyFor, types } from "../support/arbitrary-resources.ts";
import { freeze } from "../support/goldens.ts";

/** Two resources of one type. */
const pairs: fc.Arbitrary<readonly [JsonObject, JsonObject]> = types.chain((type) => {
  const documents = bodyFor(type).map((body) =>
    freeze(parseResource(type, body, new Leniency()).document),
  );
  return fc.tuple(documents, documents);
});

it("gives the second of two resources when it is applied to the first", () => {
  let differing = 0;
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const differences = diff(a, b);
      if (differences.length > 0) differing += 1;
      expect(jsonEqual(applyDiff(differences, a), b)).toBe(true);
    }),
    LAWS,
  );
  expect(differing).toBeGreaterThan(LAWS.numRuns / 2);
});

it("is empty between a resource and itself, however its names are ordered", () => {
  fc.assert(
    fc.property(pairs, ([a]) => {
      expect(diff(a, a)).toStrictEqual([]);
      expect(diff(a, Object.fromEntries(Object.entries(a).toReversed()))).toStrictEqual([]);
    }),
    LAWS,
  );
});

it("is the way back with before and after exchanged", () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const back = diff(a, b).map(({ path, before, after }) => ({
        path,
        before: after,
        after: before,
      }));
      expect(jsonEqual(applyDiff(back, b), a)).toBe(true);
    }),
    LAWS,
  );
});

it("names each path once", () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const paths = diff(a, b).map(({ path }) => JSON.stringify(path));
      expect(new Set(paths).size).toBe(paths.length);
    }),
    LAWS,
  );
});
