import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

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
                ROLLCALL_SECRET: "bm90LWEtc2VjcmV0LWZvci10ZXN0cy1vbmx5LTMyLWI=",
                MIGRATIONS: await readD1Migrations("schema/migrations"),
              },
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts"],
          exclude: ["test/scripts/**", "test/e2e/**"],
          setupFiles: ["test/support/migrate.ts"],
        },
      },
      {
        test: { name: "node", include: ["test/scripts/**/*.test.ts"], testTimeout: 60_000 },
      },
    ],
  },
});
