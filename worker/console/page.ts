/** A page of the console as data: its path, who may see it, and the function that answers. */
import type { Child } from "hono/jsx";
import type { ConsoleContext } from "./context.ts";
import type { Session } from "./session.ts";

/**
 * Who may: anybody; whoever is signed in; who connects an IdP for the tenant of the path (also by a set-up link); the tenant's
 * administrators; operators.
 */
export type Access = "open" | "session" | "setup" | "tenant" | "operator";

export interface Page {
  readonly method: "GET" | "POST";
  /** As Hono writes paths; `:tenant` is the tenant's id. */
  readonly path: string;
  readonly access: Access;
  /** Largest form in bytes, where it isn't the usual one. */
  readonly maxForm?: number;
  readonly answer: (c: ConsoleContext) => Promise<Response> | Response;
}

export const CONSOLE = "/console";

export function tenantPath(tenant: string): string {
  return `${CONSOLE}/t/${tenant}`;
}

/** Thrown inside the room; becomes a page that says so. */
export class PageError extends Error {
  override readonly name = "PageError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The session, where the page's access says that there is one. @throws PageError 401 */
export function sessionOf(c: ConsoleContext): Session {
  const session = c.get("session");
  if (session === undefined) throw new PageError(401, "Sign in to see this page.");
  return session;
}

/** The tenant of the path; the guard has seen that the session may be there. */
export function tenantOf(c: ConsoleContext): string {
  return c.req.param("tenant") ?? "";
}

/** What a component may hold. */
export type Content = Child;
