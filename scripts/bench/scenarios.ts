/** What is more than one operation: an initial sync, and writes of one client and of many. */
import { isDeepStrictEqual } from "node:util";
import { parseObject, isObject } from "../local/state.ts";
import { callAll } from "./client.ts";
import type { Call, Client, Connection } from "./client.ts";
import { promotion, stringAt } from "./operations.ts";
import { groupBody, userBody } from "./people.ts";
import type { SyncSize } from "./options.ts";
import type { SeededTenant } from "./seed.ts";
import { median } from "./statistics.ts";

/** IdPs send some requests at once. */
const SYNC_CLIENTS = 8;
export const FLOOD_CLIENTS = 32;

export interface Synced {
  readonly calls: number;
  /** CPU milliseconds per call. */
  readonly cpu: number;
  /** Wall time in milliseconds. */
  readonly time: number;
}

/** Creates only, as the first sync into an empty tenant: look-ups would make the mean cheaper. */
export async function syncTenant(
  client: Client,
  cpu: () => number,
  size: SyncSize,
): Promise<Synced> {
  const [before, start] = [cpu(), performance.now()];
  const users = Array.from({ length: size.users }, (_, index) => createUser(index));
  const created = await callAll(client, users, { status: 201, clients: SYNC_CLIENTS });
  const ids = created.map((reply) => stringAt(reply, "id"));
  const groups = Array.from({ length: size.groups }, (_, index): Call => {
    const members = Array.from(
      { length: size.members },
      (__, member) => ids[(index * 97 + member) % ids.length] ?? "",
    );
    return { method: "POST", path: "/Groups", body: groupBody(`group-${index}`, members) };
  });
  await callAll(client, groups, { status: 201, clients: SYNC_CLIENTS });
  const calls = size.users + size.groups;
  return { calls, cpu: (cpu() - before) / calls, time: performance.now() - start };
}

export interface Throughput {
  /** Writes per second. */
  readonly one: number;
  readonly many: number;
  readonly cpuOne: number;
  readonly cpuMany: number;
  /** Whether both tenants hold the same in the end. */
  readonly isSame: boolean;
}

/** The same writes to two tenants of the same content: by one client that waits for each answer, and by many. */
export async function compareThroughput(
  { one, many, cpu }: { readonly one: Seat; readonly many: Seat; readonly cpu: () => number },
  writes: number,
): Promise<Throughput> {
  const rates: Record<"one" | "many", { rate: number; cpu: number }[]> = { one: [], many: [] };
  // In parts, in turns: what drifts, drifts for both.
  for (let from = 0; from < writes; from += 100) {
    for (const [name, seat, clients] of [
      ["one", one, 1],
      ["many", many, FLOOD_CLIENTS],
    ] as const) {
      const calls = writesOf(seat.tenant, from, Math.min(100, writes - from));
      const [before, start] = [cpu(), performance.now()];
      await writeAll(seat.client, calls, clients);
      const seconds = (performance.now() - start) / 1000;
      rates[name].push({ rate: calls.length / seconds, cpu: (cpu() - before) / calls.length });
    }
  }
  const contents = [await contentOf(one.client), await contentOf(many.client)];
  return {
    one: median(rates.one.map(({ rate }) => rate)),
    many: median(rates.many.map(({ rate }) => rate)),
    cpuOne: median(rates.one.map((part) => part.cpu)),
    cpuMany: median(rates.many.map((part) => part.cpu)),
    isSame: isDeepStrictEqual(contents[0], contents[1]),
  };
}

export interface Seat {
  readonly connection: Connection;
  readonly client: Client;
  readonly tenant: SeededTenant;
}

/** Creates and changes of different users in turns: their order is no matter to what is there in the end. */
function writesOf(tenant: SeededTenant, from: number, count: number): Call[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return number % 2 === 0 ? createUser(number) : patchUser(tenant, number);
  });
}

async function writeAll(client: Client, calls: readonly Call[], clients: number): Promise<void> {
  const waiting = [...calls].values();
  const work = async (): Promise<void> => {
    for (const call of waiting) {
      await callAll(client, [call], { status: call.method === "POST" ? 201 : 200, clients: 1 });
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
}

function createUser(index: number): Call {
  return { method: "POST", path: "/Users", body: userBody(`new-${index}`, index) };
}

type Users = Pick<SeededTenant, "users">;

export function getUser(tenant: Users, index: number): Call {
  return { method: "GET", path: `/Users/${userAt(tenant, index)}` };
}

export function patchUser(tenant: Users, index: number): Call {
  return { method: "PATCH", path: `/Users/${userAt(tenant, index)}`, body: promotion(index) };
}

function userAt({ users }: Users, index: number): string {
  return users[index % users.length] ?? "";
}

/** All users by name, without what differs between two tenants: ids, times, places. */
async function contentOf(client: Client): Promise<ReadonlyMap<string, unknown>> {
  const content = new Map<string, unknown>();
  for (let startIndex = 1, total = 1; startIndex <= total; startIndex += 200) {
    const path = `/Users?startIndex=${startIndex}&count=200`;
    const [reply] = await callAll(client, [{ method: "GET", path }], { status: 200, clients: 1 });
    const list = parseObject(reply?.text ?? "") ?? {};
    total = Number(list["totalResults"]);
    for (const user of resourcesOf(list)) {
      const { id: _id, meta, ...rest } = user;
      const version = isObject(meta) ? meta["version"] : undefined;
      content.set(String(user["userName"]), { ...rest, version });
    }
  }
  return content;
}

function resourcesOf(list: Readonly<Record<string, unknown>>): readonly Record<string, unknown>[] {
  const resources: unknown = list["Resources"];
  return Array.isArray(resources) ? resources.filter(isObject) : [];
}
