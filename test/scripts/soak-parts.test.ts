/** The small parts of a soak: its gate, its command line, what its companies come to, and when it has failed. */
import { expect, test } from "vitest";
import { makeDirectory } from "../../scripts/simulate/directory.ts";
import type { Wire } from "../../scripts/simulate/exchange.ts";
import { intendWhole } from "../../scripts/simulate/intended.ts";
import { compare } from "../../scripts/simulate/compare.ts";
import { startLedger } from "../../scripts/soak/ledger.ts";
import { mergeIntended } from "../../scripts/soak/look.ts";
import { parseSoakOptions, type SoakOptions } from "../../scripts/soak/options.ts";
import {
  problemsOf,
  renderFigures,
  type SoakFigures,
  type TenantFigures,
} from "../../scripts/soak/report.ts";
import { makeGate, watchWire } from "../../scripts/soak/wire.ts";

const BASE = "http://127.0.0.1/t/api/scim/v2";

function parsed(...args: readonly string[]): SoakOptions {
  const options = parseSoakOptions(args);
  if (options === "help") throw new Error("unexpected");
  return options;
}

test("the gate holds requests back until it is open, and knows when none is under way", async () => {
  const gate = makeGate();
  const sent: string[] = [];
  const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const passing = answers.map(({ promise }, index) =>
    gate.pass(() => {
      sent.push(`request ${index}`);
      return promise;
    }),
  );
  await gate.idle();
  expect(sent).toEqual([]);
  gate.open();
  await expect.poll(() => sent).toEqual(["request 0", "request 1"]);
  gate.close();
  let idle = false;
  const waiting = gate.idle().then(() => (idle = true));
  answers[0]?.resolve("answered");
  expect(await passing[0]).toBe("answered");
  expect(idle).toBe(false);
  answers[1]?.reject(new Error("cut"));
  await expect(passing[1]).rejects.toThrow("cut");
  await waiting;
});

test("the wire keeps the ledger: the path alone, what was answered, what was cut", async () => {
  const gate = makeGate();
  const ledger = startLedger();
  const inner: Wire = {
    exchange: ({ method }) =>
      method === "PUT"
        ? Promise.reject(new Error("ECONNRESET"))
        : Promise.resolve({
            status: 201,
            retryAfter: undefined,
            text: '{"id":"a"}',
            etag: 'W/"4"',
          }),
    close: () => {},
  };
  const wire = watchWire(inner, { gate, ledger, base: BASE });
  gate.open();
  const request = { url: `${BASE}/Users?`, headers: {}, body: "{}" };
  await wire.exchange({ ...request, method: "POST" });
  await expect(
    wire.exchange({ ...request, method: "PUT", url: `${BASE}/Users/a?` }),
  ).rejects.toThrow("ECONNRESET");
  expect([...ledger.entries]).toEqual([["/Users/a", { version: 4, unknown: 1, state: "there" }]]);
  expect(Object.fromEntries(ledger.statuses)).toEqual({ 201: 1, cut: 1 });
});

test("the command line", () => {
  expect(parsed()).toMatchObject({ tenants: 5, minutes: 10, killEvery: 60, seed: "1" });
  expect(parsed("--minutes=0.5", "--store", "libsql")).toMatchObject({
    minutes: 0.5,
    store: "libsql",
  });
  expect(parseSoakOptions(["--help"])).toBe("help");
  for (const wrong of ["--minutes=0", "--tenants=1.5", "--tenants=x", "--seed=A", "--what"]) {
    expect(() => parsed(wrong), wrong).toThrow(/--(minutes|tenants|seed|what)/);
  }
});

test("companies of one tenant are told apart, and a stranger from all of them", () => {
  const sizes = { idp: "entra", users: 2, groups: 1 };
  const companies = ["c1", "c2"].map((seed) => intendWhole(makeDirectory({ ...sizes, seed })));
  const merged = mergeIntended(companies);
  expect(merged.users).toHaveLength(4);
  const found = { users: [{ id: "1", externalId: "nobody's" }], groups: [] };
  const differences = compare(merged, found);
  expect(differences).toContainEqual({
    of: "user nobody's",
    attribute: "resource",
    wanted: "none",
    found: "1",
  });
  expect(differences.filter(({ wanted }) => wanted === "1")).toHaveLength(6);
});

const GOOD: TenantFigures = {
  tenant: "soak-1-entra",
  companies: 1,
  requests: 10,
  statuses: { 201: 9, cut: 1 },
  acknowledged: 9,
  unknown: 1,
  retries: 1,
  kills: 2,
  compared: 18,
  lost: [],
  faults: 0,
  broken: [],
  errors: 0,
  failures: [],
  differences: [],
  verified: 5,
  findings: [],
  stopped: null,
};

function figures(change: Partial<TenantFigures>, kills = 2): SoakFigures {
  return { options: parsed(), seconds: 60, kills, tenants: [{ ...GOOD, ...change }] };
}

test("a soak with nothing wrong", () => {
  expect(problemsOf(figures({}))).toEqual([]);
  expect(renderFigures(figures({}))).toMatch(/soak-1-entra +201: 9 +cut: 1\n[^]*\nnothing lost\n$/);
});

const FAULTY: readonly (readonly [string, Partial<TenantFigures>])[] = [
  ["a lost write", { lost: ["/Users/a: gone"] }],
  ["a 500", { faults: 1, broken: ["GET /Users: 500"] }],
  [
    "an unexpected answer",
    { errors: 1, failures: [{ kind: "k", method: "GET", path: "/", status: "400", detail: "" }] },
  ],
  ["a difference", { differences: [{ of: "u", attribute: "a", wanted: "1", found: "2" }] }],
  ["a tenant that can't be read", { differences: null }],
  ["a finding", { findings: [{ table: "t", key: "k", problem: "p", repair: "no" }] }],
  ["an IdP that gave up", { stopped: "gone" }],
  ["no acknowledged write", { acknowledged: 0 }],
  ["an audit that saw nothing", { verified: 0 }],
  ["a kill without a look", { kills: 1 }],
];

test.each(FAULTY)("%s is a failure", (_, change) => {
  expect(problemsOf(figures(change))).toHaveLength(1);
  expect(renderFigures(figures(change))).toMatch(/\n1 problems\n$/);
});

test("a soak that killed nothing has shown nothing", () => {
  expect(problemsOf(figures({ kills: 0 }, 0))).toEqual(["the emulation was never killed"]);
  expect(problemsOf({ ...figures({}), tenants: [] })).toEqual(["there was no tenant"]);
});
