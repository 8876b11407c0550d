/** Errors of the management API: problem details (RFC 9457) with the type about:blank, so the title is the status's. */
import * as v from "valibot";
import { StoreUnavailable } from "../execute/store.ts";
import { errorText, log } from "../scim/log.ts";

export const PROBLEM_STATUSES = Object.freeze([
  400, 401, 403, 404, 405, 409, 413, 415, 500, 503,
] as const);
export type ProblemStatus = (typeof PROBLEM_STATUSES)[number];

export const TITLES: Readonly<Record<ProblemStatus, string>> = Object.freeze({
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  503: "Service Unavailable",
});

/** One attribute of the request that is not as it should be. */
const INPUT_ERROR = v.strictObject({
  attribute: v.pipe(v.string(), v.description("dotted path; '' for the whole")),
  detail: v.string(),
});
export type InputError = Readonly<v.InferOutput<typeof INPUT_ERROR>>;

/** RFC 9457 section 3.1, with `errors` or `requestId` as extensions. */
export const PROBLEM = v.strictObject({
  type: v.literal("about:blank"),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.string(),
  errors: v.optional(v.array(INPUT_ERROR)),
  requestId: v.optional(v.string()),
});

export interface ProblemMore {
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly InputError[];
  readonly requestId?: string;
}

/** Thrown inside the room; the app's error handler renders it. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: ProblemStatus;
  readonly more: ProblemMore;

  constructor(status: ProblemStatus, detail: string, more: ProblemMore = {}) {
    super(detail);
    this.status = status;
    this.more = more;
  }
}

/** What is wrong with one attribute of the body, or one parameter of the query. */
export function inputProblem(attribute: string, detail: string): ProblemError {
  return new ProblemError(400, `${attribute}: ${detail}`, { errors: [{ attribute, detail }] });
}

/** Of what was tried several times, and found each time that another had written in between. */
export function othersWrite(): ProblemError {
  const headers = { "retry-after": "1" };
  return new ProblemError(503, "others write at the same time; try again", { headers });
}

export interface Problem extends Readonly<v.InferOutput<typeof PROBLEM>> {
  readonly status: ProblemStatus;
}

export function problemBody({ status, message, more }: ProblemError): Problem {
  const { errors, requestId } = more;
  return {
    type: "about:blank",
    title: TITLES[status],
    status,
    detail: message,
    ...(errors !== undefined && { errors: [...errors] }),
    ...(requestId !== undefined && { requestId }),
  };
}

export function renderProblem(problem: ProblemError): Response {
  return new Response(JSON.stringify(problemBody(problem)), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...problem.more.headers,
    },
  });
}

/** The text of an error that nobody foresaw stays in the log. */
export function problemOf(error: unknown, requestId: string): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StoreUnavailable) {
    log({ event: "store.unavailable", requestId, error: errorText(error.cause ?? error) });
    const headers = { "retry-after": "2" };
    const detail = "the database is busy; read before you try again";
    return new ProblemError(503, detail, { headers, requestId });
  }
  log({ event: "admin.failed", requestId, error: errorText(error) });
  return new ProblemError(500, "something went wrong here", { requestId });
}
