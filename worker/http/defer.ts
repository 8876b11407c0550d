/** Work that goes on after the answer. */
import type { Context } from "hono";
import { errorText, log } from "../scim/log.ts";
import type { AppEnv } from "./wiring.ts";

/** Lets work go on after the answer where the runtime can, and waits for it where not. It never rejects: what fails is in the log. */
export type Defer = (work: Promise<unknown>) => Promise<void>;

/** Env is whatever the app's variables are among. */
export function deferOf<Env extends AppEnv>(c: Context<Env>): Defer {
  return async (work) => {
    const logged = work.catch((error: unknown) => logFailure(c.get("requestId"), error));
    const context = executionContext(c);
    if (context === undefined) await logged;
    else context.waitUntil(logged);
  };
}

/** Hono's getter throws outside the runtime. */
function executionContext<Env extends AppEnv>(
  c: Context<Env>,
): Context["executionCtx"] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

function logFailure(requestId: string, error: unknown): void {
  log({ event: "deferred.failed", requestId, error: errorText(error) });
}
