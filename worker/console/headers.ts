/** Headers of every answer of the console: nothing from elsewhere, nothing inline, nobody frames it, nobody keeps it. */
import type { MiddlewareHandler } from "hono";
import type { ConsoleEnv } from "./context.ts";

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Cache-Control only where the page says nothing of its own. */
export const secureHeaders: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set("Content-Security-Policy", POLICY);
  headers.set("X-Content-Type-Options", "nosniff");
  // With no-referrer the browser would send `Origin: null` with our own forms.
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  if (new URL(c.req.url).protocol === "https:") {
    headers.set("Strict-Transport-Security", "max-age=31536000");
  }
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
};
