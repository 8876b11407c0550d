import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { exportJWK, generateKeyPair } from "jose";
import { defineConfig } from "vitest/config";

/** The issuer of the tests' access tokens; its key lives for one run. */
const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const publicJwk = { ...(await exportJWK(publicKey)), kid: "test", alg: "ES256" };

/** Two projects: what runs in workerd, with a real D1 and real Durable Objects, and what runs in Node. */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ADMIN_ISSUER: "https://issuer.test",
                ADMIN_AUDIENCE: "rollcall",
                ADMIN_JWKS: JSON.stringify({ keys: [publicJwk] }),
                COST_HEADER: "1",
                ROLLCALL_SECRET: "bm90LWEtc2VjcmV0LWZvci10ZXN0cy1vbmx5LTMyLWI=",
                LAWS_RUNS: process.env["LAWS_RUNS"] ?? "500",
                UPDATE_GOLDEN: process.env["UPDATE_GOLDEN"] ?? "",
                MIGRATIONS: await readD1Migrations("schema/migrations"),
                TEST_ADMIN_KEY: JSON.stringify(await exportJWK(privateKey)),
              },
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts"],
          exclude: ["test/scripts/**", "test/e2e/**"],
          setupFiles: ["test/support/migrate.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: { name: "node", include: ["test/scripts/**/*.test.ts"], testTimeout: 60_000 },
      },
    ],
  },
});
