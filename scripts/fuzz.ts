/** `npm run fuzz -- --count 100000`: requests that nobody should send, against the Rollcall that runs here; none may be answered unexpectedly. */
import { parseArgs } from "node:util";
import { readCorpus } from "./fuzz/corpus.ts";
import { judgeAnswer } from "./fuzz/judge.ts";
import { fillIn, mutateRequest } from "./fuzz/mutate.ts";
import type { FuzzRequest } from "./fuzz/mutate.ts";
import { openTargets } from "./fuzz/targets.ts";
import type { FuzzTarget } from "./fuzz/targets.ts";
import { openProgress } from "./simulate/progress.ts";
import { startRandom } from "./simulate/random.ts";
import type { Random } from "./simulate/random.ts";

/** Longer than any answer may take. */
const HANG_MS = 30_000;
/** Ids of resources that are kept to be asked for. */
const MOST_IDS = 200;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "16" },
  },
});
const count = Number(values.count);
const corpus = readCorpus();
const { targets, close } = await openTargets(process.env);
const secrets = targets.map(({ token }) => token);
const progress = openProgress(process.stderr);
const statuses = new Map<number, number>();
const unexpected: string[] = [];
const ids: string[] = [];
let sent = 0;

progress.grow(count);
progress.enter("fuzzing", count);
await Promise.all(Array.from({ length: Number(values.concurrency) }, (_, worker) => work(worker)));
progress.stop();
await close();
report();

async function work(worker: number): Promise<void> {
  const random = startRandom(values.seed, worker);
  while (sent < count) {
    sent += 1;
    await one(random);
    progress.advance();
  }
}

async function one(random: Random): Promise<void> {
  const [first] = targets;
  const target = targets[random.below(targets.length)] ?? first;
  const recorded = corpus[random.below(corpus.length)];
  if (target === undefined || recorded === undefined)
    throw new Error("nothing to send, or to send it to");
  const request = mutateRequest(fillIn(recorded, ids, random), random);
  const asText = `${request.method} ${request.path} ${JSON.stringify(request.headers)} ${textOf(request.body)}`;
  const problem = await send(target, request, asText).catch(
    (error: unknown) => `no answer: ${String(error)}`,
  );
  if (problem !== undefined) unexpected.push(`${problem}\n  ${asText.slice(0, 1500)}`);
}

async function send(
  target: FuzzTarget,
  request: FuzzRequest,
  asText: string,
): Promise<string | undefined> {
  const { method, path, headers, body } = request;
  const response = await fetch(`${target.base}${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${target.token}` },
    redirect: "manual",
    signal: AbortSignal.timeout(HANG_MS),
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const { status } = response;
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const id = /\/([0-9a-f-]{36})$/.exec(response.headers.get("location") ?? "")?.[1];
  if (id !== undefined && ids.length < MOST_IDS) ids.push(id);
  const type = response.headers.get("content-type") ?? "";
  return judgeAnswer({ status, type, text }, { sent: asText, secrets });
}

function textOf(body: FuzzRequest["body"]): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (body ?? "");
}

function report(): void {
  const told = [...statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, number]) => `${status}: ${number}`);
  console.log(
    `${sent} inputs, ${unexpected.length} unexpected answers (seed ${values.seed})\n${told.join("  ")}`,
  );
  for (const each of unexpected.slice(0, 20)) console.log(each);
  if (unexpected.length > 0 || statuses.size === 0) process.exitCode = 1;
}
