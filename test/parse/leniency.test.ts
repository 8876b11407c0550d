/** What depends on the connection: quirks of one IdP alone, and what `strict` reads by the RFC instead of forgiving it. */
import { expect, it } from "vitest";
import type { Profile } from "../../schema/provider.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { Leniency } from "../../worker/parse/quirks.ts";
import { parseResource } from "../../worker/parse/resource.ts";
import { parseFilter } from "../../worker/parse/filter-parser.ts";
import type { Json } from "../../worker/scim/json.ts";
import { user } from "../support/tenant.ts";

const [USER] = RESOURCE_TYPES;

function parse(profile: Profile, body: Json): { document: unknown; quirks: string[] } {
  if (USER === undefined) throw new Error("no resource type");
  const leniency = new Leniency(profile);
  const { document } = parseResource(USER, body, leniency);
  return { document, quirks: leniency.forgiven.map(({ quirk }) => quirk) };
}

const TWICE = user("x", {
  emails: [
    { value: "a@x.test", primary: true },
    { value: "b@x.test", primary: true },
  ],
});

it("PingOne may send two primary values: the last is meant", () => {
  expect(parse("ping", TWICE)).toEqual({
    document: {
      userName: "x",
      emails: [
        { value: "a@x.test", primary: false },
        { value: "b@x.test", primary: true },
      ],
    },
    quirks: ["two-primary-values"],
  });
});

it.each<Profile>(["generic", "entra", "okta", "strict"])("%s may not", (profile) => {
  expect(() => parse(profile, TWICE)).toThrow("emails has more than one primary value.");
});

it("an empty string clears, but for strict connections, where it is a string", () => {
  const body = user("x", { title: "", name: { givenName: "", familyName: "F" } });
  expect(parse("generic", body)).toEqual({
    document: { userName: "x", name: { familyName: "F" } },
    quirks: ["empty-string-clears", "empty-string-clears"],
  });
  expect(parse("strict", body)).toEqual({
    document: { userName: "x", title: "", name: { givenName: "", familyName: "F" } },
    quirks: [],
  });
});

it.each(["active", "emails", "manager"])("but an empty string is no %s", (name) => {
  const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  const more = name === "manager" ? { [urn]: { manager: "" } } : { [name]: "" };
  const body = { ...user("x", more), schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", urn] };
  expect(parse("strict", body).quirks).toEqual(["empty-string-clears"]);
});

it("a test after a value path is forgiven with its position", () => {
  const leniency = new Leniency();
  parseFilter('emails[type eq "work"].value eq "x"', leniency);
  const detail = "At position 23 of the filter: no test can follow a value path.";
  expect(leniency.forgiven).toEqual([
    { quirk: "test-after-value-path", fault: { kind: "invalidFilter", detail } },
  ]);
});
