/** Request bodies against the recorded exchanges of each IdP. */
import { describe, expect, test } from "vitest";
import { overlayAttributes } from "../../scripts/simulate/attributes.ts";
import {
  groupBody,
  memberBodies,
  replaceGroupBody,
  userBody,
} from "../../scripts/simulate/authentik-bodies.ts";
import * as jumpcloud from "../../scripts/simulate/jumpcloud-bodies.ts";
import * as keycloak from "../../scripts/simulate/keycloak-bodies.ts";
import * as okta from "../../scripts/simulate/okta-bodies.ts";
import { fillTemplate } from "../../scripts/simulate/onelogin.ts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function patch(...Operations: readonly unknown[]): unknown {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
}

describe("okta", () => {
  test("create a user", () => {
    const body = okta.createUserBody(
      {
        userName: "test.user@okta.local",
        "name.givenName": "Test",
        "name.familyName": "User",
        'emails[type eq "work"].value': "test.user@okta.local",
        displayName: "Test User",
        locale: "en-US",
        externalId: "00ujl29u0le5T6Aj10h7",
      },
      "1mz050nq",
    );
    expect(body).toEqual({
      schemas: [CORE, ENTERPRISE],
      userName: "test.user@okta.local",
      name: { givenName: "Test", familyName: "User" },
      emails: [{ primary: true, value: "test.user@okta.local", type: "work" }],
      displayName: "Test User",
      locale: "en-US",
      externalId: "00ujl29u0le5T6Aj10h7",
      groups: [],
      password: "1mz050nq",
      active: true,
    });
  });

  test("push a profile: what was read, with the changes", () => {
    const read = {
      id: "1",
      name: { givenName: "Test", middleName: "Excited" },
      emails: [{ value: "old@okta.local", type: "work", display: "old@okta.local" }],
      groups: [{ value: "g" }],
      meta: { resourceType: "User" },
    };
    const changes = {
      "name.givenName": "Another",
      'emails[type eq "work"].value': "new@okta.local",
    };
    expect(overlayAttributes(read, changes)).toEqual({
      id: "1",
      name: { givenName: "Another", middleName: "Excited" },
      emails: [{ value: "new@okta.local", type: "work", primary: true }],
      groups: [{ value: "g" }],
      meta: { resourceType: "User" },
    });
  });

  test("deactivate", () => {
    expect(okta.replaceBody({ active: false })).toEqual(
      patch({ op: "replace", value: { active: false } }),
    );
  });

  test("push a group", () => {
    const member = { value: "a", display: "a@okta.local" };
    expect(okta.createGroupBody("G")).toEqual({ schemas: [GROUP], displayName: "G", members: [] });
    expect(okta.nameBody("g", "G")).toEqual(
      patch({ op: "replace", value: { id: "g", displayName: "G" } }),
    );
    expect(okta.changeMembersBody([member], ["b"])).toEqual(
      patch(
        { op: "remove", path: 'members[value eq "b"]' },
        { op: "add", path: "members", value: [member] },
      ),
    );
    expect(okta.changeMembersBody([], [])).toBeUndefined();
    expect(okta.setMembersBody([])).toEqual(patch({ op: "replace", path: "members", value: [] }));
    expect(okta.putGroupBody("g", "G", [member])).toEqual({
      schemas: [GROUP],
      id: "g",
      displayName: "G",
      members: [member],
    });
  });
});

describe("onelogin", () => {
  test("a template with empty parameters", () => {
    const attributes = {
      userName: "ol",
      "name.familyName": "User 01",
      "name.givenName": "AAA Test",
      'emails[type eq "work"].value': "ol@example.com",
    };
    const rest = {
      userName: "ol",
      name: { familyName: "User 01", givenName: "AAA Test" },
      emails: [{ value: "ol@example.com", type: "work", primary: true }],
      title: "",
      active: true,
      [ENTERPRISE]: { department: "", manager: { value: "", displayName: " " } },
    };
    expect(fillTemplate("ietf", attributes, true)).toEqual({
      schemas: [CORE, ENTERPRISE],
      ...rest,
    });
    expect(fillTemplate("draft", attributes, true)).toEqual({
      schemas: ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"],
      ...rest,
    });
  });
});

describe("jumpcloud", () => {
  const first = {
    userName: "jc@example.io",
    "name.familyName": "Doe",
    'phoneNumbers[type eq "work"].value': "tel:+1-555-555-5555",
    'addresses[type eq "work"].country': "US",
  };

  test("create a user: both schemas, no extension", () => {
    expect(jumpcloud.createUserBody(first)).toEqual({
      active: true,
      userName: "jc@example.io",
      name: { familyName: "Doe" },
      phoneNumbers: [{ primary: true, type: "work", value: "tel:+1-555-555-5555" }],
      addresses: [{ primary: true, type: "work", country: "US" }],
      schemas: [CORE, ENTERPRISE],
    });
  });

  test("put a user: id, empty lists, a photo without a type, schemas the other way round", () => {
    const attributes = {
      userName: "jc@example.io",
      "photos[not (type pr)].value": "https://img.example.com/2a27d237.png",
      [`${ENTERPRISE}:department`]: "C-Suite",
    };
    expect(jumpcloud.putUserBody("u", attributes, true)).toEqual({
      active: true,
      addresses: [],
      phoneNumbers: [],
      photos: [{ value: "https://img.example.com/2a27d237.png" }],
      id: "u",
      userName: "jc@example.io",
      schemas: [ENTERPRISE, CORE],
      [ENTERPRISE]: { department: "C-Suite" },
    });
  });

  test("patch a user: an operation for each attribute", () => {
    const { userName } = first;
    const to = { userName, "name.familyName": "Roe", title: "Captain" };
    expect(jumpcloud.patchUserBody(first, to)).toEqual(
      patch(
        { op: "replace", path: "name.familyName", value: "Roe" },
        { op: "replace", path: "title", value: "Captain" },
        { op: "replace", path: "phoneNumbers", value: [] },
        { op: "replace", path: "addresses", value: [] },
      ),
    );
    expect(jumpcloud.patchUserBody(to, to)).toBeUndefined();
    expect(jumpcloud.activeBody(false)).toEqual(
      patch({ op: "replace", path: "active", value: false }),
    );
  });

  test("members", () => {
    const value = [{ value: "a" }, { value: "b" }];
    expect(jumpcloud.addMembersBody(["a", "b"])).toEqual(
      patch({ op: "add", path: "members", value }),
    );
    expect(jumpcloud.removeMembersBody(["a", "b"])).toEqual(
      patch({ op: "remove", path: "members", value }),
    );
  });
});

describe("authentik", () => {
  test("a user", () => {
    const attributes = {
      userName: "ak",
      'emails[type eq "other"].value': "ak@goauthentik.example",
    };
    expect(userBody(attributes, true, "u")).toEqual({
      schemas: [CORE],
      id: "u",
      userName: "ak",
      active: true,
      emails: [{ value: "ak@goauthentik.example", type: "other", primary: true }],
    });
  });

  test("a group is replaced without schemas of the request", () => {
    const group = groupBody("akg", "G");
    expect(replaceGroupBody(group)).toEqual({
      Operations: [
        { op: "replace", value: { schemas: [GROUP], externalId: "akg", displayName: "G" } },
      ],
    });
  });

  test("an operation for each member, so many in a request", () => {
    const add = (value: string) => ({ op: "add", path: "members", value: [{ value }] });
    const remove = { op: "remove", path: "members", value: [{ value: "c" }] };
    const [one, two] = [memberBodies(["a", "b"], ["c"], 2), memberBodies(["a", "b"], ["c"], 0)];
    expect(one).toEqual([patch(add("a"), add("b")), patch(remove)]);
    expect(two).toEqual([patch(add("a"), add("b"), remove)]);
    expect(memberBodies([], [], 0)).toEqual([]);
  });
});

describe("keycloak", () => {
  test("a user: an address without a type", () => {
    const attributes = { userName: "kc", "emails[not (type pr)].value": "kc@example.com" };
    expect(keycloak.userBody(attributes, true)).toEqual({
      schemas: [CORE],
      userName: "kc",
      emails: [{ value: "kc@example.com" }],
      active: true,
      roles: [],
    });
  });

  test("patch a user: active as text", () => {
    expect(keycloak.patchUserBody({ userName: "kc2", displayName: "K D" }, false)).toEqual(
      patch(
        { op: "replace", path: "active", value: "false" },
        { op: "replace", path: "userName", value: "kc2" },
        { op: "replace", path: "displayName", value: "K D" },
      ),
    );
  });

  test("a group: relative references; an empty one has its members removed", () => {
    const group = { externalId: "x", displayName: "G", members: ["a"] };
    expect(keycloak.groupBody(group, "g")).toEqual({
      schemas: [GROUP],
      id: "g",
      externalId: "x",
      displayName: "G",
      members: [{ value: "a", type: "User", $ref: "Users/a" }],
    });
    const names = [
      { op: "replace", path: "displayName", value: "G" },
      { op: "replace", path: "externalId", value: "x" },
    ];
    expect(keycloak.patchGroupBody(group)).toEqual(
      patch({ op: "replace", path: "members", value: [{ value: "a", type: "User" }] }, ...names),
    );
    expect(keycloak.patchGroupBody({ ...group, members: [] })).toEqual(
      patch({ op: "remove", path: "members" }, ...names),
    );
  });
});
