/** A client that keeps its connections: one request after the other, or some at once. */
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base. */
  readonly path: string;
  readonly body?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** `x-rollcall-cost`; '' where there is none. */
  readonly cost: string;
  /** `Retry-After`. */
  readonly retryAfter?: string | undefined;
}

export interface Client {
  readonly call: (call: Call) => Promise<Reply>;
  readonly close: () => void;
}

export interface Connection {
  /** Without a slash at its end. */
  readonly base: string;
  readonly token: string;
}

export function openClient({ base, token }: Connection, sockets: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const authorization = `Bearer ${token}`;
  return {
    call: ({ method, path, body }) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers = {
          authorization,
          ...(text !== undefined && {
            "content-type": "application/scim+json",
            "content-length": String(Buffer.byteLength(text)),
          }),
        };
        const sent = request(`${base}${path}`, { method, agent, headers }, (response) => {
          resolve(readReply(response));
        });
        sent.once("error", reject);
        sent.end(text);
      }),
    close: () => {
      agent.destroy();
    },
  };
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString(),
    cost: String(response.headers["x-rollcall-cost"] ?? ""),
    retryAfter: response.headers["retry-after"],
  };
}

/** Makes all calls, so many at once, and gives the replies in the order of the calls. @throws where a status isn't the expected one */
export async function callAll(
  client: Client,
  calls: readonly Call[],
  { status, clients }: { readonly status: number; readonly clients: number },
): Promise<Reply[]> {
  const replies: Reply[] = [];
  const waiting = [...calls.entries()].values();
  const work = async (): Promise<void> => {
    // The iterator is shared: each call is made once, by whoever is free.
    for (const [index, call] of waiting)
      replies[index] = expectStatus(await client.call(call), call, status);
  };
  await Promise.all(Array.from({ length: clients }, work));
  return replies;
}

export function expectStatus(reply: Reply, { method, path }: Call, status: number): Reply {
  if (reply.status === status) return reply;
  throw new Error(`${method} ${path} answered ${reply.status} instead of ${status}: ${reply.text}`);
}
