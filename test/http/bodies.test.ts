/** Bodies that are encoded, broken or meant to break something. */
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { repeatedName } from "../../worker/scim/json.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await makeTenant();
});

type Bytes = Uint8Array;

async function post(
  path: string,
  body: Bytes | ReadableStream,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await exports.default.fetch(
    new Request(`${tenant.base}${path}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${tenant.token}`,
        "Content-Type": "application/scim+json",
        ...headers,
      },
      body,
    }),
  );
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

async function encoded(text: string, format: "gzip" | "deflate"): Promise<Bytes> {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe("a Content-Encoding", () => {
  it.each([
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["GZip", "gzip"],
    ["deflate", "deflate"],
  ] as const)("of %s is understood", async (name, format) => {
    const userName = crypto.randomUUID();
    const body = await encoded(JSON.stringify(user(userName)), format);
    const { status, body: made } = await post("/Users", body, { "Content-Encoding": name });
    expect([status, made.userName]).toEqual([201, userName]);
  });

  it("of identity changes nothing", async () => {
    const body = bytesOf(JSON.stringify(user("plain")));
    expect((await post("/Users", body, { "Content-Encoding": "identity" })).status).toBe(201);
  });

  it.each(["br", "zstd", "gzip, gzip", "constructor"])(
    "of %s is refused, and the answer says what would do",
    async (name) => {
      const { status, headers } = await post("/Users", bytesOf("{}"), { "Content-Encoding": name });
      expect([status, headers.get("accept-encoding")]).toEqual([415, "gzip, deflate"]);
    },
  );

  it.each([
    ["no gzip at all", async () => bytesOf("{}")],
    ["gzip that ends early", async () => (await encoded('{"a":1}', "gzip")).slice(0, -6)],
    ["gzip of something else", async () => encoded("no json", "gzip")],
  ])("that isn't true is bad syntax: %s", async (_name, make) => {
    const answer = await post("/Users", await make(), { "Content-Encoding": "gzip" });
    expect([answer.status, answer.body.scimType]).toEqual([400, "invalidSyntax"]);
  });

  it("makes no bomb: 50 MB in 50 kB end at the limit", async () => {
    const bomb = await encoded(" ".repeat(50_000_000), "gzip");
    expect(bomb.byteLength).toBeLessThan(60_000);
    const { status, body } = await post("/Users", bomb, { "Content-Encoding": "gzip" });
    expect([status, body.detail]).toEqual([
      413,
      `The body is larger than ${PROVIDER.maxPayloadSize} bytes.`,
    ]);
  });
});

describe("the size of a body", () => {
  const padded = (bytes: number, name: string): Bytes =>
    bytesOf(JSON.stringify(user(name)).padEnd(bytes, " "));

  it("may be what is advertised, and not a byte more", async () => {
    const { maxPayloadSize: most } = PROVIDER;
    expect((await post("/Users", padded(most, "most"))).status).toBe(201);
    expect((await post("/Users", padded(most + 1, "more"))).status).toBe(413);
  });

  it("is counted where it isn't announced, and its end isn't waited for", async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
    });
    expect((await post("/Users", endless)).status).toBe(413);
  });
});

describe("names that come twice", () => {
  it.each([
    '{"userName":"a","userName":"b"}',
    '{"userName":"a","user\\u004eame":"b"}',
    '{"userName":"a","name":{"givenName":"x","givenName":"y"}}',
    '{"userName":"a","emails":[{"value":"x"},{"value":"y","type":"a","value":"z"}]}',
  ])("are refused: %s", async (text) => {
    const { status, body } = await post("/Users", bytesOf(text));
    expect([status, body.scimType]).toEqual([400, "invalidSyntax"]);
    expect(body.detail).toMatch(/twice/);
  });

  it.each([
    ['{"a":1,"a":2}', "a"],
    ['{"a":{"b":1},"c":[{"b":1},{"b":2}],"b":{"a":1}}', undefined],
    ['{"a":"a:b","b":"{\\"a\\":1,\\"a\\":2}"}', undefined],
    ['["a","a",":",{"a":"a"}]', undefined],
    ['{"":1,"":2}', ""],
    ['{"\\"":1,"\\u0022":2}', '\\"'],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"é":1,"\\u00e9":2}', "é"],
    ["null", undefined],
  ])("are found in %s: %s", (text, name) => {
    expect(repeatedName(text)).toBe(name);
  });
});

it.each([
  ["invalid UTF-8", [0x22, 0xff, 0xfe, 0x22]],
  ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
  ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
])("%s is no JSON", async (_name, bytes) => {
  const { status, body } = await post("/Users", new Uint8Array(bytes));
  expect([status, body.scimType]).toEqual([400, "invalidSyntax"]);
});

describe("names of JavaScript's own", () => {
  const USER = JSON.stringify(user("proto")).slice(0, -1);
  const EVIL = '{"polluted":"yes","toString":"x","admin":true}';
  const names = ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString"];

  it.each(names)("do nothing in a resource: %s", async (name) => {
    const { body: made } = await post(
      "/Users",
      bytesOf(
        `${USER.replace("proto", `in-${name}`)},"${name}":${EVIL},"name":{"${name}":${EVIL}}}`,
      ),
    );
    const { body } = made.id === undefined ? { body: made } : await tenant.get(`/Users/${made.id}`);
    expect(Object.keys(body)).not.toContain(name);
    expect(JSON.stringify(body)).not.toContain("polluted");
    expect(Object.keys({})).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each(names)("do nothing in a PATCH: %s", async (name) => {
    const { body: made } = await tenant.post("/Users", user(`patched-${name}`));
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    const operations = [
      `{"op":"add","value":{"${name}":${EVIL}}}`,
      `{"op":"add","path":"${name}","value":${EVIL}}`,
      `{"op":"add","path":"name.${name}","value":${EVIL}}`,
      `{"op":"replace","path":"name","value":{"${name}":${EVIL},"givenName":"x"}}`,
    ];
    for (const operation of operations) {
      const text = `{"schemas":${JSON.stringify(schemas)},"Operations":[${operation}]}`;
      const { status } = await tenant.request("PATCH", `/Users/${made.id}`, text);
      expect([200, 400]).toContain(status);
    }
    const { body } = await tenant.get(`/Users/${made.id}`);
    expect(JSON.stringify(body)).not.toContain("polluted");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it.each(names)("name no attribute in a filter, a sort and a projection: %s", async (name) => {
    expect((await tenant.get(`/Users?filter=${name}%20pr`)).status).toBe(400);
    expect((await tenant.get(`/Users?sortBy=${name}`)).status).toBe(400);
    expect([200, 400]).toContain((await tenant.get(`/Users?attributes=${name}`)).status);
  });
});

describe("limits", () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

  it("end a body's depth", async () => {
    const { body: over } = await post("/Users", bytesOf(nested(PROVIDER.maxBodyDepth + 1)));
    expect(over.detail).toContain("nested deeper");
    const { body: under } = await post("/Users", bytesOf(nested(PROVIDER.maxBodyDepth)));
    expect(under.detail).not.toContain("nested deeper");
  });

  it("end the operations of a PATCH", async () => {
    const { body: made } = await tenant.post("/Users", user("many"));
    const operations = (count: number) =>
      Array.from({ length: count }, () => ({ op: "replace", path: "title", value: "x" }));
    const { maxOperations: most } = PROVIDER;
    expect((await tenant.patch(`/Users/${made.id}`, operations(most))).status).toBe(200);
    const { status, body } = await tenant.patch(`/Users/${made.id}`, operations(most + 1));
    expect([status, body.scimType]).toEqual([400, "tooMany"]);
  });

  it("end a string", async () => {
    const { maxStringLength: most } = PROVIDER;
    const titled = (length: number) =>
      tenant.post("/Users", user(`s${length}`, { title: "x".repeat(length) }));
    expect((await titled(most)).status).toBe(201);
    const { status, body } = await titled(most + 1);
    expect([status, body.scimType]).toEqual([400, "invalidValue"]);
  });

  it("end the members of one request", async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
    const { maxRowValues: most } = PROVIDER;
    const { body: over } = await tenant.post("/Groups", group("over", ids(most + 1)));
    expect([over.status, over.scimType]).toEqual(["400", "tooMany"]);
    // Nobody of them is there, which is looked up: they are not too many.
    const { body: under } = await tenant.post("/Groups", group("under", ids(most)));
    expect([under.status, under.scimType]).toEqual(["400", "invalidValue"]);
  });

  it("end a filter's length and terms", async () => {
    const find = (filter: string) => tenant.get(`/Users?filter=${encodeURIComponent(filter)}`);
    const terms = (count: number) =>
      Array.from({ length: count }, (_, index) => `title eq "${index}"`).join(" or ");
    expect((await find(terms(PROVIDER.maxFilterTerms))).status).toBe(200);
    const long = `title eq "${"x".repeat(PROVIDER.maxFilterLength)}"`;
    for (const filter of [terms(PROVIDER.maxFilterTerms + 1), long]) {
      const { status, body } = await find(filter);
      expect([status, body.scimType]).toEqual([400, "invalidFilter"]);
    }
  });

  it("are told where the RFC has a place for them", async () => {
    const { body } = await tenant.get("/ServiceProviderConfig");
    expect(body).toMatchObject({
      bulk: { maxOperations: PROVIDER.maxOperations, maxPayloadSize: PROVIDER.maxPayloadSize },
      filter: { maxResults: PROVIDER.maxResults },
      pagination: { maxPageSize: PROVIDER.maxResults, cursorTimeout: PROVIDER.cursorTimeout },
    });
  });
});
