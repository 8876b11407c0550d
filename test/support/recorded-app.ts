/** The whole app on the tests' database, in the place of the Worker, with each statement that it asks kept. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { accessTokenVerifier } from "../../worker/auth/jwt.ts";
import type { OpenStore } from "../../worker/execute/store.ts";
import { executeWrite } from "../../worker/execute/write.ts";
import { createConsole } from "../../worker/console/console.tsx";
import { createApp } from "../../worker/http/app.ts";
import type { Wiring } from "../../worker/http/wiring.ts";
import type { Statement } from "../../worker/plan/statement.ts";
import { openStore as openRealStore, storesOf } from "./database.ts";
import { openDoor } from "./door.ts";
import { writeContext } from "./writer.ts";
import { ASIDE } from "./aside.ts";

export interface Recording {
  /** Each text once, with the parameters that it was asked with first. */
  readonly statements: ReadonlyMap<string, Statement>;
  readonly openStore: OpenStore;
}

/** From now on, this test file's requests go to the recorded app. */
export function record(): Recording {
  const statements = new Map<string, Statement>();
  const keep = (statement: Statement): void => {
    if (!statements.has(statement.sql)) statements.set(statement.sql, statement);
  };
  const openStore: OpenStore = (cost) => {
    const store = openRealStore(cost);
    return {
      query(statement) {
        keep(statement);
        return store.query(statement);
      },
      batch(all) {
        for (const statement of all) keep(statement);
        return store.batch(all);
      },
    };
  };
  const context = writeContext(openStore);
  const { d: _private, ...key } = JSON.parse(env.TEST_ADMIN_KEY);
  const verifyAccessToken = accessTokenVerifier({
    issuer: "https://issuer.test",
    audience: "rollcall",
    keys: { kind: "inline", jwks: { keys: [{ ...key, kid: "test", alg: "ES256" }] } },
  });
  const wire = (): Wiring => ({
    ...context,
    failures: undefined,
    stores: storesOf(openStore),
    writerOf: () => ({ ...ASIDE, execute: (request) => executeWrite(request, context) }),
    verifyAccessToken,
    verifyAssertion: () => Promise.reject(new Error("nobody asserts here")),
    secret: env.ROLLCALL_SECRET,
    costHeader: false,
    console: { openId: undefined, verifyLink: undefined, sessions: { idle: 1800, life: 36_000 } },
  });
  const app = createApp<Cloudflare.Env>(RESOURCE_TYPES, wire, createConsole);
  openDoor(async (request) => {
    const execution = createExecutionContext();
    const response = await app.fetch(request, env, execution);
    await waitOnExecutionContext(execution);
    return response;
  });
  return { statements, openStore };
}
