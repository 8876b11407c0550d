/** scim-sanity's probe in its strict mode: the life of a user and of a group, search, errors. */
import { isObject, parseObject } from "../local/state.ts";
import type { Check, Outcome, Tool } from "./check.ts";

const OUTCOMES: Readonly<Record<string, Outcome>> = Object.freeze({
  pass: "passed",
  warn: "warned",
  fail: "failed",
  error: "failed",
  skip: "skipped",
});

export const SCIM_SANITY = Object.freeze<Tool>({
  name: "scim-sanity",
  script: "scim-sanity",
  args: ({ base, token }) => {
    const agreed = ["--strict", "--i-accept-side-effects", "--json-output"];
    return ["probe", base, "--token", token, ...agreed];
  },
  env: () => ({}),
  readChecks,
});

function readChecks(output: string): Check[] {
  const results = parseObject(output)?.["results"];
  return Array.isArray(results) ? results.map(readCheck) : [];
}

/** A status that it doesn't have today is no pass. */
function readCheck(result: unknown): Check {
  const { name, status, message } = isObject(result) ? result : {};
  return {
    name: String(name),
    outcome: OUTCOMES[String(status)] ?? "failed",
    message: typeof message === "string" ? message : "",
  };
}
