/** What a newcomer does with `npm start`, over HTTP, and that nothing is left behind. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { freePort } from "../local/ports.ts";
import { check } from "./check.ts";
import { allPids, readLocal, scriptPid, startScript, survivors } from "./started.ts";
import type { Started } from "./started.ts";

const KEYS = "origin tenantId scimBaseUrl scimToken adminBaseUrl adminToken consoleUrl".split(" ");
const SCIM = "application/scim+json";
const USER = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: "ada@example.com",
};

const where = {
  port: await freePort(),
  state: await mkdtemp(join(tmpdir(), "rollcall-e2e-")),
};
const startedAll: Started[] = [];

function start(script: string, env = {}): Started {
  const started = startScript(script, where, env);
  startedAll.push(started);
  return started;
}

/** The first curl of the summary as a request. */
function firstCurl(output: string): { url: string; headers: Record<string, string> } {
  const [, authorization = "", url = ""] =
    /^curl -sS -H 'Authorization: ([^']+)' '([^']+)'$/m.exec(output) ?? [];
  return { url, headers: { authorization } };
}

async function userNames(local: Record<string, string>): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${local["scimToken"]}` };
  const response = await fetch(`${local["scimBaseUrl"]}/Users?count=200`, { headers });
  assert.equal(response.status, 200);
  return (await response.text()).match(/(?<="userName":")[^"]+/g) ?? [];
}

/** Creates a user; whether the server said that it did. */
async function createUser(local: Record<string, string>, userName: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${local["scimToken"]}`, "content-type": SCIM };
  const body = JSON.stringify({ ...USER, userName });
  try {
    const url = `${local["scimBaseUrl"]}/Users`;
    return (await fetch(url, { method: "POST", headers, body })).status === 201;
  } catch {
    return false;
  }
}

/** Four clients that create users until the server is gone; the names that it acknowledged. */
async function createUntilGone(local: Record<string, string>): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  const client = async (name: string): Promise<void> => {
    for (let index = 0; index < 40; index += 1) {
      const userName = `${name}-${index}@example.com`;
      if (!(await createUser(local, userName))) return;
      acknowledged.push(userName);
    }
  };
  await Promise.all(["a", "b", "c", "d"].map(client));
  return acknowledged;
}

async function first(): Promise<void> {
  const started = start("start");
  let local: Record<string, string> = {};
  await check("npm start gets ready and writes local.json", async () => {
    local = await readLocal(started, where);
    assert.deepEqual(Object.keys(local), KEYS);
    assert.equal(local["origin"], `http://127.0.0.1:${where.port}`);
    assert.equal(local["scimBaseUrl"], `${local["origin"]}/${local["tenantId"]}/api/scim/v2`);
  });
  await check("the first curl answers with a list", async () => {
    const { url, headers } = firstCurl(started.output());
    const response = await fetch(url, { headers });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^application\/scim\+json/);
    assert.match(await response.text(), /"totalResults":\s*0/);
  });
  await check("a user is created through SCIM", async () => {
    assert.ok(await createUser(local, USER.userName));
  });
  await check("the admin token reads the tenant", async () => {
    const headers = { authorization: `Bearer ${local["adminToken"]}` };
    const response = await fetch(`${local["adminBaseUrl"]}/tenants/${local["tenantId"]}`, {
      headers,
    });
    assert.equal(response.status, 200, await response.text());
  });
  await check("a second start on the taken port says so and exits 1", async () => {
    const second = startScript("start", { ...where, state: `${where.state}-2` });
    startedAll.push(second);
    assert.equal(await second.exited, 1);
    assert.match(second.output(), /Port \d+ is taken/);
  });
  await endsCleanly("Ctrl-C", started, () => process.kill(-started.pid, "SIGINT"));
  await again(local);
}

async function again(before: Record<string, string>): Promise<void> {
  const started = start("start");
  await check("the next start keeps tokens and data", async () => {
    const local = await readLocal(started, where);
    assert.deepEqual(local, before);
    assert.deepEqual(await userNames(local), [USER.userName]);
  });
  const creating = createUntilGone(before);
  await sleep(300);
  await endsCleanly("SIGKILL of start", started, () => process.kill(scriptPid(started), "SIGKILL"));
  const acknowledged = await creating;
  const served = start("serve", { COST_HEADER: "1" });
  await check("npm run serve shows the same data, and the cost of a request", async () => {
    const local = await readLocal(served, where);
    assert.equal(local["scimToken"], before["scimToken"]);
    assert.ok((await userNames(local)).includes(USER.userName));
    const { url, headers } = firstCurl(served.output());
    const response = await fetch(url, { headers });
    assert.match(response.headers.get("x-rollcall-cost") ?? "", /^st=\d+;rt=\d+;rr=\d+;rw=\d+$/);
  });
  await check("every write that was acknowledged before the kill is there", async () => {
    const there = await userNames(before);
    assert.ok(acknowledged.length > 0, "nothing was acknowledged");
    assert.deepEqual(
      acknowledged.filter((name) => !there.includes(name)),
      [],
    );
    console.log(`      ${acknowledged.length} acknowledged, ${there.length} there`);
  });
  await endsCleanly("the death of npm", served, () => process.kill(served.pid, "SIGKILL"));
  await otherEngine(before["scimToken"]);
}

/** The other engine on the same state: data and token of its own, and those of the first are there again afterwards. */
async function otherEngine(d1Token: string | undefined): Promise<void> {
  const libsql = { STORE: "libsql" };
  let token: string | undefined;
  const started = start("start", libsql);
  await check("STORE=libsql starts a sqld, with a tenant and a token of its own", async () => {
    const local = await readLocal(started, where);
    token = local["scimToken"];
    assert.notEqual(token, d1Token);
    assert.deepEqual(await userNames(local), []);
    assert.ok(await createUser(local, USER.userName));
  });
  await endsCleanly("Ctrl-C, with sqld", started, () => process.kill(-started.pid, "SIGINT"));
  for (const [name, env, kept] of [
    ["D1", {}, d1Token],
    ["libSQL", libsql, token],
  ] as const) {
    const engine = start("serve", env);
    await check(`back on ${name}, its token and its data are there`, async () => {
      const local = await readLocal(engine, where);
      assert.equal(local["scimToken"], kept);
      assert.ok((await userNames(local)).includes(USER.userName));
    });
    await endsCleanly(`SIGKILL on ${name}`, engine, () =>
      process.kill(scriptPid(engine), "SIGKILL"),
    );
  }
}

async function endsCleanly(cause: string, started: Started, end: () => void): Promise<void> {
  await check(`${cause} leaves no process behind`, async () => {
    const pids = allPids(started);
    assert.ok(pids.length > 3, `only ${pids.length} processes seen`);
    end();
    await started.exited;
    assert.equal(await survivors(pids, 5000), "");
  });
}

/** Start, restart, signals, kills. */
export async function checkStartUp(): Promise<void> {
  try {
    await first();
  } finally {
    // Their supervisors end the rest.
    for (const { pid } of startedAll) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It ended as it should.
      }
    }
    await rm(where.state, { recursive: true, force: true });
    await rm(`${where.state}-2`, { recursive: true, force: true });
  }
}
