import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { exportJWK, generateKeyPair } from "jose";
import { defineConfig } from "vitest/config";
import type { TestProjectInlineConfiguration } from "vitest/config";

/** The issuer of the tests' access tokens; its key lives for one run. */
const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const publicJwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "ES256" };

const BINDINGS = {
  ADMIN_ISSUER: "https://issuer.test",
  ADMIN_AUDIENCE: "rollcall",
  ADMIN_JWKS: JSON.stringify({ keys: [publicJwk] }),
  COST_HEADER: "1",
  ROLLCALL_SECRET: "bm90LWEtc2VjcmV0LWZvci10ZXN0cy1vbmx5LTMyLWI=",
  LAWS_RUNS: process.env["LAWS_RUNS"] ?? "500",
  UPDATE_GOLDEN: process.env["UPDATE_GOLDEN"] ?? "",
  MIGRATIONS: await readD1Migrations("schema/migrations"),
  TEST_ADMIN_KEY: JSON.stringify(await exportJWK(privateKey)),
};

/** What needs no database, and has none. */
const PURE = [
  "test/auth/**/*.test.ts",
  "test/parse/**/*.test.ts",
  "test/plan/{diff,members,patch,patch-required,patch-values,rows}.test.ts",
  "test/property/{diff,patch,resource}.test.ts",
];
const SHARDED = ["test/shards/**/*.test.ts"];
const NODE = ["test/scripts/**/*.test.ts"];

interface Project {
  readonly name: string;
  /** The engine of the main database. */
  readonly store: "d1" | "libsql" | "none";
  /** Whether there are shards: one on each engine. */
  readonly sharded?: boolean;
  /** Whether each file has a runtime and databases of its own; else there is one for each core, and files share it one after another. */
  readonly isolate?: boolean;
  readonly include: string[];
  readonly exclude?: string[];
}

/** Tests that run in workerd, on real databases and real Durable Objects. */
function workerd(project: Project): TestProjectInlineConfiguration {
  const { name, store, sharded = false, isolate = false, include, exclude = [] } = project;
  const needsSqld = store === "libsql" || sharded;
  let started = 0;
  return {
    plugins: [
      // Called as each runtime starts.
      cloudflareTest(({ inject }) => ({
        main: needsSqld ? "./worker/index-libsql.ts" : "./worker/index.ts",
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: {
          bindings: {
            ...BINDINGS,
            STORE: store,
            ...(needsSqld && { LIBSQL_URL: nextOf(inject("libsqlMains"), started++) }),
            ...(sharded && {
              SHARDS: JSON.stringify({ eu: "SHARD_EU", far: inject("libsqlShard") }),
            }),
          },
        },
      })),
    ],
    test: {
      name,
      include,
      exclude,
      isolate,
      testTimeout: 30_000,
      ...(needsSqld && { globalSetup: ["test/global/sqld.ts"] }),
      setupFiles: [
        "test/support/restore.ts",
        ...(store === "none" ? [] : ["test/support/migrate.ts"]),
      ],
    },
  };
}

/** Each runtime gets the next, and is alone with it: the writes of two would wait for each other. */
function nextOf(urls: readonly string[], index: number): string {
  const url = urls[index % urls.length];
  if (url === undefined) throw new Error("no sqld was started");
  return url;
}

/**
 * These can't share a runtime, on either engine: they look at the whole database, or run another file's tests on a database that fails, and a
 * runtime evaluates a module once.
 */
const ALONE = [
  "test/admin/retention.test.ts",
  "test/admin/secrets.test.ts",
  "test/admin/sweep.test.ts",
  "test/console/sweep.test.ts",
  "test/faults/**/*.test.ts",
  "test/http/foreign-ids.test.ts",
  "test/http/open-routes.test.ts",
  "test/http/tenancy.test.ts",
];

/** D1's own: it makes and migrates an empty database step by step. libSQL's migrations are tested in test/scripts. */
const D1_ONLY = ["test/execute/upgrades.test.ts"];

/** All but the pure ones run on each engine: the same files, the same tests. */
const STORED = {
  include: ["test/**/*.test.ts"],
  exclude: [...PURE, ...SHARDED, ...NODE, ...ALONE, ...D1_ONLY, "test/e2e/**"],
};

export default defineConfig({
  test: {
    // What is logged belongs to the tests that fail.
    silent: "passed-only",
    // By default one core less; but the main process has little to do.
    maxWorkers: "100%",
    projects: [
      workerd({ name: "pure", store: "none", include: PURE }),
      workerd({ name: "d1", store: "d1", ...STORED }),
      workerd({ name: "d1:alone", store: "d1", isolate: true, include: [...ALONE, ...D1_ONLY] }),
      workerd({ name: "libsql", store: "libsql", ...STORED }),
      workerd({ name: "libsql:alone", store: "libsql", isolate: true, include: ALONE }),
      workerd({ name: "d1-sharded", store: "d1", sharded: true, include: SHARDED }),
      workerd({ name: "libsql-sharded", store: "libsql", sharded: true, include: SHARDED }),
      { test: { name: "node", include: NODE, testTimeout: 60_000 } },
    ],
  },
});
