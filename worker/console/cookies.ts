/** Cookies of the console: `__Host-` binds them to this host and TLS (RFC 6265bis section 4.1.3.2); scripts never see them. */
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { ConsoleContext } from "./context.ts";

export type CookieName = "session" | "sign-in";

/** Lax, since the way back from the OpenID provider comes from another site. */
const OPTIONS = Object.freeze({
  prefix: "host",
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "Lax",
} as const);

export function readCookie(c: ConsoleContext, name: CookieName): string | undefined {
  return getCookie(c, `rollcall-${name}`, "host");
}

/** Until the browser is closed, or for so many seconds. */
export function writeCookie(
  c: ConsoleContext,
  name: CookieName,
  value: string,
  maxAge?: number,
): void {
  const options = maxAge === undefined ? OPTIONS : { ...OPTIONS, maxAge };
  setCookie(c, `rollcall-${name}`, value, options);
}

export function clearCookie(c: ConsoleContext, name: CookieName): void {
  deleteCookie(c, `rollcall-${name}`, OPTIONS);
}
