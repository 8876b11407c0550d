/** Forms: their fields, and the proof that they were sent from a page of this session (OWASP: synchronizer token, and Origin). */
import type { ConsoleContext } from "./context.ts";
import { PageError } from "./page.ts";

export type Fields = Readonly<Record<string, string>>;

/** Largest form, in bytes. */
export const MAX_FORM = 262_144;

/** The fields of a form, each by its last value; files are none. */
export async function readFields(c: ConsoleContext): Promise<Fields> {
  const form = await c.req.formData();
  const fields: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === "string")
      Object.defineProperty(fields, name, { value, enumerable: true, configurable: true });
  }
  return fields;
}

/** @throws PageError 403 where the request comes from another site */
export function requireSameOrigin(c: ConsoleContext): void {
  const origin = c.req.header("Origin");
  const site = c.req.header("Sec-Fetch-Site");
  const isForeign =
    (origin !== undefined && origin !== new URL(c.req.url).origin) ||
    (site !== undefined && site !== "same-origin" && site !== "none");
  if (isForeign) throw new PageError(403, "This form was sent from another site.");
}

/** @throws PageError 403 where the form isn't from a page of this session */
export function requireCsrf(fields: Fields, csrf: string): void {
  if (fields["csrf"] !== csrf) {
    throw new PageError(
      403,
      "This form belongs to another session. Open the page again, and send it from there.",
    );
  }
}
