/** What is shown once is in one answer, and nowhere else: no table, no line of the log, no entry of a log. */
import { expect, it, vi } from "vitest";
import { manage } from "../support/admin.ts";
import { dumpTables } from "../support/dump.ts";
import { requestToken } from "../support/oauth.ts";
import { clientOf, makeTenant, ORIGIN, user } from "../support/tenant.ts";
import type { Answer } from "../support/tenant.ts";
import { DB } from "../support/database.ts";

/** All that was printed and answered from here on. */
function listen() {
  const said: string[] = [];
  for (const level of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, level).mockImplementation((...texts) => void said.push(texts.join(" ")));
  }
  const answers: string[] = [];
  const heard = <Given extends Pick<Answer, "status" | "body">>(answer: Given): Given => {
    answers.push(JSON.stringify(answer.body ?? null));
    return answer;
  };
  return { said, answers, heard };
}

/** 32 random bytes in hex: the longest run of hex digits. */
function secretIn(text: string): string {
  const [secret] = /[0-9a-f]{64}/.exec(text) ?? [];
  if (secret === undefined) throw new Error(`no secret in ${text}`);
  return secret;
}

it("tokens, client secrets, set-up links, and whatever a provider's properties hold", async () => {
  const { said, answers, heard } = listen();
  const { id: tenant } = await makeTenant();
  const ask = async (method: string, path: string, body?: Parameters<typeof manage>[2]) =>
    heard(await manage(method, path, { tenant, ...body }));

  const made = (await ask("POST", "/scim", { body: { provider: "idp" } })).body;
  const at = `/oauth/clients/${(await ask("POST", "/oauth/clients", { body: { provider: "idp", displayName: "Client" } })).body.clientId}`;
  const client = (await ask("POST", `${at}/secrets`, { body: {} })).body;
  const link = (await ask("POST", `/tenants/${tenant}/setup-links`, { body: {} })).body;
  const secrets = [made.token, client.secret, link.url].map(secretIn);

  const scim = clientOf(tenant, made.token, `${ORIGIN}/${tenant}/api/scim/v2`);
  const ann = heard(await scim.post("/Users", user("ann", { password: "pa55word" }))).body;
  heard(await scim.patch(`/Users/${ann.id}`, [{ op: "replace", path: "nothing", value: 1 }]));
  heard(
    await scim.patch(`/Users/${ann.id}`, [{ op: "replace", path: "password", value: "pa55word" }]),
  );
  heard(await scim.get('/Users?filter=password eq "pa55word"'));
  heard(await scim.get("/Users", { Authorization: `Bearer ${made.token.slice(0, -1)}x` }));
  heard(await scim.get("/Users", { Authorization: `Bearer ${client.secret}` }));
  const clientId = at.split("/").at(-1) ?? "";
  const granted = await requestToken(tenant, { client_id: clientId, client_secret: client.secret });
  expect(granted.status).toBe(200);
  const refused = await requestToken(tenant, { client_id: "x", client_secret: client.secret });
  expect(refused.status).toBe(401);
  answers.push(granted.text, refused.text);
  heard(await manage("GET", "/activity", { tenant, token: made.token }));
  await ask("POST", "/sso/providers", {
    body: { scheme: "other", properties: { clientSecret: "pa55word" } },
  });
  for (const path of ["/scim", `${at}/secrets`, `/tenants/${tenant}/setup-links`]) {
    await ask("GET", path);
  }
  await expect
    .poll(async () => (await ask("GET", "/activity")).body.items.length)
    .toBeGreaterThan(2);
  await ask("GET", "/audit");
  await ask("DELETE", `/scim/${made.id}`);
  await ask("DELETE", `${at}/secrets/${client.id}`);
  await ask("DELETE", `/tenants/${tenant}/setup-links/${link.id}`);
  await ask("GET", "/audit");

  const tables = JSON.stringify(await dumpTables());
  expect(tables).toContain(clientId);
  for (const door of ["scim", "admin", "oauth"]) {
    expect(said.join("\n")).toContain(`"${door}.refused"`);
  }
  for (const secret of secrets) {
    expect(answers.filter((answer) => answer.includes(secret))).toHaveLength(1);
    expect(tables).not.toContain(secret);
    expect(said.join("\n")).not.toContain(secret);
  }
  const rows = DB.prepare(
    "SELECT * FROM activity UNION ALL SELECT NULL, id, at, actor, address, operation, target, detail, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM audit",
  );
  const logs = JSON.stringify((await rows.all()).results);
  expect(logs).toContain("DELETE /scim/{id}");
  expect(logs).not.toContain("pa55word");
  expect(said.join("\n")).not.toContain("pa55word");
});
