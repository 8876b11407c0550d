/** What a call brings: the JSON body (RFC 8259) and the query, checked against a valibot schema. */
import type { HonoRequest } from "hono";
import * as v from "valibot";
import { PROVIDER } from "../../schema/provider.ts";
import { ProblemError } from "./problem.ts";
import type { InputError } from "./problem.ts";

/** Of an object: a query, a body, an answer. */
export type Schema = v.GenericSchema<object, object>;

/** Largest body, in bytes. */
export const MAX_BODY = 65_536;

/** A name for people to read: not blank, without control characters and lone surrogates. */
export const DISPLAY_NAME = v.pipe(
  v.string(),
  v.maxLength(200, "must have 200 characters at most"),
  v.regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]+$/u, "must be text that is not blank, on one line"),
);

/** The output of the schema. @throws ProblemError 400 that names what is wrong */
export function parseInput<Input extends Schema>(
  schema: Input,
  input: unknown,
): v.InferOutput<Input> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const errors = result.issues.map(inputError);
  const detail = errors.map((each) => `${each.attribute}: ${each.detail}`).join("; ");
  throw new ProblemError(400, detail, { errors });
}

export async function readBody(request: HonoRequest): Promise<unknown> {
  const type = request.header("Content-Type") ?? "";
  if (type.split(";")[0]?.trim().toLowerCase() !== "application/json") {
    throw new ProblemError(415, "the body must be application/json");
  }
  const body = parseJson(await request.arrayBuffer());
  // valibot's objects take lists too.
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ProblemError(400, "the body must be a JSON object");
  }
  return body;
}

function parseJson(bytes: ArrayBuffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw new ProblemError(400, "the body is not JSON in UTF-8");
  }
  if (!isShallow(value, PROVIDER.maxBodyDepth)) {
    throw new ProblemError(400, `the body is nested deeper than ${PROVIDER.maxBodyDepth} levels`);
  }
  return value;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

function inputError(issue: v.BaseIssue<unknown>): InputError {
  return { attribute: v.getDotPath(issue) ?? "", detail: detailOf(issue) };
}

/** valibot's own words for a missing or unknown attribute are about keys and `never`. */
function detailOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== "strict_object") return issue.message;
  return issue.expected === "never" ? "is unknown" : "is required";
}
