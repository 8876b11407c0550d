/** What a SCIM request carries from one step to the next. */
import type { Context } from "hono";
import type { ResourceType } from "../../schema/attribute.ts";
import type { Cost, Store } from "../execute/store.ts";
import type { Leniency } from "../parse/quirks.ts";
import type { Json } from "../scim/json.ts";
import type { Fault } from "../scim/fault.ts";
import type { Claim, Principal } from "../scim/principal.ts";
import type { ShowingClient } from "./auth-failures.ts";
import type { AppEnv } from "./wiring.ts";

export interface ScimEnv {
  Variables: AppEnv["Variables"] & {
    types: readonly ResourceType[];
    /** The base URL of this request, without a slash at its end. */
    base: string;
    /** Undefined where a request needs none and brought none. */
    claim: Claim | undefined;
    /** Who shows a credential from where; undefined where nobody counts. */
    client: ShowingClient | undefined;
    /** Undefined until it is proven: the token row was seen, or a change was written for it. */
    principal: Principal | undefined;
    /** Who it is by what this isolate saw a moment ago, where that was taken for granted. */
    presumed: Principal | undefined;
    /** The claimed tenant's; there is none without a claim. */
    store: Store;
    cost: Cost;
    /** The body, from when it is asked for on. */
    reading: Promise<Json> | undefined;
    /** The body, once it was read. */
    body: Json | undefined;
    /** What the request was forgiven so far. */
    leniency: Leniency;
    /** Why it was refused, as a whole or in part. */
    fault: Fault | undefined;
    /** Whether it changed something. */
    hasChanged: boolean;
  };
}

export type ScimContext = Context<ScimEnv>;
export type Handler = (c: ScimContext) => Promise<Response>;
