/** Errors of the management API: problem details (RFC 9457) with the type about:blank, so the title is the status's. */

const TITLES = Object.freeze({
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

export type ProblemStatus = keyof typeof TITLES;

/** One attribute of the request that is not as it should be. */
export interface InputError {
  /** Dotted path of the attribute; '' for the whole. */
  readonly attribute: string;
  readonly detail: string;
}

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

/** RFC 9457 section 3.1, with `errors` or `requestId` as extensions. */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: ProblemStatus;
  readonly detail: string;
  readonly errors?: readonly InputError[];
  readonly requestId?: string;
}

export function problemBody({ status, message, more }: ProblemError): Problem {
  const { errors, requestId } = more;
  return {
    type: "about:blank",
    title: TITLES[status],
    status,
    detail: message,
    ...(errors !== undefined && { errors }),
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
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ event: "admin.error", requestId, text }));
  return new ProblemError(500, "something went wrong here", { requestId });
}
