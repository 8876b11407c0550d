/**
 * Runs before each test file. A D1 is new with its runtime, and then it is migrated; what was applied isn't applied again. sqld was migrated
 * when it started.
 */
import { applyD1Migrations } from "cloudflare:test";
import type { D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type worker from "../../worker/index.ts";
import type { Writer } from "../../worker/execute/writer.ts";

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- the runtime's own types are merged this way
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: { readonly default: typeof worker };
    }
    interface Env {
      readonly DB: D1Database;
      readonly STORE: "d1" | "libsql";
      readonly LIBSQL_URL: string;
      /** Where there are shards: their names and places. */
      readonly SHARDS?: string;
      readonly SHARD_EU: D1Database;
      readonly TENANT_WRITER: { getByName(name: string): Writer };
      readonly MIGRATIONS: D1Migration[];
      /** How many cases each law is tried with. */
      readonly LAWS_RUNS: string;
      /** '1': golden files are written anew instead of compared. */
      readonly UPDATE_GOLDEN: string;
      /** The private JWK of the tests' issuer. */
      readonly TEST_ADMIN_KEY: string;
      readonly ROLLCALL_SECRET: string;
    }
  }
}

if (env.STORE === "d1") await applyD1Migrations(env.DB, env.MIGRATIONS);
if (env.SHARDS !== undefined) await applyD1Migrations(env.SHARD_EU, env.MIGRATIONS);
