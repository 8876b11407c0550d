/** What is told of a token that was only seen, where the outcome of a change isn't known, or was found out later. */
import { describe, expect, it, vi } from "vitest";
import { WriteQueue } from "../../worker/execute/write-queue.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import type { Json } from "../../worker/scim/json.ts";
import { DB, openStore } from "../support/database.ts";
import { faultyApp } from "../support/faulty-app.ts";
import type { FaultyApp } from "../support/faulty-app.ts";
import { isWrite, nextWrites } from "../support/faulty-store.ts";
import { group, makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";
import { writeContext } from "../support/writer.ts";

type Send = (method: string, path: string, body?: Json) => Promise<Response>;

function senderFor({ base, token }: Tenant, fetch: FaultyApp["fetch"]): Send {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
  return (method, path, body) => {
    const sent = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    return fetch(new Request(`${base}${path}`, sent));
  };
}

async function makeStage() {
  const tenant = await makeTenant();
  const { database, fetch } = faultyApp();
  return { tenant, database, send: senderFor(tenant, fetch) };
}
type Stage = Awaited<ReturnType<typeof makeStage>>;

async function dropToken({ id }: Tenant): Promise<void> {
  await DB.prepare("DELETE FROM scim_tokens WHERE tenant_id = ?").bind(id).run();
}

/** Sends a change that is committed after its client was told that nobody knows. */
async function leaveOpen({ database, send }: Stage, change: Parameters<Send>): Promise<void> {
  const never = { kind: "never" } as const;
  database.plan = nextWrites([never, never, { kind: "late", calls: 1 }]);
  const response = await send(...change);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("could not be found out");
  database.plan = () => undefined;
  await database.settle();
}

describe("a change that is found to be committed when it comes again", () => {
  it("is told to who sent it", async () => {
    const stage = await makeStage();
    await stage.send("GET", "/Users?count=0");
    await leaveOpen(stage, ["POST", "/Users", user("ann")]);
    expect((await stage.send("POST", "/Users", user("ann"))).status).toBe(201);
  });

  it("is not told to a token that was deleted meanwhile: a creation", async () => {
    const stage = await makeStage();
    await stage.send("GET", "/Users?count=0");
    await leaveOpen(stage, ["POST", "/Users", user("ann")]);
    await dropToken(stage.tenant);
    expect((await stage.send("POST", "/Users", user("ann"))).status).toBe(401);
  });

  it("is not told to a token that was deleted meanwhile: a deletion", async () => {
    const stage = await makeStage();
    const created = await stage.send("POST", "/Users", user("ann"));
    const { id }: { id: string } = await created.json();
    await leaveOpen(stage, ["DELETE", `/Users/${id}`]);
    await dropToken(stage.tenant);
    expect((await stage.send("DELETE", `/Users/${id}`)).status).toBe(401);
  });
});

describe("a change of which nobody knows whether it was committed", () => {
  it("isn't made again by another profile's rules", async () => {
    const tenant = await makeTenant();
    let isFailing = false;
    // What is sent is committed, then nothing can be read, and the connection gets another profile.
    const open: OpenStore = (cost) => {
      const store = openStore(cost);
      return {
        query: (one) => store.query(one),
        async batch(all) {
          if (isFailing) {
            isFailing = false;
            throw new Error("something new");
          }
          const rows = await store.batch(all);
          if (!isWrite(all)) return rows;
          isFailing = true;
          const sql = "UPDATE sso_providers SET profile = 'okta' WHERE tenant_id = ?";
          await DB.prepare(sql).bind(tenant.id).run();
          throw new Error("something new");
        },
      };
    };
    const queue = new WriteQueue({ ...writeContext(open), operationLimit: 0 });
    const { fetch } = faultyApp(undefined, { writerOf: () => queue });
    const send = senderFor(tenant, fetch);
    await send("GET", "/Users?count=0");
    vi.spyOn(console, "error").mockReturnValue();
    expect((await send("POST", "/Groups", group("g"))).status).toBe(500);
    expect((await tenant.get("/Groups")).body.totalResults).toBe(1);
  });

  it("is told so, also where its token can't be looked up", async () => {
    const { database, send } = await makeStage();
    await send("GET", "/Users?count=0");
    let isGone = false;
    database.plan = (statements) => {
      isGone ||= isWrite(statements);
      return isGone ? { kind: "never" } : undefined;
    };
    const response = await send("POST", "/Users", user("ann"));
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("could not be found out");
  });
});

it("the first refusal of a token that fell since it was seen is in the log, as every other", async () => {
  const { tenant, send } = await makeStage();
  await send("POST", "/Users", user("ann"));
  await dropToken(tenant);
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  for (const name of ["bob", "carl"]) {
    expect((await send("POST", "/Users", user(name))).status).toBe(401);
  }
  const expected = { event: "scim.refused", claimedTenant: tenant.id, status: 401 };
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([expected, expected]);
});
