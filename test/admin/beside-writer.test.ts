/** Who writes beside the tenant's writer gets a turn, however busy that one is. */
import { expect, it, vi } from "vitest";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { besideWriter } from "../../worker/admin/beside-writer.ts";
import { importLines } from "../../worker/admin/transfer-import.ts";
import type { Line } from "../../worker/admin/transfer-lines.ts";
import { verifyStep } from "../../worker/admin/verify-step.ts";
import { noCost } from "../../worker/execute/store.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { WriteQueue } from "../../worker/execute/write-queue.ts";
import { sql, statement } from "../../worker/plan/statement.ts";
import { openStore } from "../support/database.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { verifyAll } from "../support/transfer.ts";
import { createCommand, requestOf, writeContext } from "../support/writer.ts";

const entry = () => statement(sql`SELECT 1`);
const AT = "2026-01-01T00:00:00.000Z";

/** A database that is some milliseconds away. */
const far: OpenStore = (cost) => {
  const store = openStore(cost);
  const trip = async <Rows>(call: () => Promise<Rows>): Promise<Rows> => {
    await scheduler.wait(4);
    const rows = await call();
    await scheduler.wait(4);
    return rows;
  };
  return {
    query: (one) => trip(() => store.query(one)),
    batch: (all) => trip(() => store.batch(all)),
  };
};

/** A client that creates users all the time, each as soon as the one before is there; `stop` gives how many. */
function flood(tenant: Tenant, writer: WriteQueue): { readonly stop: () => Promise<number> } {
  const end = new AbortController();
  let created = 0;
  const creating = (async () => {
    while (!end.signal.aborted) {
      const command = await createCommand(tenant, "User", user(`flood${created}`));
      const { outcomes } = await writer.execute(requestOf(command));
      expect(outcomes[0]?.ok).toBe(true);
      created += 1;
    }
    return created;
  })();
  return {
    stop: () => {
      end.abort();
      return creating;
    },
  };
}

function lineOf(index: number): Line {
  const id = `018f0000-0000-7000-8000-${String(index).padStart(12, "0")}`;
  const userName = `import${index}`;
  const document = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], id, userName };
  return {
    kind: "resource",
    type: "User",
    id,
    version: 1,
    created: AT,
    lastModified: AT,
    document,
  };
}

it("imports and audits while users are created one after the other", async () => {
  const tenant = await makeTenant();
  const writer = new WriteQueue({
    ...writeContext(far),
    pause: (milliseconds) => scheduler.wait(milliseconds),
    operationLimit: 0,
  });
  const openWriter = () => writer;
  const { stop } = flood(tenant, writer);
  await scheduler.wait(60);
  const store = far(noCost());
  const common = { tenant: tenant.id, types: RESOURCE_TYPES, entry, openWriter };
  const imports = 8;
  for (let index = 0; index < imports; index += 1) {
    const request = { ...common, lines: [lineOf(index)], replace: false, now: new Date() };
    expect(await importLines(store, request)).toEqual({ written: 1, kept: 0 });
    // Two round trips and more, all of one state.
    const cursor = JSON.stringify(["positions", "User", ""]);
    const { findings } = await verifyStep(store, { ...common, cursor, repair: true });
    expect(findings).toEqual([]);
  }
  const created = await stop();
  expect(created).toBeGreaterThan(imports);
  expect((await tenant.get("/Users?count=0")).body.totalResults).toBe(created + imports);
  expect(await verifyAll(tenant.id)).toEqual([]);
});

it("has the writer go on where it fails", async () => {
  const asked: string[] = [];
  const openWriter = () => ({
    standAside: async () => void asked.push("aside"),
    goOn: async () => void asked.push("on"),
  });
  const tenant = await makeTenant();
  await tenant.post("/Users", user("a"));
  const store = openStore(noCost());
  let reads = 0;
  const moving: typeof store = {
    ...store,
    async batch(statements) {
      reads += 1;
      await tenant.post("/Users", user(`b${reads}`));
      return store.batch(statements);
    },
  };
  const cursor = JSON.stringify(["resources", "", ""]);
  const request = { tenant: tenant.id, types: RESOURCE_TYPES, entry, openWriter, repair: false };
  await expect(verifyStep(moving, { ...request, cursor })).rejects.toMatchObject({ status: 503 });
  expect(asked).toEqual(["aside", "on"]);
});

it("doesn't fail because the writer can't be asked, and tells the log", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const openWriter = () => ({
    standAside: () => Promise.reject(new Error("no object")),
    goOn: () => Promise.reject(new Error("no object")),
  });
  const tries = [undefined, "done"];
  expect(await besideWriter({ tenant: "t", openWriter }, async () => tries.shift())).toBe("done");
  expect(told.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
    { event: "writer.unheard", tenant: "t" },
    { event: "writer.unheard", tenant: "t" },
  ]);
});
