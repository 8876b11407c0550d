/** An audit finds each kind of damage that is planted, mends what is derived, and says what it can't. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { verifyStep } from "../../worker/admin/verify-step.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { Store } from "../../worker/execute/store.ts";
import { accessToken, manage } from "../support/admin.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { verifyAll } from "../support/transfer.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { DB, openStore } from "../support/database.ts";
import { openWriter } from "../support/aside.ts";

/** What the audit log is told is another test's. */
const ENTRY = (): Statement => ({ sql: "SELECT 1", params: [] });

let tenant: Tenant;
let other: Tenant;
let ids: string[];
let groupId: string;

/** Two tenants with the same names, so that a repair that forgets the tenant shows. */
beforeAll(async () => {
  other = await makeTenant();
  await fill(other);
});

beforeEach(async () => {
  tenant = await makeTenant();
  [ids, groupId] = await fill(tenant);
});

async function fill(one: Tenant): Promise<[string[], string]> {
  const made: string[] = [];
  for (const name of ["Ada", "Bea", "Cleo"]) {
    const body = user(`${name}@x.test`, {
      displayName: name,
      emails: [{ value: `${name}@y.test` }],
    });
    made.push((await one.post("/Users", body)).body.id);
  }
  return [made, (await one.post("/Groups", group("All", made))).body.id];
}

async function run(text: string, ...values: (string | number | null)[]): Promise<void> {
  const [, counted] = await DB.batch<{ changed: number }>([
    DB.prepare(text).bind(...values),
    DB.prepare("SELECT changes() AS changed"),
  ]);
  expect(counted?.results[0]?.changed, text).toBeGreaterThan(0);
}

async function everything(id: string) {
  const tables = ["resources", "resource_values", "members", "positions"];
  const read = tables.map((table) => DB.prepare(`SELECT * FROM ${table} WHERE tenant_id = ?`));
  return (await DB.batch(read.map((statement) => statement.bind(id)))).map(
    ({ results }) => results,
  );
}

interface Damage {
  readonly name: string;
  readonly plant: () => Promise<void>;
  readonly found: RegExp;
  /** Mended to what is as right as it was before, but not the same. */
  readonly isOtherwise?: boolean;
}

const DERIVED: readonly Damage[] = [
  {
    name: "an index row is missing",
    plant: () =>
      run("DELETE FROM resource_values WHERE tenant_id = ? AND value = 'ada@x.test'", tenant.id),
    found: /resource_values User userName "ada@x.test": there is no row/,
  },
  {
    name: "an index row names nobody",
    plant: () =>
      run(
        "INSERT INTO resource_values VALUES (?, 'User', 'userName', 'zoe@x.test', '', 'gone')",
        tenant.id,
      ),
    found: /resource_values User userName "zoe@x.test": it names gone/,
  },
  {
    name: "an index row holds a value that its resource hasn't",
    plant: () =>
      run(
        "UPDATE resource_values SET value = 'ada' WHERE tenant_id = ? AND value = 'ada@y.test'",
        tenant.id,
      ),
    found: /emails.value "ada": [^ ]+ has no such value/,
  },
  {
    name: "an index row names another",
    plant: () =>
      run(
        "UPDATE resource_values SET resource_id = ? WHERE tenant_id = ? AND value = 'ada@x.test'",
        ids[1] ?? "",
        tenant.id,
      ),
    found: /userName "ada@x.test": [^ ]+ has no such value/,
  },
  {
    name: "an index row of no attribute",
    plant: () =>
      run("INSERT INTO resource_values VALUES (?, 'Robot', 'x', '\u{1f642}', '', 'y')", tenant.id),
    found: /resource_values Robot x "🙂"/,
  },
  {
    name: "folded is old",
    plant: () =>
      run(
        'UPDATE resources SET folded = jsonb(\'{"userName":"x"}\') WHERE tenant_id = ? AND id = ?',
        tenant.id,
        ids[0] ?? "",
      ),
    found: /resources User [^ ]+: folded isn't/,
  },
  {
    name: "folded is no JSONB",
    plant: () =>
      run(
        "UPDATE resources SET folded = x'ff00' WHERE tenant_id = ? AND type = 'Group'",
        tenant.id,
      ),
    found: /resources Group [^ ]+: folded isn't/,
  },
  {
    name: "a run counts wrongly",
    plant: () =>
      run("UPDATE positions SET count = 7 WHERE tenant_id = ? AND type = 'User'", tenant.id),
    found: /positions User from the first: the run says 7 and holds 3/,
  },
  {
    name: "runs are missing",
    plant: () => run("DELETE FROM positions WHERE tenant_id = ?", tenant.id),
    found: /positions Group from the first: the run says 0 and holds 1/,
  },
  {
    name: "the first run begins too late",
    plant: () =>
      run(
        "UPDATE positions SET first_id = ?, count = 2 WHERE tenant_id = ? AND type = 'User'",
        ids[1] ?? "",
        tenant.id,
      ),
    found: /positions User from the first: the run says 0 and holds 1/,
    isOtherwise: true,
  },
  {
    name: "a run of nobody",
    plant: () => run("INSERT INTO positions VALUES (?, 'User', '~', 4)", tenant.id),
    found: /positions User from ~: the run says 4 and holds 0/,
  },
  {
    name: "totals are wrong",
    plant: () =>
      run(`UPDATE writers SET totals = '{"User":1,"Robot":2}' WHERE tenant_id = ?`, tenant.id),
    found: /writers [^ ]+: totals say 1 of User, the runs hold 3/,
  },
  {
    name: "totals can't be read",
    plant: () => run("UPDATE writers SET totals = '{' WHERE tenant_id = ?", tenant.id),
    found: /totals say 0 of User, the runs hold 3/,
  },
  {
    name: "the last id lies before others",
    plant: () => run("UPDATE writers SET last_id = '' WHERE tenant_id = ?", tenant.id),
    found: /writers [^ ]+: last_id is before the id/,
  },
  {
    name: "the sequence lies before the outbox's",
    plant: () => run("UPDATE writers SET sequence = 1 WHERE tenant_id = ?", tenant.id),
    found: /writers [^ ]+: sequence is 1, before the outbox's 4/,
  },
  {
    name: "the writer has no row",
    plant: () => run("DELETE FROM writers WHERE tenant_id = ?", tenant.id),
    found: /writers [^ ]+: there is no row/,
  },
  {
    name: "a member is said to be of another type",
    plant: () =>
      run(
        "UPDATE members SET member_type = 'Group' WHERE tenant_id = ? AND member_id = ?",
        tenant.id,
        ids[2] ?? "",
      ),
    found: /members [^ ]+ in [^ ]+: member_type is Group, the member a User/,
  },
];

const ORIGINAL: readonly Damage[] = [
  {
    name: "a member isn't there",
    plant: () => run("INSERT INTO members VALUES (?, ?, 'gone', 'User')", tenant.id, groupId),
    found: /members gone in [^ ]+: there is no such member/,
  },
  {
    name: "a group isn't there",
    plant: () => run("INSERT INTO members VALUES (?, 'gone', ?, 'User')", tenant.id, ids[0] ?? ""),
    found: /members [^ ]+ in gone: there is no such group/,
  },
  {
    name: "a version is none",
    plant: () => run("UPDATE resources SET version = 0 WHERE tenant_id = ?", tenant.id),
    found: /resources User [^ ]+: version is 0/,
  },
  {
    name: "a version is no whole number",
    plant: () => run("UPDATE resources SET version = 1.5 WHERE tenant_id = ?", tenant.id),
    found: /resources User [^ ]+: version is 1.5/,
  },
  {
    name: "a time is none",
    plant: () => run("UPDATE resources SET last_modified = 'x' WHERE tenant_id = ?", tenant.id),
    found: /resources User [^ ]+: last_modified is no time/,
  },
  {
    name: "a document can't be read",
    plant: () => run("UPDATE resources SET document = '{' WHERE tenant_id = ?", tenant.id),
    found: /resources User [^ ]+: document: it is no JSON object/,
  },
  {
    name: "a document isn't as its schemas have it",
    plant: () =>
      run(
        "UPDATE resources SET document = json_set(document, '$.active', 'yes'), folded = jsonb(json_set(json(folded), '$.active', 'yes')) WHERE tenant_id = ? AND type = 'User'",
        tenant.id,
      ),
    found: /resources User [^ ]+: document: active takes a boolean/,
  },
  {
    name: "a document's id is another",
    plant: () =>
      run(
        "UPDATE resources SET document = json_set(document, '$.id', 'x'), folded = jsonb(json_set(json(folded), '$.id', 'x')) WHERE tenant_id = ?",
        tenant.id,
      ),
    found: /document: its id isn't the resource's/,
  },
  {
    name: "a resource of no type",
    plant: () =>
      run("UPDATE resources SET type = 'Robot' WHERE tenant_id = ? AND type = 'Group'", tenant.id),
    found: /resources Robot [^ ]+: document: there is no such resource type/,
  },
  {
    name: "two users have one name",
    plant: async () => {
      await run(
        "UPDATE resources SET document = json_set(document, '$.userName', 'Ada@x.test') WHERE tenant_id = ? AND id = ?",
        tenant.id,
        ids[1] ?? "",
      );
    },
    found: /resource_values User userName "ada@x.test": it is [^ ]+'s and [^ ]+'s/,
  },
];

async function told(repair = false): Promise<string[]> {
  const findings = await verifyAll(tenant.id, repair);
  return findings.map(
    ({ table, key, problem, repair: state }) => `${table} ${key}: ${problem} (${state})`,
  );
}

it("finds nothing in what the writer wrote", async () => {
  await tenant.patch(`/Users/${ids[0]}`, [{ op: "add", path: "nickName", value: "A" }]);
  await tenant.delete(`/Users/${ids[1]}`);
  expect(await told()).toEqual([]);
  expect(await told(true)).toEqual([]);
});

describe("what is derived is found and mended:", () => {
  it.each(DERIVED)("$name", async ({ plant, found, isOtherwise }) => {
    const [before, others] = [await everything(tenant.id), await everything(other.id)];
    await plant();
    const damaged = await everything(tenant.id);
    expect((await told()).join("\n")).toMatch(found);
    expect(await everything(tenant.id), "an audit alone changes nothing").toEqual(damaged);
    const mended = await told(true);
    expect(mended.length).toBeGreaterThan(0);
    for (const line of mended) expect(line).toMatch(/\(done\)$/);
    if (isOtherwise !== true) expect(await everything(tenant.id)).toEqual(before);
    expect((await tenant.post("/Users", user("new@x.test"))).status).toBe(201);
    expect(await told()).toEqual([]);
    expect(await everything(other.id)).toEqual(others);
  });
});

describe("what isn't derived is found and left:", () => {
  it.each(ORIGINAL)("$name", async ({ plant, found }) => {
    await plant();
    const left = (await told(true)).filter((line) => line.endsWith("(none)"));
    expect(left.join("\n")).toMatch(found);
    const again = await told();
    expect(again.join("\n")).toMatch(found);
    expect(again.filter((line) => line.endsWith("(possible)"))).toEqual([]);
  });
});

it("cuts runs anew where thousands of ids are in none", async () => {
  await run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
     INSERT INTO resources SELECT ?, 'Group', printf('01900000-0000-7000-8000-%012x', i), 1, '2026-01-01T00:00:00.000Z',
       '2026-01-01T00:00:00.000Z', '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"' || printf('01900000-0000-7000-8000-%012x', i) || '","displayName":"g"}', jsonb('{}') FROM n`,
    tenant.id,
  );
  await verifyAll(tenant.id, true);
  expect(await told()).toEqual([]);
  const { results } = await DB.prepare(
    "SELECT count FROM positions WHERE tenant_id = ? AND type = 'Group' ORDER BY first_id",
  )
    .bind(tenant.id)
    .all<{ count: number }>();
  expect(results.map(({ count }) => count)).toEqual([
    ...Array.from({ length: 22 }, () => 400),
    201,
  ]);
  const { body } = await tenant.get("/Groups?startIndex=8999&count=2");
  expect([body.totalResults, body.Resources.length]).toEqual([9001, 2]);
});

/** A store in which somebody else writes just before its `at`th batch. */
function interrupted(at: number, write: () => Promise<unknown>): Store {
  const store = openStore(noCost());
  let batches = 0;
  return {
    ...store,
    async batch(statements) {
      batches += 1;
      if (batches === at) await write();
      return store.batch(statements);
    },
  };
}

describe("beside the tenant's writer", () => {
  const step = (store: Store, cursor: readonly string[]) =>
    verifyStep(store, {
      tenant: tenant.id,
      cursor: JSON.stringify(cursor),
      repair: true,
      types: RESOURCE_TYPES,
      entry: ENTRY,
      openWriter,
    });

  it("a repair that comes too late reads again: both are there", async () => {
    await run("UPDATE positions SET count = 9 WHERE tenant_id = ? AND type = 'User'", tenant.id);
    // Or the writer would go by what it left.
    await run("UPDATE writers SET sequence = sequence + 1 WHERE tenant_id = ?", tenant.id);
    const join = () => tenant.post("/Users", user("between@x.test"));
    // The runs, the ids in them, then the repair.
    const { findings } = await step(interrupted(3, join), ["positions", "User", ""]);
    expect(findings).toMatchObject([{ problem: "the run says 10 and holds 4", repair: "done" }]);
    expect(await told()).toEqual([]);
  });

  it("what was read in two states is read again: nothing is found that isn't there", async () => {
    const rename = () =>
      tenant.patch(`/Users/${ids[0]}`, [{ op: "replace", path: "userName", value: "new" }]);
    // The resources, then their index rows.
    const { findings } = await step(interrupted(2, rename), ["resources", "", ""]);
    expect(findings).toEqual([]);
  });

  it("and where others never stop, it asks for time", async () => {
    await run("UPDATE positions SET count = 9 WHERE tenant_id = ? AND type = 'User'", tenant.id);
    const store = openStore(noCost());
    const batch: Store["batch"] = async (statements) => {
      await DB.prepare("UPDATE writers SET sequence = sequence + 1 WHERE tenant_id = ?")
        .bind(tenant.id)
        .run();
      return store.batch(statements);
    };
    await expect(step({ ...store, batch }, ["positions", "User", ""])).rejects.toMatchObject({
      status: 503,
    });
  });
});

it("is for operators, of a tenant that is there, with a cursor that was given", async () => {
  const path = `/tenants/${tenant.id}/verify`;
  const token = await accessToken({ scope: "services.iam", tenant_id: tenant.id });
  expect((await manage("POST", path, { token, body: {} })).status).toBe(403);
  expect((await manage("POST", "/tenants/nobody/verify", { body: {} })).status).toBe(404);
  for (const cursor of ["", "{}", '["values","a"]', '["secrets"]']) {
    expect((await manage("POST", path, { body: { cursor } })).status).toBe(400);
  }
});
