import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { Hono } from "hono";
import { expect, it, vi } from "vitest";
import { deferOf } from "../../worker/http/defer.ts";
import type { AppEnv } from "../../worker/http/wiring.ts";

/** An app whose one answer leaves this work behind. */
function leaving(work: () => Promise<unknown>): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get("/", async (c) => {
    c.set("requestId", "request-1");
    await deferOf(c)(work());
    return c.text("answered");
  });
  return app;
}

it("goes on after the answer where the runtime lets it", async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let isDone = false;
  const app = leaving(() => promise.then(() => (isDone = true)));
  const context = createExecutionContext();
  expect(await (await app.request("/", {}, {}, context)).text()).toBe("answered");
  expect(isDone).toBe(false);
  resolve(undefined);
  await waitOnExecutionContext(context);
  expect(isDone).toBe(true);
});

it("is waited for where not", async () => {
  let isDone = false;
  await leaving(async () => (isDone = true)).request("/");
  expect(isDone).toBe(true);
});

it.each([true, false])("that fails is in the log, and harms no answer", async (hasContext) => {
  const log = vi.spyOn(console, "error").mockReturnValue();
  const app = leaving(() => Promise.reject(new Error("no database")));
  const context = createExecutionContext();
  const response = await app.request("/", {}, {}, hasContext ? context : undefined);
  expect(response.status).toBe(200);
  await waitOnExecutionContext(context);
  expect(log.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
    {
      level: "error",
      event: "deferred.failed",
      requestId: "request-1",
      error: expect.stringMatching(/^Error: no database\n/),
    },
  ]);
  log.mockRestore();
});
