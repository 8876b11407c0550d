/** What is read from the compliance tools' output, and what of it counts as an error. */
import { describe, expect, it } from "vitest";
import type { Check } from "../../scripts/conformance/check.ts";
import { judge } from "../../scripts/conformance/judge.ts";
import { KNOWN_FAULTS } from "../../scripts/conformance/known-faults.ts";
import { isNewEnough } from "../../scripts/conformance/python.ts";
import { renderTotals, renderVerdict } from "../../scripts/conformance/report.ts";
import { SCIM2_TESTER } from "../../scripts/conformance/scim2-tester.ts";
import { SCIM_SANITY } from "../../scripts/conformance/scim-sanity.ts";

const ID = "01a20e4e-36a6-73af-b3af-6cf5a50016fa";
const MEMBER = `value='${ID}', ref='http://127.0.0.1:1/demo/api/scim/v2/Users/${ID}', type='User'`;
const MEMBERS = `Attribute 'members' was not added or has unexpected value
Patched value: [Members(${MEMBER}, display=None)]
Returned value: [Members(${MEMBER}, display='Ada')]`;

describe("scim2-tester's output", () => {
  it("is checks, each with a reason of several lines", () => {
    const output = `Performing a SCIM compliance check on http://127.0.0.1:1/ ...
SUCCESS service_provider_config_endpoint
SUCCESS random_url
  GET /x correctly returned 404
ERROR check_add_attribute
  Attribute 'members' was not added
Patched value: 1
DEVIATION object_query
SKIPPED object_creation
`;
    expect(SCIM2_TESTER.readChecks(output)).toEqual([
      { name: "service_provider_config_endpoint", outcome: "passed", message: "" },
      { name: "random_url", outcome: "passed", message: "GET /x correctly returned 404" },
      {
        name: "check_add_attribute",
        outcome: "failed",
        message: "Attribute 'members' was not added\nPatched value: 1",
      },
      { name: "object_query", outcome: "warned", message: "" },
      { name: "object_creation", outcome: "skipped", message: "" },
    ]);
  });

  it("without checks gives none", () => {
    expect(SCIM2_TESTER.readChecks("Traceback (most recent call last):\n  File x\n")).toEqual([]);
  });
});

describe("scim-sanity's output", () => {
  it("is JSON; a status that is unknown is no pass", () => {
    const results = [
      { name: "POST /Users", status: "pass", phase: "Phase 2" },
      { name: "PUT /Users/{id}", status: "fail", message: "Expected HTTP 200, got 405" },
      { name: "Agent", status: "skip" },
      { name: "x", status: "new" },
      "y",
    ];
    const checks = SCIM_SANITY.readChecks(JSON.stringify({ summary: {}, results }));
    expect(checks.map(({ outcome }) => outcome)).toEqual([
      "passed",
      "failed",
      "skipped",
      "failed",
      "failed",
    ]);
    expect(checks[1]?.message).toBe("Expected HTTP 200, got 405");
  });

  it.each(["", "{}", "[]", "no JSON"])("gives no check for %j", (output) => {
    expect(SCIM_SANITY.readChecks(output)).toEqual([]);
  });
});

describe("judge", () => {
  const failed = (name: string, message: string): Check => ({ name, outcome: "failed", message });

  it("sets the tool's own faults apart and counts all", () => {
    const checks: Check[] = [
      { name: "random_url", outcome: "passed", message: "" },
      failed("check_add_attribute", MEMBERS),
    ];
    const verdict = judge({ tool: "scim2-tester", checks, exitCode: 1 }, KNOWN_FAULTS);
    expect(verdict.errors).toEqual([]);
    expect(verdict.forgiven).toHaveLength(1);
    expect(renderTotals(verdict)).toBe(
      "scim2-tester: 2 checks: 1 passed, 1 failed (1 of them the tool's own fault), 0 warnings, 0 skipped; 0 errors",
    );
    expect(verdict.unseen.length).toBeGreaterThan(0);
    expect(renderVerdict(verdict)).toContain("no longer reported  check_replace_attribute");
  });

  it.each([
    ["another member", "check_add_attribute", MEMBERS.replace(ID, "01a20e4e")],
    ["no member", "check_add_attribute", MEMBERS.replace(/Returned.*/, "Returned value: None")],
    ["another check", "check_remove_attribute", MEMBERS],
    ["more than the known difference", "check_add_attribute", `${MEMBERS}\nmore`],
  ])("keeps %s as an error", (_, name, message) => {
    const run = { tool: "scim2-tester", checks: [failed(name, message)], exitCode: 1 };
    const verdict = judge(run, KNOWN_FAULTS);
    expect(verdict.errors).toEqual([{ name, outcome: "failed", message }]);
    expect(renderVerdict(verdict)).toContain(`ERROR    ${name}`);
  });

  it("keeps a fault that is another tool's as an error", () => {
    const run = { checks: [failed("check_add_attribute", MEMBERS)], exitCode: 1 };
    expect(judge({ tool: "scim-sanity", ...run }, KNOWN_FAULTS).errors).toHaveLength(1);
  });

  it("refuses a run that proves nothing", () => {
    const passed: Check = { name: "x", outcome: "passed", message: "" };
    const tool = "scim-sanity";
    expect(() => judge({ tool, checks: [], exitCode: 0 }, [])).toThrow("reported no check");
    expect(() => judge({ tool, checks: [passed], exitCode: 2 }, [])).toThrow("ended with 2");
  });
});

it("every known fault has the RFC's sentence and matches a whole message", () => {
  expect(KNOWN_FAULTS.length).toBeGreaterThan(0);
  for (const { rfc, message } of KNOWN_FAULTS) {
    expect(rfc).toMatch(/^RFC \d+ section [\d.]+.*".+"/);
    expect(message.source).toMatch(/^\^.*\$$/s);
  }
});

it.each([
  ["3.11", true],
  ["3.14", true],
  ["4.0", true],
  ["3.10", false],
  ["2.7", false],
  ["", false],
])("Python %s is new enough: %s", (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});
