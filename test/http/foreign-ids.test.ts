/** Another tenant's ids, names and cursors, used by who may use this tenant: answered like what never was, and nothing of theirs changes. */
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import type { Json } from "../../worker/scim/json.ts";
import { ENTERPRISE, SECRET_NAME, bodyFor, makeDirectory } from "../support/directory.ts";
import type { Directory } from "../support/directory.ts";
import { dumpTables } from "../support/dump.ts";
import { ORIGIN, clientOf, group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

let victim: Directory;
let intruder: Tenant;
/** A group of the intruder's own, to change. */
let own: string;

beforeAll(async () => {
  victim = await makeDirectory();
});

beforeEach(async () => {
  vi.spyOn(console, "log").mockReturnValue();
  intruder = await makeTenant();
  own = (await intruder.post("/Groups", group("own"))).body.id;
});

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: Json | undefined;
  readonly headers?: Record<string, string>;
}

const MESSAGES = "urn:ietf:params:scim:api:messages:2.0";
const patchOf = (...operations: Json[]): Json => ({
  schemas: [`${MESSAGES}:PatchOp`],
  Operations: operations,
});
const bulkOf = (...operations: Json[]): Json => ({
  schemas: [`${MESSAGES}:BulkRequest`],
  Operations: operations,
});

/** Every place where an id can stand. */
const PLACES: readonly (readonly [string, (id: string) => Request])[] = [
  ...RESOURCE_TYPES.flatMap(({ name, endpoint }) => [
    ...["GET", "HEAD", "PUT", "PATCH", "DELETE"].map(
      (method) =>
        [
          `the path of ${method} ${endpoint}`,
          (id: string): Request => ({
            method,
            path: `${endpoint}/${id}`,
            body: bodyFor(method, `${endpoint}/:id`, { [name]: id }),
          }),
        ] as const,
    ),
    ...(["if-match", "if-none-match"] as const).map(
      (header) =>
        [
          `a path with ${header} at ${endpoint}`,
          (id: string): Request => ({
            method: header === "if-match" ? "DELETE" : "GET",
            path: `${endpoint}/${id}`,
            headers: { [header]: 'W/"1"' },
          }),
        ] as const,
    ),
    ...["PUT", "PATCH", "DELETE"].map(
      (method) =>
        [
          `a Bulk operation ${method} ${endpoint}`,
          (id: string): Request => ({
            method: "POST",
            path: "/Bulk",
            body: bulkOf({
              method,
              path: `${endpoint}/${id}`,
              ...(method !== "DELETE" && { data: bodyFor(method, `${endpoint}/:id`, {}) ?? {} }),
            }),
          }),
        ] as const,
    ),
  ]),
  ...filters("Users", ['id eq "?"', 'groups.value eq "?"', 'manager.value eq "?"', 'id ge "?"']),
  ...filters("Groups", ['id eq "?"', 'members.value eq "?"', 'members[value eq "?"]']),
  ...filters("", ['id eq "?"', 'meta.location co "?"']),
  ["a new group's members", (id) => posted("/Groups", group("holds", [id]))],
  [
    "a group's members that take the place of others",
    (id) => ({ method: "PUT", path: `/Groups/${own}`, body: group("own", [id]) }),
  ],
  [
    "a member that is added",
    (id) => changed({ op: "add", path: "members", value: [{ value: id }] }),
  ],
  [
    "a member that is removed",
    (id) => changed({ op: "remove", path: `members[value eq "${id}"]` }),
  ],
  [
    "a member's name that is replaced",
    (id) =>
      changed({
        op: "replace",
        path: `members[value eq "${id}"].display`,
        value: SECRET_NAME[0] ?? "",
      }),
  ],
  [
    "the members of a group made in bulk",
    (id) =>
      posted(
        "/Bulk",
        bulkOf({ method: "POST", path: "/Groups", bulkId: "a", data: group("bulk", [id]) }),
      ),
  ],
  ["a manager", (id) => posted("/Users", user(crypto.randomUUID(), ENTERPRISE(id)))],
  ["an id of the client's own choice", (id) => posted("/Users", user(crypto.randomUUID(), { id }))],
];

function filters(
  type: string,
  texts: readonly string[],
): (readonly [string, (id: string) => Request])[] {
  const base = type === "" ? "" : `/${type}`;
  return texts.flatMap((text) => {
    const filterOf = (id: string): string => text.replace("?", id);
    return [
      [
        `the filter ${text} of ${base}/`,
        (id: string): Request => ({
          method: "GET",
          path: `${base}?filter=${encodeURIComponent(filterOf(id))}`,
        }),
      ] as const,
      [
        `the filter ${text} of ${base}/.search`,
        (id: string) =>
          posted(`${base}/.search`, {
            schemas: [`${MESSAGES}:SearchRequest`],
            filter: filterOf(id),
          }),
      ] as const,
    ];
  });
}

function posted(path: string, body: Json): Request {
  return { method: "POST", path, body };
}

function changed(operation: Json): Request {
  return { method: "PATCH", path: `/Groups/${own}?attributes=members`, body: patchOf(operation) };
}

const BASES = [
  ["with the tenant in the base", (tenant: Tenant) => tenant],
  [
    "with the tenant in the token",
    ({ id, token }: Tenant) => clientOf(id, token, `${ORIGIN}/core/iam/v1/scim`),
  ],
] as const;

describe.each(BASES)("%s, an id of another tenant", (_name, clientFor) => {
  it.each(PLACES)("as %s is like one of nobody's", async (_place, requestFor) => {
    const client = clientFor(intruder);
    const before = await rowsOf(victim.tenant);
    for (const id of Object.values(victim.ids)) {
      // It differs in random bits only, so that it sorts and looks alike.
      const nobodys = `${id.slice(0, 24)}${crypto.randomUUID().slice(24)}`;
      const theirs = await send(client, requestFor(id));
      const none = await send(client, requestFor(nobodys));
      expect(seenOf(theirs, id)).toBe(seenOf(none, nobodys));
      expect(theirs.status).toBeLessThan(500);
    }
    expect(await rowsOf(victim.tenant)).toEqual(before);
  });
});

describe("what another tenant has", () => {
  it.each([
    ["userName", `/Users?filter=${encodeURIComponent(`userName co "${SECRET_NAME}"`)}`],
    ["externalId", `/Users?filter=${encodeURIComponent(`externalId eq "${SECRET_NAME}"`)}`],
    ["displayName", `/Groups?filter=${encodeURIComponent(`displayName sw "${SECRET_NAME}"`)}`],
    ["everything", "?count=200"],
    ["everything, sorted", "/Users?sortBy=userName&count=200"],
    ["everything, from far behind", "/Users?startIndex=2&count=200"],
  ])("isn't found by %s", async (_name, path) => {
    const answer = await intruder.get(path);
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET_NAME);
    // They are there for who asks in their tenant.
    expect(JSON.stringify((await victim.tenant.get(path)).body)).toContain(SECRET_NAME);
  });

  it("is no hindrance: the same names are free", async () => {
    const other = await makeTenant();
    const before = await rowsOf(victim.tenant);
    const { body: theirs } = await victim.tenant.get(`/Users/${victim.ids["User"]}`);
    const { id: _id, meta: _meta, groups: _groups, ...rest } = theirs;
    const made = await other.post("/Users", rest);
    expect([made.status, made.body.userName]).toEqual([201, theirs.userName]);
    expect(await rowsOf(victim.tenant)).toEqual(before);
  });

  it("isn't reached by a cursor of its lists", async () => {
    for (const path of ["/Users?count=1", "?count=1", "/Users?count=1&sortBy=userName"]) {
      const { body } = await victim.tenant.get(`${path}&cursor=`);
      const cursor: unknown = body.nextCursor;
      expect(cursor).toEqual(expect.any(String));
      const follow = (client: Tenant, text: string) =>
        client.get(`${path}&cursor=${encodeURIComponent(text)}`);
      expect((await follow(victim.tenant, String(cursor))).status).toBe(200);
      for (const [, clientFor] of BASES) {
        const client = clientFor(intruder);
        const answer = await follow(client, String(cursor));
        expect([answer.status, answer.body.scimType]).toEqual([400, "invalidCursor"]);
        expect(answer.body).toEqual((await follow(client, "garbage")).body);
      }
    }
  });
});

function send(client: Tenant, { method, path, body, headers }: Request): Promise<Answer> {
  return client.request(method, path, body, headers);
}

/** What is seen of an answer, without what no two answers have in common. */
function seenOf({ status, headers, body }: Answer, id: string): string {
  const kept = [...headers].filter(([name]) => !["x-request-id", "x-rollcall-cost"].includes(name));
  return JSON.stringify({ status, kept, body })
    .replaceAll(id, "(the id)")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "(an id)")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(a time)")
    .replaceAll(/W\/\\+"\d+\\+"/g, "(a version)");
}

async function rowsOf({ id }: Tenant): Promise<string[]> {
  const rows = Object.values(await dumpTables()).flat();
  return rows.filter((row) => row.includes(`"tenant_id":"${id}"`));
}
