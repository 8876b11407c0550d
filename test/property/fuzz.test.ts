/** A part of what `npm run fuzz` sends, in the runtime itself. */
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { judgeAnswer } from "../../scripts/fuzz/judge.ts";
import { fillIn, mutateRequest, requestsIn } from "../../scripts/fuzz/mutate.ts";
import { startRandom } from "../../scripts/simulate/random.ts";
import { readJson } from "../../worker/scim/json.ts";
import { makeTenant, user } from "../support/tenant.ts";
import type { Tenant } from "../support/tenant.ts";

const FILES = {
  ...import.meta.glob("../idp/**/*.json", { eager: true, import: "default" }),
  ...import.meta.glob("../rfc/*.json", { eager: true, import: "default" }),
};
const CORPUS = Object.values(FILES).flatMap((file) => requestsIn(readJson(JSON.stringify(file))));
const COUNT = Number(env.LAWS_RUNS) * 2;

it(
  "whatever is sent, nobody is answered a 5xx, a stack, SQL or a secret",
  async () => {
    expect(CORPUS.length).toBeGreaterThan(300);
    const tenants = [await makeTenant("generic"), await makeTenant("strict")] as const;
    const ids: string[] = [];
    for (const tenant of tenants) ids.push((await tenant.post("/Users", user("first"))).body.id);
    const other = await makeTenant();
    await other.post("/Users", user("untouched"));
    const random = startRandom("fuzz", COUNT);
    for (let run = 0; run < COUNT; run += 1) {
      const recorded = CORPUS[random.below(CORPUS.length)] ?? CORPUS[0];
      if (recorded === undefined) throw new Error("no recorded request");
      const tenant = random.pick(tenants);
      const problem = await send(tenant, mutateRequest(fillIn(recorded, ids, random), random));
      expect(problem).toBeUndefined();
    }
    const { body } = await other.get("/Users");
    expect(body.Resources.map((each: { userName: string }) => each.userName)).toEqual([
      "untouched",
    ]);
  },
  60_000 + COUNT * 50,
);

async function send(
  { base, token }: Tenant,
  request: ReturnType<typeof mutateRequest>,
): Promise<string | undefined> {
  const { method, path, headers, body } = request;
  const response = await exports.default.fetch(
    new Request(`${base}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    }),
  );
  const sent = `${method} ${path} ${JSON.stringify(headers)} ${String(body)}`;
  const type = response.headers.get("content-type") ?? "";
  const answer = { status: response.status, type, text: await response.text() };
  const problem = judgeAnswer(answer, { sent, secrets: [token] });
  return problem && `${problem}: ${sent.slice(0, 1000)}`;
}
