/** Laws of bodies: a parsed resource parses to itself, and whatever JSON comes gives a resource or a fault. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { jsonEqual } from "../../worker/scim/json.ts";
import type { Json } from "../../worker/scim/json.ts";
import type { Resource } from "../../worker/scim/resource.ts";
import { LAWS, bodyFor, mutated, strangeJson, types } from "../support/arbitrary-resources.ts";
import { freeze } from "../support/goldens.ts";
import { faultOf, reparse } from "../support/patch-run.ts";

const bodies = types.chain((type) =>
  fc.tuple(
    fc.constant(type),
    fc.oneof(
      { weight: 3, arbitrary: bodyFor(type) },
      { weight: 6, arbitrary: mutated(bodyFor(type)) },
      { weight: 1, arbitrary: strangeJson },
    ),
  ),
);

it("gives a resource that parses to itself, or a fault", () => {
  let parsed = 0;
  fc.assert(
    fc.property(bodies, ([type, body]) => {
      let resource: Resource | undefined;
      faultOf(() => {
        resource = parseResource(type, freeze(body), new Leniency());
      });
      if (resource === undefined) return;
      parsed += 1;
      expect(reparse(type, resource.document).document).toStrictEqual(resource.document);
      expect(Object.getPrototypeOf(resource.document)).toBe(Object.prototype);
      expect(new Set(resource.members).size).toBe(resource.members.length);
    }),
    LAWS,
  );
  expect(parsed).toBeGreaterThan(LAWS.numRuns / 10);
  expect(parsed).toBeLessThan(LAWS.numRuns);
});

it("takes every valid body without forgiving anything", () => {
  const valid = types.chain((type) => fc.tuple(fc.constant(type), bodyFor(type)));
  fc.assert(
    fc.property(valid, ([type, body]) => {
      const leniency = new Leniency();
      parseResource(type, body, leniency);
      expect(leniency.forgiven).toStrictEqual([]);
    }),
    LAWS,
  );
});

it("doesn't care in which case names come", () => {
  const valid = types.chain((type) => fc.tuple(fc.constant(type), bodyFor(type)));
  fc.assert(
    fc.property(valid, ([type, body]) => {
      const plain = parseResource(type, body, new Leniency());
      const shouted = parseResource(type, shout(body), new Leniency());
      expect(jsonEqual(shouted.document, plain.document)).toBe(true);
      expect(shouted.members).toStrictEqual(plain.members);
    }),
    LAWS,
  );
});

function shout(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => shout(one));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name.toUpperCase(), shout(part)]),
  );
}
