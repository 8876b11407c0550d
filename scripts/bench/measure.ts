/** Measures one batch of requests, one after the other. */
import { parseObject } from "../local/state.ts";
import { expectStatus } from "./client.ts";
import type { Call, Client, Reply } from "./client.ts";

export interface Operation {
  readonly name: string;
  readonly status: number;
  /** How many resources each reply lists, where it is a list: a filter that finds nothing would be measured for nothing. */
  readonly listed?: number;
  /** The call number so much of this bench; no two calls ask for the same where it matters. */
  readonly call: (index: number) => Call;
  /** Undoes a batch, outside of the time that is taken: a tenant keeps its size. */
  readonly undo?: (replies: readonly Reply[]) => Promise<void>;
}

/** Where operations are measured: a size, its client and the clock of the processes that answer. */
export interface Subject {
  /** Users of the tenant, or members of the group; 0 where size is no matter. */
  readonly size: number;
  readonly client: Client;
  /** Milliseconds. */
  readonly cpu: () => number;
  readonly operations: readonly Operation[];
}

export interface Sample {
  /** CPU milliseconds per request. */
  readonly cpu: number;
  /** Milliseconds of each request, as the client sees it. */
  readonly latencies: readonly number[];
  /** What the last reply says it cost the database. */
  readonly cost: string;
}

export async function measureBatch(
  subject: Subject,
  operation: Operation,
  { first, requests }: { readonly first: number; readonly requests: number },
): Promise<Sample> {
  const { client, cpu } = subject;
  const replies: Reply[] = [];
  const latencies: number[] = [];
  const before = cpu();
  for (let index = first; index < first + requests; index += 1) {
    const call = operation.call(index);
    const start = performance.now();
    const reply = await client.call(call);
    latencies.push(performance.now() - start);
    replies.push(expectStatus(reply, call, operation.status));
  }
  const time = cpu() - before;
  for (const reply of replies) expectListed(reply, operation);
  await operation.undo?.(replies);
  return { cpu: time / requests, latencies, cost: replies.at(-1)?.cost ?? "" };
}

function expectListed({ text }: Reply, { name, listed }: Operation): void {
  if (listed === undefined) return;
  const count = parseObject(text)?.["itemsPerPage"];
  if (count !== listed) throw new Error(`${name}: ${String(count)} resources instead of ${listed}`);
}
