/** Adding values to a long list. */
import { expect, it } from "vitest";
import { attributeRefs } from "../../worker/scim/attribute-path.ts";
import { addValues } from "../../worker/plan/patch-values.ts";
import { typeNamed } from "../support/patch-run.ts";

it("adds thousands of values without comparing each with each", () => {
  const attribute = attributeRefs(typeNamed("User")).find(
    (ref) => ref.attribute.name === "roles",
  )?.attribute;
  if (attribute === undefined) throw new Error("Users have no roles.");
  let looks = 0;
  const values = Array.from({ length: 2_000 }, (_, index) => ({
    get value(): string {
      looks += 1;
      return `r${index}`;
    },
  }));
  const after = addValues(values.slice(0, 1_000), values, attribute);
  expect(after).toHaveLength(values.length);
  expect(looks).toBeGreaterThanOrEqual(values.length);
  expect(looks).toBeLessThan(values.length * 20);
});
