/** A new schema extension is one file and one row: badge-extension.ts, and TYPES below (RFC 7643 section 3.3). */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import type { WriteContext } from "../../worker/execute/write.ts";
import type { Writer } from "../../worker/execute/writer.ts";
import { createApp } from "../../worker/http/app.ts";
import type { Json, JsonObject } from "../../worker/scim/json.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";
import { BADGE } from "./badge-extension.ts";
import { undescribed } from "./described.ts";
import { openStore, storesOf } from "../support/database.ts";
import { ASIDE } from "../support/aside.ts";

const TYPES = RESOURCE_TYPES.map((type) =>
  type.name === "User"
    ? { ...type, extensions: [...type.extensions, { schema: BADGE, required: false }] }
    : type,
);

const URN = BADGE.id;
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";

const context: WriteContext = {
  openStore,
  types: TYPES,
  now: () => new Date(),
  pause: () => Promise.resolve(),
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

const writer: Writer = { ...ASIDE, execute: (command) => executeWrite(command, context) };

const app = createApp<Cloudflare.Env>(TYPES, () => ({
  ...context,
  stores: storesOf(),
  writerOf: () => writer,
  verifyAccessToken: () => Promise.reject(new Error("nobody manages here")),
  verifyAssertion: () => Promise.reject(new Error("nobody asserts here")),
  secret: btoa("test-only-secret-of-32-bytes-long"),
  costHeader: false,
  console: { openId: undefined, verifyLink: undefined, sessions: { idle: 1800, life: 36_000 } },
}));

const BADGES: Readonly<Record<string, JsonObject>> = {
  ann: {
    number: "A-1",
    code: "Abc",
    note: "Front Desk",
    visitor: true,
    level: 3,
    deposit: 12.5,
    issued: "2026-01-02T03:04:05Z",
    chip: "AQID",
    photo: "https://example.com/Ann.png",
    serial: "S1",
    history: "lost once",
    pin: "1234",
    tags: ["red", "Blue"],
    holder: { color: "Black", maker: "Acme", weight: 20 },
    doors: [
      { value: "Main", floor: 1, primary: true },
      { value: "Roof", floor: 9 },
    ],
  },
  ben: {
    number: "B-2",
    code: "abc",
    visitor: false,
    level: 10,
    deposit: 2.25,
    issued: "2026-01-02T05:04:05+02:00",
    chip: "aqid",
    photo: "https://example.com/ann.png",
    doors: [{ value: "Cellar", floor: -2 }],
  },
};

let tenant: Tenant;
let ann: Answer;

beforeEach(async () => {
  tenant = await makeTenant();
  ann = await create("ann");
  await create("ben");
  await send("POST", "/Users", user("cid"));
});

describe("a schema extension of one file and one row", () => {
  it("is created and read back, without what is never returned or only on request", async () => {
    const { pin: _pin, history: _history, ...shown } = BADGES["ann"] ?? {};
    expect(ann.status).toBe(201);
    const { body } = await send("GET", `/Users/${ann.body.id}`);
    expect(body.schemas).toEqual([USER, URN]);
    expect(body[URN]).toEqual(shown);
    expect(ann.body[URN]).toEqual(shown);
  });

  it("is described by /Schemas and named by /ResourceTypes", async () => {
    const schemas: JsonObject[] = (await send("GET", "/Schemas")).body.Resources;
    expect(schemas.map(({ id }) => id)).toContain(URN);
    for (const schema of schemas) expect(undescribed(schema, schemas)).toEqual([]);
    const attributes = schemas.find(({ id }) => id === URN)?.["attributes"] as JsonObject[];
    expect(attributes.map(({ name }) => name)).toEqual(BADGE.attributes.map(({ name }) => name));
    const { body } = await send("GET", "/ResourceTypes/User");
    expect(body.schemaExtensions).toContainEqual({ schema: URN, required: false });
    const { body: whole } = await send("GET", `/Users/${ann.body.id}?attributes=${URN}`);
    expect(undescribed(whole, schemas)).toEqual([]);
  });

  it.each([
    ["number", "a-2", "invalidValue", { visitor: true }],
    ["level", 1.5, "invalidValue", {}],
    ["deposit", "much", "invalidValue", {}],
    ["issued", "yesterday", "invalidValue", {}],
    ["chip", "no base64!", "invalidValue", {}],
    ["visitor", 1, "invalidValue", {}],
    ["holder", { weight: "x" }, "invalidValue", {}],
    ["doors", [{ floor: 1.5 }], "invalidValue", {}],
  ] as [string, Json, string, JsonObject][])(
    "refuses a wrong value of %s",
    async (name, value, scimType, more) => {
      const badge = name === "number" ? more : { number: "C-3", [name]: value };
      const { status, body } = await send("POST", "/Users", user("bad", { [URN]: badge }));
      expect([status, body.scimType]).toEqual([400, scimType]);
    },
  );

  it("is unique where its schema says so, without case, and only there", async () => {
    const twice = await send("POST", "/Users", user("dan", { [URN]: { number: "a-1" } }));
    expect([twice.status, twice.body.scimType]).toEqual([409, "uniqueness"]);
    const path = `${URN}:number`;
    const taken = await patch([{ op: "replace", path, value: "B-2" }]);
    expect([taken.status, taken.body.scimType]).toEqual([409, "uniqueness"]);
    const same = await send(
      "POST",
      "/Users",
      user("eve", { [URN]: { number: "E-5", code: "Abc" } }),
    );
    expect(same.status).toBe(201);
  });

  it.each([
    [`number eq "A-1"`, ["ann"]],
    [`number eq "a-1"`, ["ann"]],
    [`number sw "b"`, ["ben"]],
    [`number ne "A-1"`, ["ben", "cid"]],
    [`code eq "Abc"`, ["ann"]],
    [`code eq "abc"`, ["ben"]],
    [`note co "DESK"`, ["ann"]],
    [`note pr`, ["ann"]],
    [`visitor eq true`, ["ann"]],
    [`visitor eq false`, ["ben"]],
    [`level eq 10`, ["ben"]],
    [`level gt 3`, ["ben"]],
    [`level ge 3`, ["ann", "ben"]],
    [`level lt 10`, ["ann"]],
    [`deposit gt 2.3`, ["ann"]],
    [`deposit le 2.25`, ["ben"]],
    [`issued eq "2026-01-02T03:04:05.000Z"`, ["ann", "ben"]],
    [`issued gt "2026-01-02T05:04:04+02:00"`, ["ann", "ben"]],
    [`issued lt "2026-01-02T03:04:05Z"`, []],
    [`chip eq "AQID"`, ["ann"]],
    [`photo eq "https://example.com/Ann.png"`, ["ann"]],
    [`photo sw "https://example.com/a"`, ["ben"]],
    [`tags eq "blue"`, ["ann"]],
    [`holder.color eq "black"`, ["ann"]],
    [`holder.weight ge 20`, ["ann"]],
    [`doors eq "main"`, ["ann"]],
    [`doors.floor lt 0`, ["ben"]],
    [`doors[floor gt 5 and value eq "roof"]`, ["ann"]],
    [`doors[floor gt 5 and value eq "main"]`, []],
  ])("filters: %s", async (filter, names) => {
    expect(await listed(`filter=${encodeURIComponent(qualified(filter))}`)).toEqual(names);
  });

  it.each([
    `visitor gt true`,
    `chip gt "AQID"`,
    `level eq "10"`,
    `issued gt "yesterday"`,
    `pin eq "1234"`,
    `nothing pr`,
    `holder eq "Black"`,
  ])("refuses to filter: %s", async (filter) => {
    const query = encodeURIComponent(qualified(filter));
    const { status, body } = await send("GET", `/Users?filter=${query}`);
    expect([status, body.scimType]).toEqual([400, "invalidFilter"]);
  });

  it.each([
    ["number", ["ann", "ben", "cid"], ["cid", "ben", "ann"]],
    ["level", ["ann", "ben", "cid"], ["cid", "ben", "ann"]],
    ["deposit", ["ben", "ann", "cid"], ["cid", "ann", "ben"]],
    ["visitor", ["ben", "ann", "cid"], ["cid", "ann", "ben"]],
    ["holder.weight", ["ann", "ben", "cid"], ["ben", "cid", "ann"]],
    ["doors.floor", ["ben", "ann", "cid"], ["cid", "ann", "ben"]],
  ])("sorts by %s", async (by, ascending, descending) => {
    expect(await listed(`sortBy=${URN}:${by}`)).toEqual(ascending);
    expect(await listed(`sortBy=${URN}:${by}&sortOrder=descending`)).toEqual(descending);
  });

  it("is sorted by, page after page, though its decimals have no short form", async () => {
    const deposits = [1000.1 * 3, 1000 + 2 / 3, 1000 + 0.1 + 0.2, 1000.1];
    for (const [index, deposit] of deposits.entries()) {
      const badge = { number: `D-${index}`, deposit };
      const { status } = await send("POST", "/Users", user(`decimal${index}`, { [URN]: badge }));
      expect(status).toBe(201);
    }
    const filter = encodeURIComponent(`${URN}:deposit ge 1000`);
    for (const [order, expected] of [
      ["ascending", [3, 2, 1, 0]],
      ["descending", [0, 1, 2, 3]],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined = "";
      for (let page = 0; cursor !== undefined && page < 9; page += 1) {
        const query = `filter=${filter}&sortBy=${URN}:deposit&sortOrder=${order}&count=1&cursor=${encodeURIComponent(cursor)}`;
        const { body } = await send("GET", `/Users?${query}`);
        seen.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
        cursor = body.nextCursor;
      }
      expect(seen).toEqual(expected.map((index) => `decimal${index}`));
    }
  });

  it("is projected by attribute, by sub-attribute and as a whole", async () => {
    const only = await send(
      "GET",
      `/Users/${ann.body.id}?attributes=${URN}:level,${URN}:holder.color`,
    );
    expect(only.body[URN]).toEqual({ level: 3, holder: { color: "Black" } });
    expect(only.body.userName).toBeUndefined();
    const asked = await send("GET", `/Users/${ann.body.id}?attributes=${URN}:history,${URN}:pin`);
    expect(asked.body[URN]).toEqual({ history: "lost once" });
    const without = await send("GET", `/Users/${ann.body.id}?excludedAttributes=${URN}`);
    expect(without.body[URN]).toBeUndefined();
    expect(without.body.userName).toBe("ann");
    const less = await send("GET", `/Users/${ann.body.id}?excludedAttributes=${URN}:doors.floor`);
    expect(less.body[URN].doors).toEqual([{ value: "Main", primary: true }, { value: "Roof" }]);
  });

  it("is patched at each kind of path", async () => {
    const { status, body } = await patch([
      { op: "replace", path: `${URN}:level`, value: 4 },
      { op: "replace", path: `${URN}:deposit`, value: 0.5 },
      { op: "add", path: `${URN}:tags`, value: ["green"] },
      { op: "replace", path: `${URN}:holder.weight`, value: 25 },
      { op: "add", path: `${URN}:doors`, value: [{ value: "Gate", floor: 0 }] },
      { op: "replace", path: `${URN}:doors[floor eq 9].value`, value: "Terrace" },
      { op: "remove", path: `${URN}:doors[primary eq true]` },
      { op: "remove", path: `${URN}:note` },
      { op: "add", path: URN, value: { visitor: false } },
    ]);
    expect(status).toBe(200);
    expect(body[URN]).toMatchObject({
      level: 4,
      deposit: 0.5,
      visitor: false,
      tags: ["red", "Blue", "green"],
      holder: { color: "Black", maker: "Acme", weight: 25 },
      doors: [
        { value: "Terrace", floor: 9 },
        { value: "Gate", floor: 0 },
      ],
    });
    expect(body[URN].note).toBeUndefined();
    expect(await listed(`filter=${encodeURIComponent(qualified("level eq 4"))}`)).toEqual(["ann"]);
  });

  it("keeps what is immutable, read-only or required as it is", async () => {
    const faults: [Json, string][] = [
      [{ op: "replace", path: `${URN}:serial`, value: "S2" }, "mutability"],
      [{ op: "remove", path: `${URN}:serial` }, "mutability"],
      [{ op: "add", path: `${URN}:printed`, value: "x" }, "mutability"],
      [{ op: "remove", path: `${URN}:number` }, "mutability"],
      [{ op: "add", path: `${URN}:level`, value: "high" }, "invalidValue"],
      [{ op: "add", path: `${URN}:nothing`, value: "x" }, "invalidPath"],
    ];
    for (const [operation, scimType] of faults) {
      const { status, body } = await patch([operation]);
      expect([status, body.scimType], JSON.stringify(operation)).toEqual([400, scimType]);
    }
    const once = await send("GET", "/Users?filter=userName%20eq%20%22ben%22");
    const set = await patch(
      [{ op: "add", path: `${URN}:serial`, value: "S9" }],
      once.body.Resources[0].id,
    );
    expect(set.body[URN].serial).toBe("S9");
  });

  it.each([
    [{ op: "replace", path: `${URN}:holder.maker`, value: "Other" }, "mutability"],
    [{ op: "remove", path: `${URN}:holder.maker` }, "mutability"],
    [{ op: "replace", path: `${URN}:holder`, value: { maker: "Other" } }, "mutability"],
    [{ op: "remove", path: `${URN}:doors[floor eq 9].value` }, "mutability"],
    [{ op: "add", path: `${URN}:doors`, value: [{ floor: 4 }] }, "invalidValue"],
  ] as [JsonObject, string][])(
    "keeps immutable and required sub-attributes: %j",
    async (operation, scimType) => {
      const { status, body } = await patch([operation]);
      expect([status, body.scimType], JSON.stringify(body[URN])).toEqual([400, scimType]);
    },
  );

  it("is replaced: what is left out goes, what was indexed is free again", async () => {
    const replaced = await send("PUT", `/Users/${ann.body.id}`, {
      ...user("ann"),
      [URN]: { number: "A-9", serial: "S1" },
    });
    expect(replaced.body[URN]).toEqual({ number: "A-9", serial: "S1" });
    expect((await send("POST", "/Users", user("fay", { [URN]: { number: "A-1" } }))).status).toBe(
      201,
    );
    const changed = await send("PUT", `/Users/${ann.body.id}`, {
      ...user("ann"),
      [URN]: { number: "A-9", serial: "S2" },
    });
    expect([changed.status, changed.body.scimType]).toEqual([400, "mutability"]);
  });

  it("goes as a whole, and its schema with it", async () => {
    const created = await send("POST", "/Users", user("gus", { [URN]: { number: "G-7" } }));
    const { status, body } = await patch([{ op: "remove", path: URN }], created.body.id);
    expect(status).toBe(200);
    expect(body.schemas).toEqual([USER]);
    expect(body[URN]).toBeUndefined();
    expect(await listed(`filter=${encodeURIComponent(qualified('number eq "G-7"'))}`)).toEqual([]);
  });
});

async function send(method: string, path: string, body?: Json): Promise<Answer> {
  const execution = createExecutionContext();
  const response = await app.fetch(
    new Request(`${tenant.base}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${tenant.token}`,
        "Content-Type": "application/scim+json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
    env,
    execution,
  );
  await waitOnExecutionContext(execution);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

function create(name: string): Promise<Answer> {
  return send("POST", "/Users", user(name, { schemas: [USER, URN], [URN]: BADGES[name] ?? {} }));
}

function patch(operations: Json, id: string = ann.body.id): Promise<Answer> {
  return send("PATCH", `/Users/${id}`, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: operations,
  });
}

/** The userNames of a list, in its order. */
async function listed(query: string): Promise<string[]> {
  const { status, body } = await send("GET", `/Users?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body.Resources ?? []).map(({ userName }: { userName: string }) => userName);
}

/** A filter that begins with an attribute of the extension. */
function qualified(filter: string): string {
  return `${URN}:${filter}`;
}
