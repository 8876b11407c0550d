/** The tests by which Microsoft admits an application to Entra's gallery, and those of its public validator. */
import { describe, expect, it } from "vitest";
import { JWT_BEARER } from "../support/oauth.ts";
import { makeTenant } from "../support/tenant.ts";
import { requestAccessToken } from "./credential.ts";
import { play } from "./play.ts";
import { GALLERY, VALIDATOR } from "./scenario.ts";
import type { ValidatorCase } from "./scenario.ts";

const GALLERY_NAMES =
  `Create_User Update_User Disable_User Delete_User User_Update_Manager Restore_User POD_User
  Create_Group Update_Group Delete_Group Group_Update_Add_Member Group_Update_Remove_Member POD_Group Restore_Group
  Schema_Discoverability SCIM_Null_Update SCIM_User_Create SCIM_User_Update SCIM_Group_Create SCIM_Group_Update
  Validate_Credentials Federated_Identity SCIM_User_Pagination SCIM_Group_Pagination SCIM_Update_Manager`.split(
    /\s+/,
  );

const VALIDATOR_NAMES = [
  ...[
    "create",
    "duplicate 409",
    "filter existing",
    "filter non-existing",
    "filter other case",
    "replace attributes verbose",
    "add attributes verbose",
    "update userName",
    "disable",
    "add manager",
    "replace manager",
    "remove manager",
    "delete",
  ].map((name) => `user ${name}`),
  ...[
    "get without members",
    "filter with members",
    "filter without members",
    "filter non-existing",
    "filter other case",
    "create",
    "duplicate 409",
    "replace attributes",
    "update displayName",
    "update externalId",
    "add member",
    "remove member",
    "delete",
  ].map((name) => `group ${name}`),
  ...[
    "user several ops on different attributes",
    "user several ops on one attribute",
    "group several ops on different attributes",
    "delete non-existent user",
    "delete user twice",
    "delete non-existent group",
    "delete group twice",
  ].map((name) => `preview ${name}`),
];

const namesOf = (cases: typeof GALLERY): readonly string[] =>
  cases.map(([, { name }]) => name).toSorted();

async function playAsEntra(test: ValidatorCase): Promise<void> {
  const tenant = await makeTenant("entra");
  const token =
    test.credential === undefined
      ? tenant.token
      : await requestAccessToken(tenant.id, test.credential);
  const failure = await play(test, { base: tenant.base, token });
  expect(failure?.problem).toBeUndefined();
}

describe("the gallery's list", () => {
  it("is whole", () => expect(namesOf(GALLERY)).toEqual(GALLERY_NAMES.toSorted()));

  it("gets access tokens by a secret and by an assertion", () => {
    const credentials = GALLERY.flatMap(([, { credential }]) => credential ?? []);
    expect(credentials.map(({ kind }) => kind)).toEqual(["client_assertion", "client_secret"]);
    expect(credentials[0]?.form["client_assertion_type"]).toBe(JWT_BEARER);
  });

  it.for(GALLERY.map(([, test]) => test))("$name", playAsEntra);
});

describe("the public validator's list", () => {
  it("is whole", () => expect(namesOf(VALIDATOR)).toEqual(VALIDATOR_NAMES.toSorted()));

  it.for(VALIDATOR.map(([, test]) => test))("$name", playAsEntra);
});
