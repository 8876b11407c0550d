import { expect, test } from "vitest";
import { parseOptions } from "../../scripts/simulate/options.ts";
import { renderSummary, succeeded, summarize } from "../../scripts/simulate/report.ts";
import { countFailure, kindTally, startTally } from "../../scripts/simulate/tally.ts";

const LEAST = ["--idp=entra", "--users=3", "--groups=0"];

test("the least that must be given", () => {
  expect(parseOptions(LEAST)).toMatchObject({
    dialect: "both",
    users: 3,
    groups: 0,
    seed: "1",
    concurrency: 8,
    rate: undefined,
    target: undefined,
  });
  expect(parseOptions([...LEAST, "--base=https://x.example/scim/", "--token=t"])).toMatchObject({
    target: { base: "https://x.example/scim", token: "t" },
  });
});

test("--app names the dialect of Okta, --connection a profile of the local Rollcall", () => {
  const args = ["--idp=okta", "--users=3", "--groups=0"];
  expect(parseOptions(args)).toMatchObject({ dialect: "oin", connection: undefined });
  expect(parseOptions([...args, "--app=wizard", "--connection=strict"])).toMatchObject({
    dialect: "wizard",
    connection: "strict",
    target: undefined,
  });
});

test.each([
  [["--idp=nobody", "--users=3", "--groups=0"], /--idp nobody is unknown\. Known: .*entra/],
  [["--idp=toString", "--users=3", "--groups=0"], /unknown/],
  [["--users=3", "--groups=0"], /--idp is missing/],
  [["--idp=entra", "--users=0", "--groups=0"], /--users is "0"/],
  [["--idp=entra", "--users=1e3", "--groups=0"], /whole number/],
  [["--idp=entra", "--users=3"], /--groups is missing/],
  [[...LEAST, "--base=https://x.example"], /belong together/],
  [[...LEAST, "--base=ftp://x.example", "--token=t"], /http\(s\) URL/],
  [[...LEAST, "--rate=0"], /--rate is "0"/],
  [[...LEAST, "--seed=A B"], /--seed/],
  [[...LEAST, "--dialect=upper"], /entra has: both, default, flag/],
  [[...LEAST, "--what"], /--what/],
  [["--idp=okta", "--users=3", "--groups=0", "--app=aiw"], /okta has: oin, wizard/],
  [
    [...LEAST, "--base=https://x.example", "--token=t", "--connection=entra"],
    /--connection is for the local Rollcall/,
  ],
])("%j is refused", (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

const ABOUT = { idp: "entra", dialect: "both", seed: "1", base: "http://x", users: 5, groups: 2 };

test("the last line, and when a run has succeeded", () => {
  const tally = startTally();
  Object.assign(kindTally(tally, "create user"), { requests: 5 });
  const done = { seconds: 2, differences: [], stopped: undefined };
  const good = summarize(ABOUT, tally, done);
  expect(renderSummary(good).trimEnd().split("\n").at(-1)).toBe(
    "5 users, 2 groups: 5 requests, 0 errors, 0 differences",
  );
  expect(good.requestsPerSecond).toBe(2.5);
  expect(succeeded(good)).toBe(true);
  expect(succeeded(summarize(ABOUT, tally, { ...done, stopped: "gone" }))).toBe(false);
  expect(succeeded(summarize(ABOUT, tally, { ...done, differences: undefined }))).toBe(false);
  const path = "/Users";
  countFailure(tally, { kind: "create user", method: "POST", path, status: "500", detail: "x" });
  const bad = summarize(ABOUT, tally, done);
  expect(succeeded(bad)).toBe(false);
  expect(renderSummary(bad)).toContain("create user: POST /Users: 500 x");
});

test("the first 20 differences are listed and all are counted", () => {
  const differences = Array.from({ length: 30 }, (_, index) => {
    return { of: `user u${index}`, attribute: "title", wanted: "a", found: "b" };
  });
  const summary = summarize(ABOUT, startTally(), { seconds: 1, differences, stopped: undefined });
  const text = renderSummary(summary);
  expect(summary.differences).toBe(30);
  expect(text).toContain("differences (30, the first 20):");
  expect(text).toContain("user u19");
  expect(text).not.toContain("user u20");
});
