/** A tenant of any size, written straight into the tables: as the writer would have left it, but in a few statements. */
import type { Parameter } from "../../worker/plan/statement.ts";
import { RUN_LENGTH } from "../../worker/plan/runs.ts";
import { DB } from "../support/database.ts";
import type { Prepared } from "../support/database.ts";
import { makeTenant } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

export interface Directory {
  readonly tenant: Tenant;
  readonly users: number;
  /** The first so many users are in the group, which has the id below. */
  readonly members: number;
  readonly group: string;
  /** The id of a user, counted from 1 in the order of creation. */
  readonly userId: (index: number) => string;
}

/** Milliseconds of the first id; the rest follow by one each. */
const FIRST = Date.parse("2026-01-01T00:00:00.000Z");
const AT = "2026-01-01T00:00:00.000Z";

/** The UUIDv7 of the nth resource, in SQL and here. */
const ID_OF = (n: string): string =>
  `printf('%08x-%04x-7000-8000-%012x', (${FIRST} + ${n}) >> 16, (${FIRST} + ${n}) & 65535, ${n})`;

function idOf(index: number): string {
  const time = (FIRST + index).toString(16).padStart(12, "0");
  const tail = index.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${tail}`;
}

/** `n` counts from 1 to `?2`, for the tenant `?1`. */
const NUMBERS =
  "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)";

/** Everything in it is folded already, so document and folded twin are equal. */
const USER = `json_object('schemas', json_array('urn:ietf:params:scim:schemas:core:2.0:User'), 'id', ${ID_OF("n")},
  'externalId', 'e' || n, 'userName', 'user' || n || '@x.test', 'name', json_object('givenName', 'user', 'familyName', 'number ' || n),
  'displayName', 'user number ' || n, 'active', json(iif(n % 10 = 0, 'false', 'true')),
  'emails', json_array(json_object('value', 'user' || n || '@x.test', 'type', 'work', 'primary', json('true'))))`;

const INDEXED = [
  ["userName", "'user' || n || '@x.test'", "''"],
  ["externalId", "'e' || n", ID_OF("n")],
  ["displayName", "'user number ' || n", ID_OF("n")],
  ["emails.value", "'user' || n || '@x.test'", ID_OF("n")],
];

export async function seedDirectory(users: number, members: number): Promise<Directory> {
  const tenant = await makeTenant();
  const group = idOf(users + 1);
  const run = (sql: string, ...more: Parameter[]): Prepared =>
    DB.prepare(sql).bind(tenant.id, ...more);
  const displayName = `group of ${members}`;
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
  const document = JSON.stringify({ schemas, id: group, displayName });
  const statements = [
    run(
      `INSERT INTO resources ${NUMBERS} SELECT ?1, 'User', ${ID_OF("n")}, 1, ?3, ?3, ${USER}, jsonb(${USER}) FROM numbers`,
      users,
      AT,
    ),
    ...INDEXED.map(([attribute, value, holder]) =>
      run(
        `INSERT INTO resource_values ${NUMBERS} SELECT ?1, 'User', '${attribute}', ${value}, ${holder}, ${ID_OF("n")} FROM numbers`,
        users,
      ),
    ),
    run(
      `INSERT INTO positions ${NUMBERS} SELECT ?1, 'User', iif(n = 1, '', ${ID_OF("n")}), min(?3, ?2 - n + 1)
        FROM numbers WHERE (n - 1) % ?3 = 0`,
      users,
      RUN_LENGTH,
    ),
    run(
      "INSERT INTO resources VALUES (?1, 'Group', ?2, 1, ?3, ?3, ?4, jsonb(?4))",
      group,
      AT,
      document,
    ),
    run(
      "INSERT INTO resource_values VALUES (?1, 'Group', 'displayName', ?2, ?3, ?3)",
      displayName,
      group,
    ),
    run("INSERT INTO positions VALUES (?1, 'Group', '', 1)"),
    run(
      `INSERT INTO members ${NUMBERS} SELECT ?1, ?3, ${ID_OF("n")}, 'User' FROM numbers`,
      members,
      group,
    ),
    run(
      "UPDATE writers SET totals = ?2, last_id = ?3 WHERE tenant_id = ?1",
      JSON.stringify({ User: users, Group: 1 }),
      group,
    ),
  ];
  // Each in a transaction of its own: sqld gives one five seconds.
  for (const statement of statements) await statement.run();
  return { tenant, users, members, group, userId: idOf };
}

/**
 * A row after every tenant's in each table: the step behind the last row of a range counts as a row read where there is one, so that
 * the last tenant would be cheaper than others.
 */
export async function seedFence(): Promise<void> {
  const after = "zzz";
  await DB.batch(
    [
      `INSERT INTO resources VALUES ('${after}', '', '', 1, '', '', '{}', jsonb('{}'))`,
      `INSERT INTO resource_values VALUES ('${after}', '', '', '', '', '')`,
      `INSERT INTO members VALUES ('${after}', '', '', '')`,
      `INSERT INTO positions VALUES ('${after}', '', '', 1)`,
    ].map((sql) => DB.prepare(sql)),
  );
}
