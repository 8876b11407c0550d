/** What helps against a refused request, by the status that the log keeps; the guide has more by scimType. */
import { remedyOf } from "../render/error-guide.ts";

const ADVICE: Readonly<Record<number, string>> = Object.freeze({
  400: "The detail says what came and what was expected. Check the attribute mapping in the identity provider; to see the request as Rollcall reads it, paste it into Why?.",
  403: "The connection may not do this: its token may only read, or the connection is disabled, or the tenant is suspended.",
  404: "The identity provider remembers a user or group that isn't here any more. Most look it up again and make it anew with their next full synchronization; Entra does after Restart provisioning.",
  409: remedyOf("uniqueness"),
  412: "The resource was changed since the client read it. The client reads it again and repeats the change.",
  413: "The request is larger than one may be. Send it in several.",
  415: "The client sends no JSON. Its content type should be application/scim+json.",
  429: "Too much at once. The identity provider repeats the request by itself.",
  500: "That is a defect of this service. The operator finds the reason in the log.",
  503: "The service was busy. The identity provider repeats the request by itself.",
});

export function adviceFor(status: number): string {
  return ADVICE[status] ?? "Look at the detail; the guide to errors explains each kind.";
}
