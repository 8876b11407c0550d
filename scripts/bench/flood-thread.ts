/** The thread of a flood: its first message is what to do, counted into the memory that comes with it, and its second one ends it. */
import { parentPort } from "node:worker_threads";
import { openClient } from "./client.ts";
import { flood } from "./flood.ts";
import type { FloodData } from "./flood.ts";
import { patchUser } from "./scenarios.ts";

parentPort?.once("message", (data: FloodData) => {
  const ending = new AbortController();
  parentPort?.once("message", () => {
    ending.abort();
  });
  // What it throws ends the thread, and whoever started it hears of it.
  void run(data, ending.signal);
});

async function run(data: FloodData, signal: AbortSignal): Promise<void> {
  const { connection, users, first, clients, manner, counts } = data;
  const client = openClient(connection, clients);
  await flood(client, {
    clients,
    manner,
    signal,
    callOf: (number) => patchUser({ users }, first + number),
    onReply: (isAccepted) => {
      Atomics.add(counts, isAccepted ? 0 : 1, 1);
    },
  });
  client.close();
}
