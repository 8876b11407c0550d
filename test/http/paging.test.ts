/** Walks over pages, by index and by cursor: each resource once, whoever writes meanwhile; cursors that can't be forged. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { sealCursor } from "../../worker/http/cursor.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Answer, Tenant } from "../support/tenant.ts";

const SIZE = 23;
let tenant: Tenant;
let ids: string[];

beforeAll(async () => {
  tenant = await makeTenant();
  ids = [];
  for (let index = 0; index < SIZE; index += 1) {
    // Titles repeat, and some users have none.
    const title = index % 4 === 0 ? null : `Title ${index % 3}`;
    ids.push((await tenant.post("/Users", user(`user${index}`, { title }))).body.id);
  }
  await tenant.post("/Groups", group("one"));
  await tenant.post("/Groups", group("two", ids.slice(0, 2)));
});

const idsOf = (answer: Answer): string[] =>
  answer.body.Resources.map(({ id }: { id: string }) => id);

/** Follows nextCursor to the end; `between` runs after each page. */
async function walk(
  query: string,
  between: (page: Answer) => Promise<void> = async () => {},
): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor = "", pages = 0; pages < 50; pages += 1) {
    const page = await tenant.get(`${query}&cursor=${cursor}`);
    expect(page.status, JSON.stringify(page.body)).toBe(200);
    expect(page.body).not.toHaveProperty("startIndex");
    seen.push(...idsOf(page));
    if (page.body.nextCursor === undefined) return seen;
    await between(page);
    cursor = encodeURIComponent(page.body.nextCursor);
  }
  throw new Error("the walk doesn't end");
}

describe("by index", () => {
  it.each([1, 5, 7, 23, 30])("pages of %i give each resource once, in one order", async (count) => {
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= SIZE; startIndex += count) {
      const page = await tenant.get(`/Users?startIndex=${startIndex}&count=${count}`);
      expect(page.body).toMatchObject({ totalResults: SIZE, startIndex });
      expect(page.body.itemsPerPage).toBe(page.body.Resources.length);
      seen.push(...idsOf(page));
    }
    expect(seen).toEqual(ids);
  });

  it.each([
    ["startIndex=0&count=2", 1, 2],
    ["startIndex=-5&count=2", 1, 2],
    ["count=0", 1, 0],
    ["count=-3", 1, 0],
    ["startIndex=24&count=2", 24, 0],
    ["startIndex=999999&count=2", 999_999, 0],
    ["filter=title pr&startIndex=17&count=9", 17, 1],
    ["filter=title pr&startIndex=18&count=9", 18, 0],
    ["filter=title pr&count=0", 1, 0],
    ["count=5000", 1, SIZE],
    ["", 1, SIZE],
  ])("%s", async (query, startIndex, itemsPerPage) => {
    const { body } = await tenant.get(`/Users?${query}`);
    const totalResults = query.includes("filter") ? 17 : SIZE;
    expect({ ...body, Resources: body.Resources.length }).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      totalResults,
      startIndex,
      itemsPerPage,
      Resources: itemsPerPage,
    });
  });

  it("serves at most as many as it advertises", async () => {
    const config = await tenant.get("/ServiceProviderConfig");
    const maximum = config.body.filter.maxResults;
    expect(config.body.pagination).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: 100,
      maxPageSize: maximum,
      cursorTimeout: 3600,
    });
    const full = await makeTenant();
    await Promise.all(
      Array.from({ length: maximum + 3 }, (_, index) => full.post("/Users", user(`m${index}`))),
    );
    const { body } = await full.get("/Users?count=1000");
    expect([body.totalResults, body.itemsPerPage]).toEqual([maximum + 3, maximum]);
    expect((await full.get("/Users")).body.itemsPerPage).toBe(100);
  });
});

describe("by cursor", () => {
  it.each([
    "/Users?count=5",
    "/Users?count=23",
    "/Users?count=1",
    "/Users?count=4&sortBy=title",
    "/Users?count=4&sortBy=title&sortOrder=descending",
    "/Users?count=3&filter=title pr&sortBy=userName&sortOrder=descending",
    '/Users?count=6&filter=title eq "title 1"',
    "/Users?count=5&sortBy=meta.created",
    "/Users?count=5&sortBy=schemas",
    "/Users?count=5&sortBy=emails",
    "/Users?count=5&sortBy=name.familyName",
  ])("%s gives what the list gives, each once", async (query) => {
    const whole = await tenant.get(query.replace(/count=\d+/, "count=200"));
    expect(await walk(query)).toEqual(idsOf(whole));
    expect(new Set(idsOf(whole)).size).toBe(whole.body.totalResults);
  });

  it.each([
    "/Users?count=5",
    "/Users?count=5&sortBy=title",
    "/Users?count=5&sortBy=title&sortOrder=descending",
  ])("%s can be walked back", async (query) => {
    const pages: string[][] = [];
    let last: Answer | undefined;
    await walk(query, async (page) => {
      pages.push(idsOf(page));
      last = page;
    });
    let page = await tenant.get(`${query}&cursor=${encodeURIComponent(last?.body.nextCursor)}`);
    expect(page.body).not.toHaveProperty("nextCursor");
    for (const expected of pages.toReversed()) {
      page = await tenant.get(`${query}&cursor=${encodeURIComponent(page.body.previousCursor)}`);
      expect(idsOf(page)).toEqual(expected);
      expect(page.body).toHaveProperty("nextCursor");
    }
    expect(page.body).not.toHaveProperty("previousCursor");
  });

  it("neither repeats nor leaves out who is there throughout, while others come and go", async () => {
    const busy = await makeTenant();
    const stay: string[] = [];
    const goAfter: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      const { body } = await busy.post("/Users", user(`w${index}`));
      (index % 5 === 4 ? goAfter : stay).push(body.id);
    }
    const seen: string[] = [];
    let cursor = "";
    for (let pages = 0; pages < 30; pages += 1) {
      const page = await busy.get(`/Users?count=3&cursor=${cursor}`);
      seen.push(...idsOf(page));
      const gone = goAfter.pop();
      // One that may have been seen, one that is at the cursor's place, and new ones.
      if (gone !== undefined) await busy.delete(`/Users/${gone}`);
      if (pages < 4) await busy.post("/Users", user(`new${pages}`));
      if (page.body.nextCursor === undefined) break;
      cursor = encodeURIComponent(page.body.nextCursor);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(stay.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it("goes on where its own resource was deleted", async () => {
    const other = await makeTenant();
    const all: string[] = [];
    for (let index = 0; index < 6; index += 1)
      all.push((await other.post("/Users", user(`d${index}`))).body.id);
    const first = await other.get("/Users?count=3&cursor=");
    await other.delete(`/Users/${all[2]}`);
    const second = await other.get(
      `/Users?count=3&cursor=${encodeURIComponent(first.body.nextCursor)}`,
    );
    expect(idsOf(second)).toEqual(all.slice(3));
  });

  const NEXT = async (query: string): Promise<string> => (await tenant.get(query)).body.nextCursor;
  const REFUSED: readonly [string, string, (cursor: string) => string | Promise<string>][] = [
    ["invalidCursor", "text that is none", () => "/Users?count=2&cursor=abc"],
    ["invalidCursor", "a changed one", (cursor) => `/Users?count=2&cursor=${flip(cursor)}`],
    [
      "invalidCursor",
      "one of another query",
      (cursor) => `/Users?count=2&filter=title pr&cursor=${cursor}`,
    ],
    [
      "invalidCursor",
      "one of another order",
      (cursor) => `/Users?count=2&sortBy=title&cursor=${cursor}`,
    ],
    ["invalidCursor", "one of another type", (cursor) => `/Groups?count=2&cursor=${cursor}`],
    ["invalidCount", "no count", (cursor) => `/Users?count=0&cursor=${cursor}`],
    ["invalidCount", "a negative count", (cursor) => `/Users?count=-1&cursor=${cursor}`],
    ["invalidCount", "a count over the maximum", (cursor) => `/Users?count=201&cursor=${cursor}`],
    ["invalidCount", "a count that is no number", (cursor) => `/Users?count=x&cursor=${cursor}`],
    ["invalidValue", "a startIndex beside it", (cursor) => `/Users?startIndex=1&cursor=${cursor}`],
    ["expiredCursor", "an old one", async () => `/Users?count=2&cursor=${await oldCursor()}`],
  ];

  it.each(REFUSED)("%s: %s", async (scimType, _name, path) => {
    const cursor = encodeURIComponent(await NEXT("/Users?count=2&cursor="));
    const { status, body } = await tenant.get(await path(cursor));
    expect([status, body.scimType]).toEqual([400, scimType]);
  });

  it("a cursor of one tenant is none for another", async () => {
    const cursor = encodeURIComponent(await NEXT("/Users?count=2&cursor="));
    const other = await makeTenant();
    await other.post("/Users", user("other"));
    const { status, body } = await other.get(`/Users?count=2&cursor=${cursor}`);
    expect([status, body.scimType]).toEqual([400, "invalidCursor"]);
  });

  it("doesn't show what it stands for", async () => {
    const cursor: string = await NEXT("/Users?count=2&cursor=");
    const bytes = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    expect(bytes).not.toContain(ids[1] ?? "");
  });

  function oldCursor(): Promise<string> {
    const none = undefined;
    return sealCursor(
      { direction: "after", type: "User", id: ids[1] ?? "", key: null },
      {
        secret: (env as unknown as { ROLLCALL_SECRET: string }).ROLLCALL_SECRET,
        tenant: tenant.id,
        endpoint: "User",
        parameters: {
          filter: none,
          sortBy: none,
          sortOrder: none,
          startIndex: none,
          count: none,
          cursor: none,
          attributes: [],
          excludedAttributes: [],
        },
        now: new Date(Date.now() - 3_601_000),
        random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      },
    );
  }
});

function flip(cursor: string): string {
  const text = decodeURIComponent(cursor);
  const middle = text.length >> 1;
  return `${text.slice(0, middle)}${text.charAt(middle) === "A" ? "B" : "A"}${text.slice(middle + 1)}`;
}

describe("over all types", () => {
  const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
  const search = (path: string, more: Record<string, unknown>): Promise<Answer> =>
    tenant.request("POST", path, JSON.stringify({ schemas: [SEARCH], ...more }));

  it.each(["", "/"])("GET of the base '%s' lists users and groups", async (path) => {
    const { status, body } = await tenant.get(path);
    expect([status, body.totalResults, body.Resources.length]).toEqual([200, SIZE + 2, SIZE + 2]);
    const types = body.Resources.map(
      ({ meta }: { meta: { resourceType: string } }) => meta.resourceType,
    );
    expect(new Set(types)).toEqual(new Set(["User", "Group"]));
  });

  it("a search at the root asks each type for what it has", async () => {
    const filter = 'displayName eq "TWO" or userName eq "USER7"';
    const { status, body } = await search("/.search", { filter });
    expect([status, body.totalResults]).toEqual([200, 2]);
    const found = body.Resources.map(
      (one: Record<string, string>) => one["displayName"] ?? one["userName"],
    );
    expect(new Set(found)).toEqual(new Set(["two", "user7"]));
  });

  it("what one type hasn't is unassigned there", async () => {
    const count = async (filter: string): Promise<number> =>
      (await search("/.search", { filter })).body.totalResults;
    expect(await count("userName pr")).toBe(SIZE);
    expect(await count("not (userName pr)")).toBe(2);
    expect(await count('userName ne "x"')).toBe(SIZE + 2);
    expect(await count("members pr")).toBe(1);
    expect(await count('meta.resourceType eq "Group"')).toBe(2);
    expect((await search("/.search", { filter: "nothing pr" })).body.scimType).toBe(
      "invalidFilter",
    );
  });

  it("can be walked by cursor", async () => {
    const seen: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const page: Answer = await search("/.search", { count: 4, cursor, sortBy: "displayName" });
      expect(page.status).toBe(200);
      seen.push(...idsOf(page));
      cursor = page.body.nextCursor;
    }
    expect(seen).toHaveLength(SIZE + 2);
    expect(new Set(seen).size).toBe(SIZE + 2);
  });

  it("a search of one type is its list, by POST", async () => {
    const query = {
      filter: "title pr",
      sortBy: "userName",
      sortOrder: "descending",
      startIndex: 3,
      count: 4,
    };
    const { body } = await search("/Users/.search", { ...query, attributes: ["userName"] });
    const list = await tenant.get(
      "/Users?filter=title pr&sortBy=userName&sortOrder=descending&startIndex=3&count=4&attributes=userName",
    );
    expect(body).toEqual(list.body);
    expect(Object.keys(body.Resources[0]).toSorted()).toEqual(["id", "schemas", "userName"]);
  });

  it.each([
    [{ count: "four" }, "invalidValue"],
    [{ filter: 5 }, "invalidValue"],
    [{ attributes: "userName" }, "invalidValue"],
    [{ sortBy: "nothing" }, "invalidPath"],
  ])("refuses %j", async (more, scimType) => {
    const { status, body } = await search("/.search", more);
    expect([status, body.scimType]).toEqual([400, scimType]);
  });
});
