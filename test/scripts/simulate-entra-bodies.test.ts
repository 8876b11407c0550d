/** Request bodies against the samples of Microsoft's documentation (tutorial and the article on the feature flag). */
import { expect, test } from "vitest";
import {
  activeBody,
  addMembersBody,
  createGroupBody,
  createUserBody,
  managerBody,
  patchUserBody,
  removeMembersBody,
  renameBody,
} from "../../scripts/simulate/entra-bodies.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function patch(...Operations: readonly unknown[]): unknown {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
}

test("create a user", () => {
  const body = createUserBody({
    externalId: "life-oid",
    userName: "life@contoso.example",
    displayName: "Given Family",
    "name.formatted": "Given Family",
    "name.familyName": "Family",
    "name.givenName": "Given",
    'emails[type eq "work"].value': "life@contoso.example",
  });
  expect(body).toEqual({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    externalId: "life-oid",
    userName: "life@contoso.example",
    active: true,
    displayName: "Given Family",
    emails: [{ primary: true, type: "work", value: "life@contoso.example" }],
    meta: { resourceType: "User" },
    name: { formatted: "Given Family", familyName: "Family", givenName: "Given" },
    roles: [],
  });
});

test("create a user with the wide mapping", () => {
  const body = createUserBody({
    userName: "w@contoso.example",
    title: "Nurse",
    'phoneNumbers[type eq "work"].value': "1",
    'phoneNumbers[type eq "mobile"].value': "2",
    'addresses[type eq "work"].locality': "Köln",
    'addresses[type eq "work"].country': "DE",
    [`${ENTERPRISE}:department`]: "Retail",
  });
  expect(body).toMatchObject({
    title: "Nurse",
    phoneNumbers: [
      { type: "work", value: "1" },
      { type: "mobile", value: "2" },
    ],
    addresses: [{ type: "work", locality: "Köln", country: "DE" }],
    [ENTERPRISE]: { department: "Retail" },
  });
});

test("create a group: a foreign schema and no members", () => {
  expect(createGroupBody("team-oid", "team")).toEqual({
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:Group",
      "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    externalId: "team-oid",
    displayName: "team",
    meta: { resourceType: "Group" },
  });
});

const FROM = {
  displayName: "Given Family",
  "name.givenName": "Given",
  title: "Nurse",
  'emails[type eq "work"].value': "a@contoso.example",
};
const TO = {
  displayName: "Pvlo",
  "name.givenName": "Gtfd",
  title: "Nurse",
  'emails[type eq "work"].value': "b@contoso.example",
  nickName: "Babs",
  [`${ENTERPRISE}:employeeNumber`]: "Eqpj",
};

test("change a user without the flag: an operation for each attribute", () => {
  expect(patchUserBody(FROM, TO, "default")).toEqual(
    patch(
      { op: "Replace", path: "displayName", value: "Pvlo" },
      { op: "Replace", path: "name.givenName", value: "Gtfd" },
      { op: "Replace", path: 'emails[type eq "work"].value', value: "b@contoso.example" },
      { op: "Add", path: "nickName", value: "Babs" },
      { op: "Add", path: `${ENTERPRISE}:employeeNumber`, value: "Eqpj" },
    ),
  );
});

test("change a user with the flag: replacements share a value whose keys are paths", () => {
  const from = { ...FROM, [`${ENTERPRISE}:employeeNumber`]: "1" };
  expect(patchUserBody(from, TO, "flag")).toEqual(
    patch(
      { op: "replace", path: 'emails[type eq "work"].value', value: "b@contoso.example" },
      { op: "add", path: "nickName", value: "Babs" },
      {
        op: "replace",
        value: {
          displayName: "Pvlo",
          "name.givenName": "Gtfd",
          [`${ENTERPRISE}:employeeNumber`]: "Eqpj",
        },
      },
    ),
  );
});

test("no change, no request", () => {
  expect(patchUserBody(TO, TO, "default")).toBeUndefined();
  expect(patchUserBody(TO, TO, "flag")).toBeUndefined();
});

test("disable and restore", () => {
  expect(activeBody(false, "default")).toEqual(
    patch({ op: "Replace", path: "active", value: "False" }),
  );
  expect(activeBody(true, "default")).toEqual(
    patch({ op: "Replace", path: "active", value: "True" }),
  );
  expect(activeBody(false, "flag")).toEqual(patch({ op: "replace", path: "active", value: false }));
});

test("set, change and remove a manager", () => {
  const path = `${ENTERPRISE}:manager`;
  expect(managerBody(undefined, "m1", "default")).toEqual(patch({ op: "Add", path, value: "m1" }));
  expect(managerBody("m1", "m2", "flag")).toEqual(patch({ op: "replace", path, value: "m2" }));
  expect(managerBody("m2", undefined, "flag")).toEqual(patch({ op: "replace", path, value: "" }));
});

test("rename a group", () => {
  expect(renameBody("new", "default")).toEqual(
    patch({ op: "Replace", path: "displayName", value: "new" }),
  );
});

test("add members", () => {
  const path = "members";
  expect(addMembersBody(["a"], "default")).toEqual(
    patch({ op: "Add", path, value: [{ $ref: null, value: "a" }] }),
  );
  expect(addMembersBody(["a", "b"], "flag")).toEqual(
    patch({ op: "add", path, value: [{ value: "a" }, { value: "b" }] }),
  );
});

test("remove members", () => {
  expect(removeMembersBody(["a"], "default")).toEqual(
    patch({ op: "Remove", path: "members", value: [{ $ref: null, value: "a" }] }),
  );
  expect(removeMembersBody(["a", "b"], "flag")).toEqual(
    patch(
      { op: "remove", path: 'members[value eq "a"]' },
      { op: "remove", path: 'members[value eq "b"]' },
    ),
  );
});
