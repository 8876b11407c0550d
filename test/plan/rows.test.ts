/** How resources are written: schemas in use, the folded twin, the index rows. */
import { expect, it } from "vitest";
import { attributesOf, documentOf, foldDocument, indexRows } from "../../worker/plan/rows.ts";
import { typeNamed } from "../support/patch-run.ts";

const USER = typeNamed("User");
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

it("lists the schemas that are in use, and only those", () => {
  expect(documentOf(USER, "1", { userName: "Ann" })).toStrictEqual({
    schemas: [USER.schema.id],
    id: "1",
    userName: "Ann",
  });
  const extended = { userName: "Ann", [ENTERPRISE]: { department: "R&D" } };
  const document = documentOf(USER, "1", extended);
  expect(document["schemas"]).toStrictEqual([USER.schema.id, ENTERPRISE]);
  expect(attributesOf(document)).toStrictEqual(extended);
});

it("folds what compares without case, at every depth, and leaves the rest", () => {
  const document = {
    userName: "ÅNN",
    externalId: "E-1",
    active: true,
    profileUrl: "https://X.test/A",
    name: { givenName: "Ann" },
    emails: [{ value: "A@X.test", type: "Work", primary: true }],
    x509Certificates: [{ value: "AbCd" }],
    [ENTERPRISE]: { department: "R&D", manager: { value: "M-1" } },
  };
  expect(foldDocument(USER, document)).toStrictEqual({
    userName: "ånn",
    externalId: "E-1",
    active: true,
    profileUrl: "https://X.test/A",
    name: { givenName: "ann" },
    emails: [{ value: "a@x.test", type: "work", primary: true }],
    x509Certificates: [{ value: "AbCd" }],
    [ENTERPRISE]: { department: "r&d", manager: { value: "M-1" } },
  });
});

it("gives a row for each value that is indexed, folded, once; without a holder where it is unique", () => {
  const rows = indexRows(USER, "1", {
    userName: "Ann",
    externalId: "E-1",
    title: "CTO",
    emails: [{ value: "A@x.test" }, { value: "a@X.test", type: "home" }, { type: "other" }],
    [ENTERPRISE]: { employeeNumber: "A7", department: "R&D" },
  });
  expect(rows).toStrictEqual([
    { attribute: "externalId", value: "E-1", holder: "1" },
    { attribute: "userName", value: "ann", holder: "" },
    { attribute: "emails.value", value: "a@x.test", holder: "1" },
    { attribute: `${ENTERPRISE}:employeeNumber`, value: "a7", holder: "1" },
  ]);
});
