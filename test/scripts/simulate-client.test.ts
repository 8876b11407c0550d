import { createServer, type IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { makeClient, Stop, type Call } from "../../scripts/simulate/client.ts";
import { entra } from "../../scripts/simulate/entra.ts";
import { openWire, type Wire, type WireResponse } from "../../scripts/simulate/exchange.ts";
import { retryDelay } from "../../scripts/simulate/pace.ts";
import { runPhases } from "../../scripts/simulate/phases.ts";
import { kindTally, percentile, startTally } from "../../scripts/simulate/tally.ts";

const CREATE: Call = {
  kind: "create user",
  method: "POST",
  path: "/Users",
  body: { userName: "ä" },
  expect: [201],
  expectRepeated: [409],
};

/** A client whose requests are answered in turn; "lost" is an answer that never comes. */
function scripted(...answers: readonly (Partial<WireResponse> | "lost")[]) {
  const tally = startTally();
  const waits: number[] = [];
  let next = 0;
  const wire: Wire = {
    exchange: () => {
      const answer = answers[Math.min(next, answers.length - 1)] ?? "lost";
      next += 1;
      if (answer === "lost") return Promise.reject(new Error("ECONNRESET"));
      return Promise.resolve({ status: 201, retryAfter: undefined, text: "{}", ...answer });
    },
    close: () => {},
  };
  const client = makeClient({
    base: "http://127.0.0.1",
    token: "t",
    headers: entra.headers,
    rate: undefined,
    wire,
    tally,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { client, tally, waits, count: kindTally(tally, CREATE.kind) };
}

test("a lost answer and a 503 are tried again, each later than the last", async () => {
  const { client, count, waits } = scripted("lost", { status: 503 }, { status: 201 });
  expect(await client.send(CREATE)).toEqual({ status: 201, body: {} });
  expect(count).toMatchObject({ requests: 3, retries: 2, errors: 0 });
  expect(waits).toEqual([250, 1000]);
});

test("what would be made twice is looked for before it is sent again", async () => {
  const made = { status: 201, body: { id: "1" } };
  const found = scripted("lost", { status: 500 });
  expect(await found.client.send({ ...CREATE, findDone: () => Promise.resolve(made) })).toBe(made);
  expect(found.count).toMatchObject({ requests: 1, retries: 1, errors: 0 });
  const refused = scripted({ status: 429 }, { status: 201 });
  const never = () => Promise.reject(new Error("a 429 has made nothing"));
  expect(await refused.client.send({ ...CREATE, findDone: never })).toMatchObject({ status: 201 });
  const absent = scripted("lost", { status: 201 });
  const nothing = () => Promise.resolve(undefined);
  expect(await absent.client.send({ ...CREATE, findDone: nothing })).toMatchObject({ status: 201 });
  expect(absent.count).toMatchObject({ requests: 2 });
});

test("Retry-After decides how long", async () => {
  const { client, waits } = scripted({ status: 429, retryAfter: "2" }, { status: 201 });
  expect(await client.send(CREATE)).toBeDefined();
  expect(waits).toEqual([2000]);
  const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
  expect(retryDelay(1, "Wed, 21 Oct 2026 07:28:05 GMT", now)).toBe(5000);
  expect(retryDelay(1, "86400", now)).toBe(30_000);
  expect(retryDelay(3, undefined, now)).toBe(4000);
});

test("after a lost answer a conflict is right, after a 429 or nothing it is an error", async () => {
  expect(await scripted("lost", { status: 409 }).client.send(CREATE)).toMatchObject({
    status: 409,
  });
  for (const answers of [[{ status: 409 }], [{ status: 429 }, { status: 409 }]]) {
    const { client, count } = scripted(...answers);
    expect(await client.send(CREATE)).toBeUndefined();
    expect(count.errors).toBe(1);
  }
});

test("an unexpected status is an error with its detail, and isn't tried again", async () => {
  const { client, tally, count } = scripted({ status: 400, text: '{"detail":"no such path"}' });
  expect(await client.send(CREATE)).toBeUndefined();
  expect(count).toMatchObject({ requests: 1, errors: 1 });
  expect(tally.failures).toEqual([
    { kind: "create user", method: "POST", path: "/Users", status: "400", detail: "no such path" },
  ]);
});

test("an expected status with a wrong body is an error", async () => {
  const { client, count } = scripted({ status: 201 });
  expect(await client.send({ ...CREATE, check: () => "no id" })).toBeUndefined();
  expect(count.errors).toBe(1);
});

test("a server that is gone ends the run after bounded retries", async () => {
  const { client, count } = scripted("lost");
  const progress = { grow: () => {}, enter: () => {}, advance: () => {}, stop: () => {} };
  const phase = { title: "create", steps: 1000, run: async () => void (await client.send(CREATE)) };
  await expect(runPhases([phase], 8, progress)).rejects.toThrow(Stop);
  expect(count.requests).toBeLessThanOrEqual(8 * 4);
  await expect(client.send(CREATE)).rejects.toThrow(/is gone/);
});

test("one request that always fails doesn't end the run", async () => {
  const lost = ["lost", "lost", "lost", "lost"] as const;
  const { client, count } = scripted(...lost, {}, ...lost, {}, ...lost, {}, ...lost, {});
  for (let index = 0; index < 8; index += 1) await client.send(CREATE);
  expect(count.errors).toBe(4);
});

test("a refused token ends the run at once", async () => {
  const { client, count } = scripted({ status: 401 });
  await expect(client.send(CREATE)).rejects.toThrow(/refuses the token/);
  expect(count.requests).toBe(1);
});

test("on the wire: Entra's headers, no User-Agent, the body in UTF-8", async () => {
  const seen: { url: string | undefined; headers: IncomingHttpHeaders; text: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({
        url: request.url,
        headers: request.headers,
        text: Buffer.concat(chunks).toString(),
      });
      response.writeHead(201, { "Content-Type": "application/scim+json" }).end('{"id":"ü"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const wire = openWire(2);
  const client = makeClient({
    base: `http://127.0.0.1:${port}/scim`,
    token: "secret",
    headers: entra.headers,
    rate: undefined,
    wire,
    tally: startTally(),
    sleep: () => Promise.resolve(),
  });
  expect(await client.send(CREATE)).toEqual({ status: 201, body: { id: "ü" } });
  await client.send({ kind: "list", method: "GET", path: "/Users?a=%20", expect: [201] });
  wire.close();
  server.close();
  const [create, list] = seen;
  expect(create?.headers).toMatchObject({
    authorization: "Bearer secret",
    accept: "application/scim+json",
    "content-type": "application/scim+json; charset=utf-8",
    "content-length": "17",
  });
  expect(create?.text).toBe('{"userName":"ä"}');
  expect(list?.url).toBe("/scim/Users?a=%20");
  for (const request of seen) expect(request.headers).not.toHaveProperty("user-agent");
});

test("percentiles by nearest rank", () => {
  const times = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(times, 50)).toBe(50);
  expect(percentile(times, 95)).toBe(95);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([1, 9], 95)).toBe(9);
  expect(percentile([], 95)).toBeUndefined();
});
