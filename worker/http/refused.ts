/** Who nobody knows: a line in the log, and never a row. */
import type { Context } from "hono";
import type { AppEnv } from "./wiring.ts";

/** Characters of a path at the most: a stranger chose it. */
const LONGEST = 200;

/** A request that was refused before anybody was known to send it. Neither its query nor its credential is told. */
export function logStranger<Env extends AppEnv>(
  c: Context<Env>,
  door: "scim" | "admin" | "oauth",
): void {
  const address = c.req.header("CF-Connecting-IP") ?? null;
  const path = c.req.path.slice(0, LONGEST);
  const [event, requestId] = [`${door}.refused`, c.get("requestId")];
  console.log(JSON.stringify({ event, requestId, method: c.req.method, path, address }));
}
