/** `npm run tenant:place -- --tenant T --shard S`: places a tenant that has no data on a shard, by the management API. */
import { parseArgs } from "node:util";
import { adminApi } from "./local/admin-api.ts";
import { Refusal, readStatePath } from "./local/settings.ts";
import { readObject, stateFiles } from "./local/state.ts";

const USAGE = `npm run tenant:place -- --tenant T --shard S
  --shard main           back to the main database
  --base URL --token T   another Rollcall: base URL of its management API (it ends in /core/iam/v1), and an operator's access token;
                         without them the one that npm start started`;

try {
  process.stdout.write(await placeTenant());
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

async function placeTenant(): Promise<string> {
  const { tenant, shard, base, token } = readArguments();
  if (tenant === undefined || shard === undefined) throw new Refusal(USAGE, 2);
  const call = await openAdmin(base, token);
  const answer = await call({
    method: "POST",
    path: `/tenants/${encodeURIComponent(tenant)}/placement`,
    body: { shard: shard === "main" ? null : shard },
  });
  if (answer.status === 200) return `${tenant} is in ${shard} now.\n`;
  const { detail } = answer.body;
  const reason = typeof detail === "string" ? detail : "no Rollcall answers there";
  throw new Refusal(`${answer.status}: ${reason}`);
}

function readArguments() {
  const text = { type: "string" } as const;
  try {
    const options = { tenant: text, shard: text, base: text, token: text };
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, 2);
  }
}

async function openAdmin(base: string | undefined, token: string | undefined) {
  if (base !== undefined && token !== undefined) return adminApi(base.replace(/\/+$/, ""), token);
  if (base !== undefined || token !== undefined) throw new Refusal(USAGE, 2);
  const { local } = stateFiles(readStatePath(process.env));
  const { adminBaseUrl, adminToken } = (await readObject(local)) ?? {};
  if (typeof adminBaseUrl === "string" && typeof adminToken === "string") {
    return adminApi(adminBaseUrl, adminToken);
  }
  throw new Refusal(`${local} names no management API: run npm start first.`, 2);
}
