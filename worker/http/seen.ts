/** What a request says of the IdP that sends it. */
import { USER_AGENTS } from "../../schema/profiles.ts";
import type { Profile } from "../../schema/provider.ts";

/** The profile that the request looks like; undefined where it doesn't tell. */
export function profileSeen({ headers }: Request): Profile | undefined {
  const userAgent = headers.get("user-agent");
  const known = USER_AGENTS.find(([, pattern]) =>
    userAgent === null ? pattern === null : (pattern?.test(userAgent) ?? false),
  );
  return known?.[0];
}
