/** What every response says to whoever shows it; no route allows other origins, so there is no header of CORS. */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./wiring.ts";

const ALWAYS: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cache-Control", "no-store"],
];
const OVER_TLS = ["Strict-Transport-Security", "max-age=31536000"] as const;

/** What a route says itself stays. */
export const secureHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const isSecure = new URL(c.req.url).protocol === "https:";
  for (const [name, value] of isSecure ? [...ALWAYS, OVER_TLS] : ALWAYS) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};
