/** The OpenAPI document of the management API, held against the specification. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { ENDPOINTS } from "../../worker/admin/endpoints.ts";
import { openApiDocument } from "../../worker/admin/openapi.ts";

const DOCUMENT = JSON.parse(JSON.stringify(openApiDocument()));

it("is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(DOCUMENT))).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  delete DOCUMENT.info.title;
  expect((await validator.validate(structuredClone(DOCUMENT))).valid).toBe(false);
});

it("tells of every endpoint once", () => {
  const operations = Object.values<Record<string, { operationId: string }>>(DOCUMENT.paths).flatMap(
    (item) => Object.values(item).map(({ operationId }) => operationId),
  );
  expect(operations.toSorted()).toEqual(
    [...ENDPOINTS.map(({ operation }) => operation), "getOpenApi"].toSorted(),
  );
  expect(new Set(operations).size).toBe(operations.length);
});

it("takes nothing that it doesn't name, and answers nothing that it doesn't name", () => {
  const open: string[] = [];
  look(DOCUMENT, "");
  // Whatever the sign-in needs, what was given, and the document itself.
  const known = /\/(?:properties\/properties|properties\/detail|openapi\.json\/.*)$/;
  expect(open.filter((place) => !known.test(place))).toEqual([]);
  expect(open.length).toBeGreaterThan(0);

  function look(value: unknown, place: string): void {
    if (typeof value !== "object" || value === null) return;
    if ("type" in value && value.type === "object" && !("additionalProperties" in value)) {
      open.push(place);
    }
    for (const [name, inner] of Object.entries(value)) look(inner, `${place}/${name}`);
  }
});
