/** The OpenAPI document as it is served; `test/scripts/openapi.test.ts` holds it against the specification. */
import { expect, it, vi } from "vitest";
import { openApiDocument } from "../../worker/admin/openapi.ts";
import { appWith, call } from "./api.ts";

it("is there for anybody, and takes neither the keys nor the database", async () => {
  const app = appWith({
    openStore: () => expect.fail("asked the database"),
    verifyAccessToken: () => expect.fail("asked for a token"),
  });
  for (const as of [null, {}, { exp: 1 }]) {
    const { status, headers, body } = await call("GET", "/openapi.json", { as, app });
    expect([status, headers.get("cache-control")]).toEqual([200, "public, max-age=3600"]);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  }
});

it("knows no other method", async () => {
  const reply = await call("POST", "/openapi.json", { body: {} });
  expect([reply.status, reply.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
});

it("describes what an endpoint takes as it takes it", () => {
  const { paths } = JSON.parse(JSON.stringify(openApiDocument()));
  const { post, get } = paths["/scim"];
  expect(post.requestBody.content["application/json"].schema).toMatchObject({
    properties: { scope: { enum: ["provision", "read"], default: "provision" } },
    required: ["provider"],
    additionalProperties: false,
  });
  const pageSize = get.parameters.find(({ name }: { name: string }) => name === "pageSize");
  expect(pageSize).toEqual({
    name: "pageSize",
    in: "query",
    required: false,
    schema: { type: "integer", minimum: 1, maximum: 100, default: 10 },
  });
  expect(paths["/tenants/{id}"].patch.security).toEqual([
    { accessToken: ["services.iam", "services.iam.operator"] },
  ]);
});

it("a stranger at any other path is in the log, without the token", async () => {
  const log = vi.spyOn(console, "log").mockReturnValue();
  const headers = { authorization: "Bearer not.a.jwt", "CF-Connecting-IP": "192.0.2.7" };
  await call("GET", "/scim?query=x", { as: null, headers });
  expect(log.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
    {
      level: "warn",
      event: "admin.refused",
      requestId: "request-1",
      status: 401,
      method: "GET",
      path: "/core/iam/v1/scim",
      address: "192.0.2.7",
    },
  ]);
});
