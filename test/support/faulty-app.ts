/** The whole app with its writers on a database that fails, and a client that comes again as identity providers do. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { RESOURCE_TYPES } from "../../schema/resource-types.ts";
import { withDeadlines } from "../../worker/execute/deadline.ts";
import { WriteQueue } from "../../worker/execute/write-queue.ts";
import { createApp } from "../../worker/http/app.ts";
import { KnownTokens } from "../../worker/http/known-tokens.ts";
import type { Wiring } from "../../worker/http/wiring.ts";
import { FaultyDatabase } from "./faulty-store.ts";
import type { FaultPlan } from "./faulty-store.ts";
import { writeContext } from "./writer.ts";
import { openStore as openRealStore, storesOf } from "./database.ts";

export interface FaultyApp {
  readonly database: FaultyDatabase;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** `more` takes the place of parts of its wiring. */
export function faultyApp(plan?: FaultPlan, more: Partial<Wiring> = {}): FaultyApp {
  const database = new FaultyDatabase(openRealStore, plan);
  const openStore = withDeadlines(database.open);
  const writers = new Map<string, WriteQueue>();
  const context = { ...writeContext(openStore), operationLimit: 0 };
  const known = new KnownTokens();
  const app = createApp<Cloudflare.Env>(RESOURCE_TYPES, () => ({
    ...context,
    stores: storesOf(openStore),
    known,
    writerOf(tenant) {
      const writer = writers.get(tenant) ?? new WriteQueue(context);
      writers.set(tenant, writer);
      return writer;
    },
    verifyAccessToken: () => Promise.reject(new Error("nobody manages here")),
    verifyAssertion: () => Promise.reject(new Error("nobody asserts here")),
    secret: env.ROLLCALL_SECRET,
    costHeader: true,
    console: { openId: undefined, verifyLink: undefined, sessions: { idle: 1800, life: 36_000 } },
    ...more,
  }));
  const fetch: FaultyApp["fetch"] = async (request) => {
    const execution = createExecutionContext();
    const response = await app.fetch(request, env, execution);
    await waitOnExecutionContext(execution);
    return response;
  };
  return { database, fetch };
}

const MOST_TRIES = 30;

/** Sends a request again while it is answered with 503, and the operations of a Bulk request that are. */
export function persistent(fetch: FaultyApp["fetch"]): FaultyApp["fetch"] {
  return async (request) => {
    const body = request.body === null ? null : await request.arrayBuffer();
    const again = (): Request =>
      new Request(request.url, { method: request.method, headers: request.headers, body });
    const response = await untilDone(fetch, again);
    const isBulk = request.method === "POST" && request.url.endsWith("/Bulk");
    return isBulk && response.status === 200 ? completeBulk(fetch, again, response) : response;
  };
}

async function untilDone(fetch: FaultyApp["fetch"], again: () => Request): Promise<Response> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const response = await fetch(again());
    if (response.status !== 503) return response;
    if (!/^[1-9]\d*$/.test(response.headers.get("retry-after") ?? ""))
      throw new Error("a 503 doesn't say when to come again");
  }
  const { method, url } = again();
  throw new Error(`${method} ${url} was answered with 503 ${MOST_TRIES} times`);
}

interface BulkOperation {
  readonly bulkId?: string;
}
interface BulkResult {
  readonly bulkId?: string;
  readonly status: string;
  readonly location?: string;
}

async function completeBulk(
  fetch: FaultyApp["fetch"],
  again: () => Request,
  response: Response,
): Promise<Response> {
  const answer: { Operations: BulkResult[] } = await response.json();
  const { Operations: operations, ...rest }: { Operations?: BulkOperation[] } =
    await again().json();
  const isLeft = (index: number): boolean => answer.Operations[index]?.status === "503";
  // Attribute names may come in any case, and this client reads only its own.
  if (operations === undefined) return Response.json(answer, response);
  const left = operations.filter((_, index) => isLeft(index));
  if (left.length === 0) return Response.json(answer, response);
  let text = JSON.stringify({ ...rest, Operations: left });
  for (const { bulkId, location } of answer.Operations) {
    const id = location?.split("/").at(-1);
    if (bulkId !== undefined && id !== undefined)
      text = text.replaceAll(`"bulkId:${bulkId}"`, `"${id}"`);
  }
  const { url, method, headers } = again();
  const more = await persistent(fetch)(new Request(url, { method, headers, body: text }));
  const { Operations: results }: { Operations: BulkResult[] } = await more.json();
  const merged = answer.Operations.map((one, index) => (isLeft(index) ? results.shift() : one));
  return Response.json({ ...answer, Operations: merged }, { status: 200, headers: more.headers });
}
