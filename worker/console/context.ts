/** What a request of the console carries from one step to the next. */
import type { Context } from "hono";
import type { AppEnv } from "../http/wiring.ts";
import type { Session } from "./session.ts";

export interface ConsoleEnv {
  Variables: AppEnv["Variables"] & {
    /** Undefined where nobody is signed in. */
    session: Session | undefined;
  };
}

export type ConsoleContext = Context<ConsoleEnv>;
