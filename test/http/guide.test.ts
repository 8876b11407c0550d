/** Errors say where to read on, and there is something to read. */
import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { ORIGIN, makeTenant, user } from "../support/tenant.ts";

it("an error with a scimType refers to its section of the guide", async () => {
  const tenant = await makeTenant();
  await tenant.post("/Users", user("ann"));
  for (const { body } of [
    await tenant.get("/Users?filter=x"),
    await tenant.post("/Users", user("ANN")),
    await tenant.post("/Users", user("x", { active: "maybe" })),
    await tenant.get("/Users?cursor=x"),
  ]) {
    const [, uri = "", kind = ""] = /See (\S+)#(\w+)$/.exec(body.detail) ?? [];
    expect(kind).toBe(body.scimType);
    expect(uri).toBe(`${ORIGIN}/docs/errors`);
    const page = await exports.default.fetch(new Request(uri));
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain(`<section id="${kind}">`);
  }
});

it("other errors are told by their status alone", async () => {
  const tenant = await makeTenant();
  expect((await tenant.get("/Users/nobody")).body.detail).toBe("There is no User nobody.");
});
