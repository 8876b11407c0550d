/** Fault to SCIM error: status, scimType, detail and headers (RFC 7644 section 3.12). */
import type { Fault } from "../scim/fault.ts";
import type { JsonObject } from "../scim/json.ts";
import { MESSAGES } from "../scim/urn.ts";

export interface RenderedFault {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

const NOT_DONE = "The service is busy; the request was not carried out.";
const UNKNOWN =
  "The service is busy; whether the request was carried out could not be found out yet.";

/** `guide` is the URI of the page that explains each scimType. */
export function renderFault(fault: Fault, guide: string): RenderedFault {
  switch (fault.kind) {
    case "invalidFilter":
    case "tooMany":
    case "mutability":
    case "invalidSyntax":
    case "invalidPath":
    case "noTarget":
    case "invalidValue":
    case "invalidVers":
    case "invalidCursor":
    case "expiredCursor":
    case "invalidCount":
      return error(400, withReference(fault, guide), fault.kind);
    case "sensitive":
      return error(403, withReference(fault, guide), fault.kind);
    case "uniqueness":
      return error(409, withReference(fault, guide), fault.kind);
    case "unauthenticated":
      return {
        ...error(401, "The request has no valid SCIM token for this tenant."),
        headers: { "WWW-Authenticate": "Bearer" },
      };
    case "forbidden":
      return error(403, fault.detail);
    case "notFound":
      return error(404, fault.detail);
    case "conflict":
      return error(409, fault.detail);
    case "methodNotAllowed":
      return {
        ...error(405, `This endpoint allows ${fault.allow.join(", ")}.`),
        headers: { Allow: fault.allow.join(", ") },
      };
    case "unsupportedMediaType":
      return error(
        415,
        `The body must be application/scim+json or application/json, not ${fault.received}.`,
      );
    case "unsupportedEncoding":
      // RFC 9110 section 15.5.16: what would do is told.
      return {
        ...error(415, `The body may be encoded with gzip or deflate, not with ${fault.received}.`),
        headers: { "Accept-Encoding": "gzip, deflate" },
      };
    case "payloadTooLarge":
      return error(413, fault.detail);
    case "preconditionFailed":
      return {
        ...error(412, "The resource's version isn't the one that the request asks for."),
        headers: fault.version === null ? {} : { ETag: fault.version },
      };
    case "notImplemented":
      return error(501, fault.detail);
    case "tooManyRequests":
      return later(429, "Too many requests.", fault.retryAfter);
    case "unavailable":
      return later(503, fault.isUnknown ? UNKNOWN : NOT_DONE, fault.retryAfter);
    case "internal":
      return error(500, `Something went wrong; the request's id is ${fault.requestId}.`);
  }
}

/** An administrator reads the detail in the identity provider's log: it says where to read on. */
function withReference({ kind, detail }: { kind: string; detail: string }, guide: string): string {
  return `${detail} See ${guide}#${kind}`;
}

function error(status: number, detail: string, scimType?: string): RenderedFault {
  const body = {
    schemas: [MESSAGES.error],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail,
  };
  return { status, body, headers: {} };
}

function later(status: number, detail: string, seconds: number): RenderedFault {
  return { ...error(status, detail), headers: { "Retry-After": String(seconds) } };
}
