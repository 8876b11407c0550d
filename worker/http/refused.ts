/** Who nobody knows: a line in the log, and never a row. */
import type { Context } from "hono";
import { log, withoutData } from "../scim/log.ts";
import type { LogLine } from "../scim/log.ts";
import type { AppEnv } from "./wiring.ts";

/** Characters of a path at the most: a stranger chose it. */
const LONGEST = 200;

/** A request that was refused before anybody was known to send it. Neither its query nor its credential is told. */
export function logStranger<Env extends AppEnv>(
  c: Context<Env>,
  door: "scim" | "admin" | "oauth",
  more: Pick<LogLine, "claimedTenant" | "status" | "outcome"> = { status: 401 },
): void {
  const path = withoutData(c.req.path).slice(0, LONGEST);
  const address = c.req.header("CF-Connecting-IP");
  const [event, requestId] = [`${door}.refused`, c.get("requestId")];
  log({ event, requestId, ...more, method: c.req.method, path, address });
}
