/** How a request is read without running it: each kind of request, quirks, strict refusals, plans and faults. */
import { describe, expect, it } from "vitest";
import type { Profile } from "../../schema/provider.ts";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { readQuestion } from "../../worker/console/why.ts";
import type { Meaning, Reading } from "../../worker/console/why.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import type { Json } from "../../worker/scim/json.ts";
import { makeTenant } from "../support/tenant.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ID = "01a20ec6-41c5-7655-8e55-5497234e35ab";

function read(
  method: string,
  path: string,
  body: Json | string = "",
  profile: Profile = "generic",
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const base = "https://rollcall.test/t/api/scim/v2";
  return readQuestion(
    { method, path, body: text },
    { tenant: "t", profile, types: RESOURCE_TYPES, base },
  );
}

function meant<Kind extends Meaning["kind"]>(
  { meaning }: Reading,
  kind: Kind,
): Extract<Meaning, { kind: Kind }> {
  const isKind = (one: Meaning): one is Extract<Meaning, { kind: Kind }> => one.kind === kind;
  if (!isKind(meaning)) throw new Error(`Not ${kind}: ${JSON.stringify(meaning)}`);
  return meaning;
}

const quirksOf = ({ forgiven }: Reading): string[] => forgiven.map(({ quirk }) => quirk);

const PATCH = {
  schemas: [MESSAGES.patchOp],
  Operations: [
    { op: "Replace", path: "active", value: "False" },
    { op: "add", path: 'emails[type eq "work"].value', value: "ada@example.com" },
  ],
};

describe("a change", () => {
  it("is the canonical resource, without what has no effect", () => {
    const body = {
      schemas: [USER, ENTERPRISE],
      id: "x",
      USERNAME: "ada",
      password: "secret-word",
      shoeSize: 38,
      [ENTERPRISE]: { department: "R&D", desk: 4 },
    };
    const { change, ignored } = meant(read("POST", "/Users", body), "change");
    expect(change).toEqual({
      kind: "create",
      resource: { document: { userName: "ada", [ENTERPRISE]: { department: "R&D" } }, members: [] },
    });
    expect(ignored).toEqual([
      { name: "id", why: "readOnly" },
      { name: "password", why: "neverKept" },
      { name: "shoeSize", why: "unknown" },
      { name: `${ENTERPRISE}:desk`, why: "unknown" },
    ]);
  });

  it("names its target, also behind a whole URL", () => {
    const body = { schemas: [USER], userName: "ada" };
    const url = `https://idp.example/acme/api/scim/v2/Users/${ID}?attributes=id`;
    expect(meant(read("PUT", url, body), "change").change).toMatchObject({
      kind: "replace",
      id: ID,
    });
    const removal = read("DELETE", `/core/iam/v1/scim/Groups/${ID}`);
    expect(meant(removal, "change").change).toEqual({ kind: "delete", id: ID });
  });

  it("has its operations in canonical form, and the quirks that made them so", () => {
    const reading = read("PATCH", `/Users/${ID}`, PATCH, "entra");
    expect(quirksOf(reading)).toEqual(["boolean-as-string"]);
    const { change } = meant(reading, "change");
    expect(change).toMatchObject({
      kind: "patch",
      operations: [
        { op: "replace", value: false },
        { op: "add", value: "ada@example.com" },
      ],
    });
  });

  it("is refused where the connection is strict, with the quirk that it would have been", () => {
    const reading = read("PATCH", `/Users/${ID}`, PATCH, "strict");
    expect(quirksOf(reading)).toEqual(["boolean-as-string"]);
    expect(meant(reading, "fault").fault).toMatchObject({ kind: "invalidValue" });
  });

  it("is refused with what was forgiven until then", () => {
    const body = { Operations: [{ op: "replace", path: "nickname.first", value: "x" }] };
    const reading = read("PATCH", `/Users/${ID}`, body);
    expect(quirksOf(reading)).toEqual(["schemas-missing-or-foreign"]);
    expect(meant(reading, "fault").fault).toMatchObject({ kind: "invalidPath" });
  });

  it("says where JSON ends to be JSON", () => {
    const { fault, position } = meant(read("POST", "/Users", '{"userName": "ada",}'), "fault");
    expect(fault.kind).toBe("invalidSyntax");
    expect(position).toMatch(/position 19/);
  });
});

describe("a list", () => {
  it("has the filter in canonical form, how it is found, and the statement", () => {
    const query = new URLSearchParams({ filter: '(USERNAME Eq "Ada")' });
    const { filters, statement } = meant(read("GET", `/Users?${query.toString()}`), "list");
    expect(filters).toEqual([{ type: "User", canonical: 'USERNAME eq "Ada"', path: "key" }]);
    expect(statement.params).toContain("ada");
    expect(statement.sql).not.toContain("ada");
  });

  it("may have a slash at its end", () => {
    expect(meant(read("GET", "/Users/"), "list").filters).toMatchObject([{ type: "User" }]);
  });

  it("is of every type at the root, in the body of a search request too", () => {
    const body = { schemas: [MESSAGES.searchRequest], filter: 'userName sw "a"' };
    const { filters } = meant(read("POST", "/.search", body), "list");
    expect(filters.map(({ type, path }) => [type, path])).toEqual([
      ["User", "range"],
      ["Group", "scan"],
    ]);
  });

  it("is forgiven like the real one, and refused for a strict connection", () => {
    const path = `/Users?filter=${encodeURIComponent('active eq "True"')}`;
    expect(quirksOf(read("GET", path))).toEqual(["boolean-as-string"]);
    expect(meant(read("GET", path), "list").filters[0]?.canonical).toBe("active eq true");
    expect(meant(read("GET", path, "", "strict"), "fault").fault.kind).toBe("invalidFilter");
  });

  it("is refused with the position in the filter", () => {
    const { fault } = meant(read("GET", "/Users?filter=userName%20eq"), "fault");
    expect(fault).toMatchObject({
      kind: "invalidFilter",
      detail: expect.stringMatching(/^At position 12/),
    });
  });
});

describe("a Bulk request", () => {
  it("is read operation by operation", () => {
    const body = {
      schemas: [MESSAGES.bulkRequest],
      Operations: [
        { method: "POST", path: "/Users", bulkId: "1", data: { schemas: [USER], userName: "ada" } },
        { method: "PATCH", path: `/Users/${ID}`, data: PATCH.Operations },
        { method: "POST", path: "/Users", bulkId: "2", data: { schemas: [USER] } },
        { method: "POST", path: "/Shoes", bulkId: "3", data: {} },
      ],
    };
    const { operations } = meant(read("POST", "/Bulk", body), "bulk");
    const kinds = operations.map(({ reading: { meaning } }) =>
      meaning.kind === "fault" ? meaning.fault.kind : meaning.kind,
    );
    expect(kinds).toEqual(["change", "change", "invalidValue", "notFound"]);
    expect(operations[1]?.name).toBe(`Operations[1]: PATCH /Users/${ID}`);
    expect(operations.map(({ reading }) => quirksOf(reading))).toEqual([
      [],
      ["boolean-as-string"],
      [],
      [],
    ]);
  });
});

/** Requests whose fault is told before the store is asked: here and over HTTP it is the same. */
const REFUSED: readonly (readonly [string, string, Json | string])[] = [
  ["POST", "/Users", "{"],
  ["POST", "/Users", []],
  ["POST", "/Users", { schemas: [USER] }],
  ["POST", "/Users", { schemas: [USER], userName: "ada", active: "perhaps" }],
  ["POST", "/Users", { schemas: [USER], userName: "ada", emails: { value: {} } }],
  ["PATCH", `/Users/${ID}`, { schemas: [MESSAGES.patchOp], Operations: [] }],
  ["PATCH", `/Users/${ID}`, PATCH.Operations],
  ["PATCH", `/Users/${ID}`, { Operations: [{ op: "remove" }] }],
  ["POST", "/.search", { schemas: [MESSAGES.searchRequest], filter: 3 }],
  ["GET", "/Users?filter=shoeSize%20pr", ""],
  ["GET", "/Users?filter=userName%20eq%20%22a%22&sortBy=shoes", ""],
  ["GET", "/Users?count=many", ""],
  ["GET", "/Shoes", ""],
  ["GET", "/users", ""],
  ["GET", "/Users/a/b", ""],
  ["PUT", "/Users", {}],
  ["POST", `/Users/${ID}`, {}],
  ["DELETE", "/Bulk", ""],
  ["GET", "/Me", ""],
  ["POST", "/Bulk", { schemas: [MESSAGES.bulkRequest], Operations: {} }],
];

describe("a fault", () => {
  it.each(REFUSED)("of %s %s %j is that of the real request", async (method, path, body) => {
    const tenant = await makeTenant();
    const answer = await tenant.request(method, path, body === "" ? undefined : body);
    const { fault } = meant(read(method, path, body), "fault");
    expect(answer.status).toBeGreaterThanOrEqual(400);
    if (!("detail" in fault)) expect(answer.status).toBe(405);
    else expect(answer.body.detail.replace(/ See https.*$/, "")).toContain(told(fault.detail));
  });
});

/** The real endpoint knows the whole path. */
function told(detail: string): string {
  return detail.startsWith("There is no endpoint") ? "There is no endpoint" : detail;
}
