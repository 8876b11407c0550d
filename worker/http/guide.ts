/** The page that errors refer to: what each scimType means and what helps. */
import { ERROR_GUIDE, renderErrorGuide } from "../render/error-guide.ts";
import type { ScimContext } from "./context.ts";

/** Its URI, where this request came in. */
export function guideOf(c: ScimContext): string {
  return new URL(ERROR_GUIDE, c.req.url).href;
}

export function getErrorGuide(): Response {
  return new Response(renderErrorGuide(), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "public, max-age=3600",
    },
  });
}
