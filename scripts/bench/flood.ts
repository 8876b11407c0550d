/** Many clients of one tenant that write as fast as they are answered, in a thread of their own: who measures beside them must not wait for their answers to be read. */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expectStatus } from "./client.ts";
import type { Call, Client, Connection } from "./client.ts";

/** What clients do with a 429: they wait as long as it says (RFC 9110 section 10.2.3), or send on at once. */
export type Manner = "waits" | "insists";

interface Flooding {
  readonly clients: number;
  readonly manner: Manner;
  readonly callOf: (number: number) => Call;
  /** Ends it, when what was sent is answered. */
  readonly signal: AbortSignal;
  readonly onReply: (isAccepted: boolean) => void;
  /** Waits so many milliseconds, or until it is ended. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** @throws where an answer is neither 200 nor a 429 with Retry-After */
export async function flood(
  client: Client,
  { clients, manner, callOf, signal, onReply, pause = pauseOf }: Flooding,
): Promise<void> {
  let number = 0;
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      number += 1;
      const call = callOf(number);
      const reply = await client.call(call);
      const isAccepted = reply.status !== 429;
      if (isAccepted) expectStatus(reply, call, 200);
      onReply(isAccepted);
      if (isAccepted) continue;
      const seconds = secondsOf(reply.retryAfter);
      if (manner === "waits") await pause(seconds * 1000, signal);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
}

/** Our own server says seconds, never a date. */
function secondsOf(retryAfter: string | undefined): number {
  if (retryAfter !== undefined && /^[1-9]\d*$/.test(retryAfter)) return Number(retryAfter);
  throw new Error(`a 429 doesn't say when to come again: ${retryAfter}`);
}

async function pauseOf(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** What the thread is told. */
export interface FloodOrder {
  readonly connection: Connection;
  /** Ids of the users that are changed. */
  readonly users: readonly string[];
  /** Number of the first change. */
  readonly first: number;
  readonly clients: number;
  readonly manner: Manner;
}

/** With the memory in which it counts: what was accepted, what was refused. */
export type FloodData = FloodOrder & { readonly counts: Int32Array };

export interface Answered {
  readonly accepted: number;
  readonly refused: number;
}

export interface Flood {
  /** So far. */
  readonly answered: () => Answered;
  /** Rejects where the thread ended by itself. */
  readonly failed: Promise<never>;
  readonly end: () => Promise<void>;
}

export function startFlood(order: FloodOrder): Flood {
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const data: FloodData = { ...order, counts };
  const thread = new Worker(new URL("flood-thread.ts", import.meta.url));
  thread.postMessage(data, []);
  const exited = once(thread, "exit");
  const failed = exited.then(() => {
    throw new Error("the flood ended by itself");
  });
  // Whoever waits for it hears of it.
  for (const promise of [exited, failed]) promise.catch(() => undefined);
  return {
    answered: () => ({ accepted: Atomics.load(counts, 0), refused: Atomics.load(counts, 1) }),
    failed,
    async end() {
      thread.postMessage("end", []);
      await exited;
    },
  };
}
