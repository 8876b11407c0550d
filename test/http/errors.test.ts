/** Bad input: the SCIM error of RFC 7644 section 3.12 with the right status and scimType, and nothing is changed. */
import { beforeAll, expect, it } from "vitest";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

interface BadRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly scimType?: string;
  readonly detail?: RegExp;
}

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ops = (...Operations: unknown[]) => ({ schemas: [PATCH], Operations });
const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";

function bad(method: string, path: string, status: number, more: Partial<BadRequest>): BadRequest {
  const name = more.name ?? `${method} ${path} ${JSON.stringify(more.body ?? "").slice(0, 80)}`;
  return { method, path, status, ...more, name };
}

const syntax = { scimType: "invalidSyntax" };
const value = { scimType: "invalidValue" };
const filter = (text: string, detail: RegExp) =>
  bad("GET", `/Users?filter=${encodeURIComponent(text)}`, 400, {
    scimType: "invalidFilter",
    detail,
  });
const patch = (scimType: string, ...operations: unknown[]) =>
  bad("PATCH", "/Users/{user}", 400, { scimType, body: ops(...operations) });

const CASES: readonly BadRequest[] = [
  bad("POST", "/Users", 400, { ...syntax, name: "JSON that ends early", body: "[1,2" }),
  bad("POST", "/Users", 400, { ...syntax, name: "no body", body: "" }),
  bad("POST", "/Users", 400, { ...syntax, body: [] }),
  bad("POST", "/Users", 400, { ...syntax, body: "text" }),
  bad("POST", "/Users", 400, { ...syntax, body: null }),
  bad("POST", "/Users", 400, {
    ...syntax,
    name: "a body nested too deep",
    body: `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
  }),
  bad("POST", "/Users", 400, {
    ...value,
    body: { schemas: [CORE] },
    detail: /userName is required/,
  }),
  bad("POST", "/Groups", 400, {
    ...value,
    body: { schemas: [CORE] },
    detail: /displayName is required/,
  }),
  bad("POST", "/Users", 400, {
    ...value,
    body: user("x", { name: 5 }),
    detail: /name takes an object, not a number/,
  }),
  bad("POST", "/Users", 400, {
    ...value,
    body: { schemas: [CORE], userName: 5 },
    detail: /userName takes a string/,
  }),
  bad("POST", "/Users", 400, {
    ...value,
    body: user("x", { active: "maybe" }),
    detail: /active takes a boolean/,
  }),
  bad("POST", "/Users", 400, {
    ...value,
    body: user("x", { emails: [5] }),
    detail: /emails\[0\] takes an object/,
  }),
  bad("POST", "/Users", 400, {
    ...value,
    body: user("x", {
      emails: [
        { value: "a", primary: true },
        { value: "b", primary: true },
      ],
    }),
  }),
  bad("POST", "/Users", 400, { ...syntax, body: '{"userName":"a","USERNAME":"b"}' }),
  bad("POST", "/Groups", 400, {
    ...value,
    body: group("g", ["nobody"]),
    detail: /no resource nobody/,
  }),
  bad("POST", "/Users", 409, {
    scimType: "uniqueness",
    body: user("TAKEN@x.test"),
    detail: /userName/,
  }),
  bad("PUT", "/Users/{other}", 409, { scimType: "uniqueness", body: user("taken@x.test") }),
  bad("PATCH", "/Users/{other}", 409, {
    scimType: "uniqueness",
    body: ops({ op: "replace", path: "userName", value: "Taken@x.test" }),
  }),
  bad("POST", "/Users", 415, {
    name: "a form",
    body: "a=b",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  }),
  bad("POST", "/Users", 413, {
    name: "a large body",
    body: JSON.stringify(user("x".repeat(1_100_000))),
  }),
  bad("GET", "/Users/nobody", 404, {}),
  bad("PUT", "/Users/nobody", 404, { body: user("x") }),
  bad("PATCH", "/Users/nobody", 404, { body: ops({ op: "remove", path: "title" }) }),
  bad("DELETE", "/Users/nobody", 404, {}),
  bad("GET", "/Users/{group}", 404, { name: "a group among the users" }),
  bad("GET", "/users", 404, { name: "endpoints are case-sensitive" }),
  bad("GET", "/Nothing/at/all", 404, {}),
  bad("DELETE", "/Users", 405, {}),
  bad("POST", "/Users/{user}", 405, { body: user("x") }),
  bad("POST", "/Schemas", 405, { body: {} }),
  bad("GET", "/Me", 501, {}),
  bad("GET", "/Schemas?filter=id%20pr", 403, {}),
  bad("GET", "/Users?startIndex=one", 400, { ...value, detail: /startIndex/ }),
  bad("GET", "/Users?count=1.5", 400, { ...value, detail: /count/ }),
  bad("GET", "/Users?sortBy=nothing", 400, { scimType: "invalidPath" }),
  bad("GET", "/Users?sortBy=userName&sortOrder=up", 400, value),
  bad("GET", "/Users?attributes=userName&excludedAttributes=emails", 400, value),
  filter("userName", /position 9/),
  filter("userName eq", /position 12/),
  filter('userName is "x"', /position 10.*compare operator/),
  filter('userName eq "x', /position 13.*closing double quote/),
  filter("userName eq 'x'", /position 13/),
  filter("userName eq jyoung", /position 13/),
  filter('(userName eq "x"', /'\)'/),
  filter('userName eq "x" or', /position/),
  filter('nothing eq "x"', /no attribute nothing/),
  filter('userName eq "x" and unknown eq "y"', /no attribute unknown/),
  filter("userName gt 5", /compares with a string, not a number/),
  filter("active gt true", /gt can't be used/),
  filter('active eq "maybe"', /compares with a boolean/),
  filter('emails[value eq "x"', /']'/),
  filter('name eq "x"', /complex/),
  filter('password eq "x"', /can't be used in a filter/),
  filter(`${"(".repeat(60)}userName pr${")".repeat(60)}`, /nested deeper/),
  bad("PATCH", "/Users/{user}", 400, {
    ...syntax,
    body: { schemas: [PATCH] },
    detail: /Operations/,
  }),
  bad("PATCH", "/Users/{user}", 400, { ...syntax, body: ops() }),
  bad("PATCH", "/Users/{user}", 400, { ...syntax, body: { schemas: [PATCH], Operations: {} } }),
  patch("invalidSyntax", { op: "move", path: "title", value: "x" }),
  patch("invalidSyntax", "text"),
  patch("invalidPath", { op: "add", path: "nothing", value: "x" }),
  patch("invalidFilter", { op: "add", path: "emails[", value: "x" }),
  patch("invalidPath", { op: "add", path: 5, value: "x" }),
  patch("invalidFilter", { op: "remove", path: 'emails[type is "x"]' }),
  patch("noTarget", { op: "remove" }),
  patch("noTarget", { op: "replace", path: 'emails[type eq "home"].value', value: "x" }),
  patch("mutability", { op: "replace", path: "id", value: "x" }),
  patch("mutability", { op: "add", path: "groups", value: [{ value: "x" }] }),
  patch("mutability", { op: "replace", path: "meta.created", value: "2011-01-01T00:00:00Z" }),
  patch("mutability", { op: "remove", path: "userName" }),
  patch("mutability", { op: "replace", value: { id: "other" } }),
  patch("invalidValue", { op: "replace", path: "active", value: "maybe" }),
  patch("invalidValue", { op: "replace", path: "title" }),
  patch("invalidValue", { op: "add", value: "x" }),
  patch("invalidValue", { op: "replace", path: "userName", value: null }),
  bad("PATCH", "/Groups/{group}", 400, {
    ...value,
    body: ops({ op: "add", path: "members", value: [{ value: "nobody" }] }),
    detail: /nobody/,
  }),
  bad("PATCH", "/Groups/{group}", 400, {
    ...value,
    name: "a group in itself",
    body: ops({ op: "add", path: "members", value: [{ value: "{group}" }] }),
  }),
];

let tenant: Tenant;
const ids: Record<string, string> = {};
let before: unknown[];

async function everything(): Promise<unknown[]> {
  return [(await tenant.get("/Users")).body, (await tenant.get("/Groups")).body];
}

beforeAll(async () => {
  tenant = await makeTenant();
  ids["user"] = (await tenant.post("/Users", user("taken@x.test", { title: "kept" }))).body.id;
  ids["other"] = (await tenant.post("/Users", user("other@x.test"))).body.id;
  ids["group"] = (await tenant.post("/Groups", group("g", [ids["user"] ?? ""]))).body.id;
  before = await everything();
});

const filled = (text: string): string =>
  text.replace(/\{(user|other|group)\}/g, (_, key) => ids[key] ?? "");

it.each(CASES)(
  "$status $scimType: $name",
  async ({ method, path, body, headers, status, scimType, detail }) => {
    const text =
      body === undefined
        ? undefined
        : typeof body === "string"
          ? body
          : filled(JSON.stringify(body));
    const answer = await tenant.request(method, filled(path), text, headers);
    expect(answer.body).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
    });
    expect(answer.status).toBe(status);
    expect(answer.body.scimType).toBe(scimType);
    expect(answer.headers.get("content-type")).toBe("application/scim+json");
    expect(answer.body.detail).toMatch(detail ?? /./);
    expect(await everything()).toEqual(before);
  },
);

it("invalid UTF-8 is not JSON", async () => {
  const { exports } = await import("cloudflare:workers");
  const response = await exports.default.fetch(
    new Request(`${tenant.base}/Users`, {
      method: "POST",
      headers: { Authorization: `Bearer ${tenant.token}`, "Content-Type": "application/scim+json" },
      body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    }),
  );
  expect(response.status).toBe(400);
});
