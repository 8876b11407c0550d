/**
 * What each operation may cost the database, counted by the engine: the table in docs/budgets.md, one row a test. Each is measured in
 * directories of 100, 10,000 and 100,000 users, and has to cost the same in all of them.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { PROVIDER } from "../../schema/provider.ts";
import { MESSAGES } from "../../worker/scim/urn.ts";
import { costOf } from "../support/cost.ts";
import type { ShownCost } from "../support/cost.ts";
import { user } from "../support/tenant.ts";
import type { Answer } from "../support/tenant.ts";
import { seedDirectory, seedFence } from "./budgets-seed.ts";
import type { Directory } from "./budgets-seed.ts";

const SIZES: readonly (readonly [users: number, members: number])[] = [
  [100, 10],
  [10_000, 1000],
  [100_000, 50_000],
];

const directories: Directory[] = [];

beforeAll(async () => {
  await seedFence();
  for (const [users, members] of SIZES) directories.push(await seedDirectory(users, members));
}, 60_000);

type Call = (directory: Directory) => Promise<Answer>;
type Budget = Partial<ShownCost>;

/** The cost of an operation, which is within its budget. */
async function costWithin(call: Call, directory: Directory, budget: Budget): Promise<ShownCost> {
  const answer = await call(directory);
  expect(answer.status).toBeLessThan(300);
  const cost = costOf(answer);
  const above = Object.entries(budget).filter(
    ([count, most]) => cost[count as keyof ShownCost] > most,
  );
  expect(above, `${JSON.stringify(cost)} at ${directory.users} users`).toEqual([]);
  return cost;
}

/** Runs an operation in each directory: within its budget, and at one cost. */
async function expectFlat(call: Call, budget: Budget): Promise<void> {
  const costs: ShownCost[] = [];
  for (const directory of directories) costs.push(await costWithin(call, directory, budget));
  for (const cost of costs) expect(cost).toStrictEqual(costs[0]);
}

/** One round trip; nothing is written. */
function read(rowsRead: number): Budget {
  return { statements: 1, roundTrips: 1, rowsRead, rowsWritten: 0 };
}

/** Two round trips in the writer, after the token check. */
function write(rowsRead: number, rowsWritten: number): Budget {
  return { roundTrips: 1 + 2, rowsRead: TOKEN_ROWS + rowsRead, rowsWritten };
}

/** Token, connection, tenant. */
const TOKEN_ROWS = 3;

/** Memberships that a page shows. */
function membershipsIn({ body }: Answer): number {
  const resources: { groups?: unknown[] }[] = body.Resources;
  return resources.flatMap(({ groups = [] }) => groups).length;
}

const filtered = (filter: string): string => `/Users?filter=${encodeURIComponent(filter)}`;

describe("a look at one resource", () => {
  // The last user is in no group; what is shown of memberships has its own budget.
  const last = ({ users }: Directory): number => users;

  it("GET by id", () =>
    expectFlat((at) => at.tenant.get(`/Users/${at.userId(last(at))}`), read(4)));

  it("GET by id of a member: 3 more for each group", () =>
    expectFlat((at) => at.tenant.get(`/Users/${at.userId(1)}`), read(4 + 3)));

  it("GET of nobody: the token alone", () =>
    expectFlat(
      async (at) => ({ ...(await at.tenant.get("/Users/nobody")), status: 200 }),
      read(3),
    ));

  it("userName eq", () =>
    expectFlat((at) => at.tenant.get(filtered(`userName eq "USER${last(at)}@x.test"`)), read(5)));

  it("userName eq, where nobody has it", () =>
    expectFlat((at) => at.tenant.get(filtered('userName eq "nobody"')), read(3)));

  it("externalId eq: not unique, so one more tells whether there are more", () =>
    expectFlat((at) => at.tenant.get(filtered(`externalId eq "e${last(at)}"`)), read(7)));

  it("emails.value eq: the same", () =>
    expectFlat((at) => at.tenant.get(filtered(`emails eq "user${last(at)}@x.test"`)), read(7)));

  it("an e-mail of a type: its candidates are looked up, then looked at", () =>
    expectFlat(
      (at) => at.tenant.get(filtered(`emails[type eq "work"].value eq "user${last(at)}@x.test"`)),
      read(14),
    ));

  it("GET of a group without its members", () =>
    expectFlat((at) => at.tenant.get(`/Groups/${at.group}?excludedAttributes=members`), read(4)));
});

describe("a list of 100", () => {
  it("first page: 3 more for each membership that it shows", async () => {
    for (const directory of directories) {
      const answer = await directory.tenant.get("/Users?count=100");
      expect(answer.body.Resources).toHaveLength(100);
      expect(answer.body.totalResults).toBe(directory.users);
      const { rowsRead, ...rest } = costOf(answer);
      expect(rest).toEqual({ statements: 1, roundTrips: 1, rowsWritten: 0 });
      expect(rowsRead - 3 * membershipsIn(answer)).toBeLessThanOrEqual(110);
    }
  });

  it("without memberships", () =>
    expectFlat((at) => at.tenant.get("/Users?count=100&excludedAttributes=groups"), read(107)));

  it("by cursor, the first pages and pages further on", async () => {
    for (const directory of directories) {
      let cursor = "";
      for (let page = 0; page < 3; page += 1) {
        const path = `/Users?count=30&excludedAttributes=groups&cursor=${encodeURIComponent(cursor)}`;
        const answer = await directory.tenant.get(path);
        expect(answer.body.Resources).toHaveLength(30);
        expect(costOf(answer).rowsRead).toBeLessThanOrEqual(30 + 10);
        cursor = answer.body.nextCursor;
      }
    }
    const [, , largest] = directories;
    const path = "/Users?count=100&cursor=&excludedAttributes=groups";
    if (largest !== undefined)
      await costWithin(({ tenant }) => tenant.get(path), largest, read(110));
  });

  it.each([90_001, 90_301, 90_400])(
    "startIndex=%d: the runs before it, and the way within its own",
    async (start) => {
      const [, , largest] = directories;
      if (largest === undefined) throw new Error("no directory");
      const path = `/Users?startIndex=${start}&count=100`;
      const answer = await largest.tenant.get(path);
      expect(answer.body.Resources[0].userName).toBe(`user${start}@x.test`);
      await costWithin(({ tenant }) => tenant.get(path), largest, read(750));
    },
  );
});

describe("what has no index is a scan", () => {
  const SCANS: readonly [string, string][] = [
    ["a filtered total", filtered('title co "x"')],
    ["a filter that every page is full of", filtered("active eq true")],
    ["a sort without an index", "/Users?sortBy=name.familyName&count=10&excludedAttributes=groups"],
  ];

  it.each(SCANS)("%s looks at every user", async (_name, path) => {
    const [small = 0, large = 0] = await Promise.all(
      directories.slice(0, 2).map(async ({ tenant }) => costOf(await tenant.get(path)).rowsRead),
    );
    expect(large - small).toBeGreaterThanOrEqual(10_000 - 100);
  });
});

describe("changes of users", () => {
  let created = 0;
  const newUser = (): ReturnType<typeof user> => {
    created += 1;
    const name = `new${created}@x.test`;
    return user(name, {
      externalId: `new${created}`,
      displayName: `New ${created}`,
      emails: [
        { value: name, type: "work" },
        { value: `other-${name}`, type: "home" },
      ],
    });
  };

  // Written: writers, resource, index rows of userName, externalId, displayName and two e-mails, run, activity, outbox.
  it("POST with two e-mails", () =>
    expectFlat((at) => at.tenant.post("/Users", newUser()), write(10, 11)));

  it("POST with what most identity providers send: one name, two e-mails", () =>
    expectFlat(
      (at) => {
        const { externalId: _id, displayName: _name, ...body } = newUser();
        return at.tenant.post("/Users", body);
      },
      write(10, 10),
    ));

  // Read: the guard alone, writers, token, connection, tenant.
  it("POST after a POST: one round trip, for its writer knows what it left", () =>
    expectFlat((at) => at.tenant.post("/Users", newUser()), {
      roundTrips: 1,
      rowsRead: 4,
      rowsWritten: 11,
    }));

  // Written: writers, resource, activity, outbox.
  it("PATCH of two attributes without an index", () =>
    expectFlat(
      (at) =>
        at.tenant.patch(`/Users/${at.userId(at.users)}`, [
          { op: "replace", path: "title", value: "x" },
          { op: "replace", path: "nickName", value: "y" },
        ]),
      write(10, 5),
    ));

  // One index row goes and one comes for each.
  it("PATCH of two attributes with an index", () =>
    expectFlat(
      (at) =>
        at.tenant.patch(`/Users/${at.userId(at.users)}`, [
          { op: "replace", path: "displayName", value: "Renamed" },
          { op: "replace", path: "externalId", value: "renamed" },
        ]),
      write(10, 5 + 4),
    ));

  it("DELETE", () =>
    expectFlat((at) => at.tenant.delete(`/Users/${at.userId(at.users - 1)}`), write(15, 10)));

  const bulkOf =
    (count: number): Call =>
    (at) =>
      at.tenant.post("/Bulk", {
        schemas: [MESSAGES.bulkRequest],
        Operations: Array.from({ length: count }, (_, index) => ({
          method: "POST",
          path: "/Users",
          bulkId: `b${index}`,
          data: newUser(),
        })),
      });
  const bulkBudget = (count: number): Budget => ({
    roundTrips: 4,
    rowsRead: TOKEN_ROWS + 12 * count,
    rowsWritten: 10 * count,
  });

  it.each([1, 10, 100])("Bulk of %d creates", (count) =>
    expectFlat(bulkOf(count), bulkBudget(count)),
  );

  // How many runs of `positions` it reaches into depends on how full the last one is.
  it("Bulk of as many creates as are allowed", async () => {
    const count = PROVIDER.maxOperations;
    for (const directory of directories) {
      await costWithin(bulkOf(count), directory, bulkBudget(count));
    }
  });
});

describe("changes of members", () => {
  const outsiders = ({ users, userId }: Directory, count: number): { value: string }[] =>
    Array.from({ length: count }, (_, index) => ({ value: userId(users - 2 - index) }));

  // Few travel as parameters; many as a list, which is read as well.
  it.each([1, 10, 80])("%d that are added and removed by value", async (count) => {
    await expectFlat(
      (at) =>
        at.tenant.patch(`/Groups/${at.group}`, [
          { op: "add", path: "members", value: outsiders(at, count) },
        ]),
      write(3 * count + 10, 3 * count + 5),
    );
    await expectFlat(
      (at) =>
        at.tenant.patch(`/Groups/${at.group}`, [
          { op: "remove", path: "members", value: outsiders(at, count) },
        ]),
      write(5 * count + 10, 3 * count + 5),
    );
  });

  it("400 that are removed at once: more than a statement names", async () => {
    for (const directory of directories.slice(1)) {
      const value = Array.from({ length: 400 }, (_, index) => ({
        value: directory.userId(100 + index),
      }));
      const remove = [{ op: "remove", path: "members", value }];
      await costWithin(
        ({ tenant, group }) => tenant.patch(`/Groups/${group}`, remove),
        directory,
        // sqld counts one more for each than D1, for the same plan.
        write(7 * 400 + 30, 3 * 400 + 5),
      );
    }
  });

  it("remove one by a value path", async () => {
    await expectFlat(
      (at) =>
        at.tenant.patch(`/Groups/${at.group}`, [
          { op: "remove", path: `members[value eq "${at.userId(2)}"]` },
        ]),
      write(5 + 10, 3 + 5),
    );
  });

  it("that change nothing read what they name, and write nothing", () =>
    expectFlat(
      (at) =>
        at.tenant.patch(`/Groups/${at.group}`, [
          { op: "add", path: "members", value: [{ value: at.userId(1) }] },
        ]),
      { roundTrips: 2, rowsRead: TOKEN_ROWS + 10, rowsWritten: 0 },
    ));
});

describe("the token check", () => {
  it("reads the token, its connection and its tenant, in one round trip", () =>
    expectFlat((at) => at.tenant.request("OPTIONS", "/Users"), read(TOKEN_ROWS)));
});
