/** What is wrong with a token request (RFC 6749 section 5.2). */

export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  /** Section 4.1.2.1 has this one: the issuer's keys are out of reach, nothing is known of the client. */
  | "temporarily_unavailable"
  /** Section 4.1.2.1 too: nobody foresaw it. */
  | "server_error";

/** Thrown inside the room. The description is ASCII without quotes and backslashes, as section 5.2 wants it. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/** One answer for all that doesn't prove a client: an unknown tenant, client or secret, one that expired, a stranger's assertion. */
export function notAuthenticated(
  description = "There is no such client, or its secret or assertion is not valid.",
): OAuthError {
  return new OAuthError("invalid_client", description);
}
