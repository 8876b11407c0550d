/** What PATCH bodies parse to, where the result of the patch doesn't show it. */
import { expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { parsePatch } from "../../worker/parse/patch.ts";
import type { PatchOperation } from "../../worker/parse/patch.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { printFilter } from "../../worker/parse/filter.ts";
import { pathOf } from "../../worker/scim/attribute-path.ts";
import type { Json } from "../../worker/scim/json.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { ID, faultOf, typeNamed } from "../support/patch-run.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function parse(operations: Json, leniency = new Leniency()): PatchOperation[] {
  const body = { schemas: [MESSAGES.patchOp], Operations: operations };
  return parsePatch(body, { type: typeNamed("User"), id: ID, leniency });
}

/** The operations in words: op, path, filter, value. */
function words(operations: readonly PatchOperation[]): Json[] {
  return operations.map(({ op, target, filter, value }) => [
    op,
    pathOf(target),
    filter === undefined ? "" : printFilter(filter),
    value ?? null,
  ]);
}

it("lets no password go further", () => {
  expect(parse([{ op: "replace", path: "password", value: "s3cret" }])).toStrictEqual([]);
  expect(parse([{ op: "add", value: { PASSWORD: "s3cret" } }])).toStrictEqual([]);
});

it("changes each part of a complex attribute by itself, under its canonical name", () => {
  const value = { name: { GIVENNAME: "Ann", familyName: null } };
  expect(words(parse([{ op: "replace", value }]))).toStrictEqual([
    ["replace", "name.givenName", "", "Ann"],
    ["replace", "name.familyName", "", null],
  ]);
});

it("removes each value of a list by a filter", () => {
  const operations = parse([{ op: "Remove", path: "EMAILS", value: [{ value: 'a"' }, "b"] }]);
  expect(words(operations)).toStrictEqual([
    ["remove", "emails", String.raw`value eq "a\""`, null],
    ["remove", "emails", 'value eq "b"', null],
  ]);
});

it("knows each attribute of an extension that is removed", () => {
  const operations = parse([{ op: "remove", path: ENTERPRISE }]);
  expect(operations.map(({ target }) => pathOf(target))).toStrictEqual(
    ["employeeNumber", "costCenter", "organization", "division", "department", "manager"].map(
      (name) => `${ENTERPRISE}:${name}`,
    ),
  );
});

it("records what it forgives in the order in which it comes", () => {
  const leniency = new Leniency();
  const first = { op: "Replace", path: "active", value: "False" };
  const second = { op: "Replace", value: { "name.givenName": "" } };
  parse([first, second], leniency);
  expect(leniency.forgiven.map(({ quirk }) => quirk)).toStrictEqual([
    "boolean-as-string",
    "path-as-key",
    "empty-string-clears",
  ]);
});

it("takes a value path as long as a filter may be, and not one character longer", () => {
  const path = (length: number): string => `emails[value eq "${"x".repeat(length - 19)}"]`;
  expect(path(100)).toHaveLength(100);
  expect(parse([{ op: "remove", path: path(PROVIDER.maxFilterLength) }])).toHaveLength(1);
  const fault = faultOf(() => parse([{ op: "remove", path: path(PROVIDER.maxFilterLength + 1) }]));
  expect(fault?.kind).toBe("invalidFilter");
});
